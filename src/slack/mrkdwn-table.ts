/** Rows as an aligned text table that stays readable in a narrow thread: long cells are wrapped inside their column. */
import { displayWidth, graphemes, graphemeWidth } from './mrkdwn-width.ts';

export type Align = 'left' | 'right' | 'center' | null;

/** What a thread's pane shows of a monospaced line before it wraps it. Ours; panes differ. */
export const TABLE_COLUMNS = 50;
/** A column is not made narrower than this, or its words would break: a table of that many columns is left wide. */
const LEAST_COLUMN = 14;
const GAP = '  ';

/** The first row is the head. Pads no more than the widest cell needs. */
export function textTable(rows: readonly (readonly string[])[], aligns: readonly Align[]): string {
  const natural = aligns.map((_, column) => Math.max(1, ...rows.map((row) => displayWidth(row[column] ?? ''))));
  const widths = narrowed(natural, TABLE_COLUMNS - GAP.length * (natural.length - 1));
  const isWrapped = widths.some((width, column) => width < (natural[column] ?? 0));
  const drawn = rows.map((row) => drawRow(row, widths, aligns));
  const rule = widths.map((width) => '─'.repeat(width)).join(GAP);
  // Where cells have several lines, only a blank one shows where a row ends.
  return [drawn[0] ?? '', rule, drawn.slice(1).join(isWrapped ? '\n\n' : '\n')].join('\n').trimEnd();
}

/** The widest columns give until all fit; unchanged where that would leave them too little. */
function narrowed(natural: readonly number[], room: number): readonly number[] {
  const within = (most: number) => natural.map((width) => Math.min(width, most));
  const total = (widths: readonly number[]) => widths.reduce((sum, width) => sum + width, 0);
  for (
    let most = Math.min(
      room,
      natural.reduce((a, b) => Math.max(a, b), 0),
    );
    most >= LEAST_COLUMN;
    most -= 1
  ) {
    const widths = within(most);
    if (total(widths) <= room) return widths;
  }
  return natural;
}

function drawRow(row: readonly string[], widths: readonly number[], aligns: readonly Align[]): string {
  const cells = widths.map((width, column) => wrap(row[column] ?? '', width));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  const line = (at: number) =>
    cells.map((lines, column) => pad(lines[at] ?? '', widths[column] ?? 0, aligns[column] ?? null)).join(GAP);
  return Array.from({ length: height }, (_, at) => line(at).trimEnd()).join('\n');
}

/** Lines of at most `width` columns, broken between words where there are any. */
function wrap(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => broken(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (displayWidth(longer) <= width) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A word that is longer than a line, in pieces. */
function broken(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const grapheme of graphemes(word)) {
    used += graphemeWidth(grapheme);
    if (used > width) {
      pieces.push(piece);
      piece = '';
      used = graphemeWidth(grapheme);
    }
    piece += grapheme;
  }
  return [...pieces, piece];
}

/** Pads a cell to `width` columns. */
function pad(text: string, width: number, align: Align): string {
  const missing = Math.max(0, width - displayWidth(text));
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return `${' '.repeat(before)}${text}${' '.repeat(missing - before)}`;
}
