/** A wide data frame, drawn again for a narrow thread: its own text is made for a terminal and would wrap badly. */
import type { RichResult } from '../conversation/events.ts';
import { type Align, columnGroups, isNarrow, pick, textTable } from './mrkdwn-table.ts';

/** Larger ones are cut anyway, and reading costs time. */
const READ_CHARS = 20_000;
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
  '&#39;': "'",
  '&nbsp;': ' ',
  '&amp;': '&',
};
const NUMBER = /^(-?[\d.,]+(e[-+]?\d+)?%?|NaN|NaT|None|-?inf|\.\.\.|)$/i;

/** The frame as text of at most `TABLE_COLUMNS` columns; undefined where its own text does, or nothing better can be made. */
export function narrowFrame({ text = '', html = '' }: RichResult): string | undefined {
  // The width last: measuring a long text takes longer than all the rest.
  if (html === '' || html.length > READ_CHARS || isNarrow(text)) return undefined;
  const rows = gridOf(html);
  const [head, ...body] = rows ?? [];
  if (!rows || !head || head.length < 2 || rows.some((row) => row.length !== head.length)) return undefined;
  const aligns = head.map((_, column) => alignOf(body, column));
  const table = columnGroups(rows)
    .map((columns) =>
      textTable(
        rows.map((row) => pick(row, columns)),
        pick(aligns, columns),
      ),
    )
    .join('\n\n');
  if (!isNarrow(table)) return undefined;
  const size = /\n(\[\d+ rows x \d+ columns\])\s*$/.exec(text)?.[1];
  return size === undefined ? table : `${table}\n\n${size}`;
}

/** The cells of a pandas table; undefined for any other HTML, and where cells span others. */
function gridOf(html: string): string[][] | undefined {
  if (!/<table\b[^>]*class="dataframe"/.test(html) || /\b(col|row)span=/.test(html)) return undefined;
  return Array.from(html.matchAll(/<tr\b[^>]*>([\s\S]*?)<\/tr>/g), ([, row = '']) =>
    Array.from(row.matchAll(/<t[hd]\b[^>]*>([\s\S]*?)<\/t[hd]>/g), ([, cell = '']) => textOf(cell)),
  );
}

function textOf(cell: string): string {
  const bare = cell
    .replace(/<[^>]*>/g, '')
    .replace(/&(lt|gt|quot|nbsp|amp|#x27|#39);/g, (entity) => ENTITIES[entity] ?? entity);
  return bare.replace(/\s+/g, ' ').trim();
}

function alignOf(body: readonly (readonly string[])[], column: number): Align {
  return column > 0 && body.every((row) => NUMBER.test(row[column] ?? '')) ? 'right' : null;
}
