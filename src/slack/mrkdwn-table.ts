/** Rows as an aligned text table that stays readable in a narrow thread: long cells are wrapped inside their column. */
import { displayWidth, graphemes, graphemeWidth } from './mrkdwn-width.ts';

export type Align = 'left' | 'right' | 'center' | null;

/** What a thread's pane shows of a monospaced line before it wraps it. Ours; panes differ. */
export const TABLE_COLUMNS = 44;
/** A column is not made narrower than this, or its words would break. */
const LEAST_COLUMN = 10;
const GAP = '  ';
/** A longer cell is wrapped rather than given a line of its own. */
const LONG_CELL = 24;
/** More tables than this for one are harder to read than a record for each row. */
const MOST_GROUPS = 3;
const LONGEST_NAME = 16;
const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * The rows as text that fits a thread, whatever their number of columns: one table, or a few beside which the first column
 * is repeated, or a record for each row.
 */
export function fittingTable(rows: readonly (readonly string[])[], aligns: readonly Align[]): string {
  const whole = textTable(rows, aligns);
  if (isNarrow(whole)) return whole;
  const groups = columnGroups(rows);
  if (groups.length <= MOST_GROUPS) {
    const tables = groups.map((columns) =>
      textTable(
        rows.map((row) => pick(row, columns)),
        pick(aligns, columns),
      ),
    );
    if (tables.every(isNarrow)) return tables.join('\n\n');
  }
  return records(rows);
}

export function isNarrow(text: string): boolean {
  return text.split('\n').every((line) => displayWidth(line) <= TABLE_COLUMNS);
}

/** Columns that stand beside each other, each group led by the first: a column that fits no more begins the next. */
export function columnGroups(rows: readonly (readonly string[])[]): number[][] {
  const width = (column: number) => Math.max(...rows.map((row) => displayWidth(row[column] ?? '')));
  const columns = rows[0]?.map((_, column) => column).slice(1) ?? [];
  const groups: number[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const column of columns) {
    const taken = GAP.length + Math.min(width(column), LONG_CELL);
    if (used + taken > TABLE_COLUMNS) {
      groups.push([0]);
      used = Math.min(width(0), LONG_CELL);
    }
    groups.at(-1)?.push(column);
    used += taken;
  }
  return groups;
}

export function pick<T>(row: readonly T[], columns: readonly number[]): T[] {
  return columns.flatMap((column) => row.slice(column, column + 1));
}

/** A line for each cell that says something, led by its column's name. */
function records([head = [], ...body]: readonly (readonly string[])[]): string {
  const name = Math.min(LONGEST_NAME, Math.max(1, ...head.map(displayWidth)));
  const widths = [name, TABLE_COLUMNS - name - GAP.length];
  const lineOf = (label: string, cell: string | undefined) => (cell ? [drawRow([label, cell], widths, [])] : []);
  const drawn = body.map((row) => head.flatMap((label, column) => lineOf(label, row[column])).join('\n'));
  if (drawn.length === 0) return wrap(head.join(', '), TABLE_COLUMNS).join('\n');
  return drawn.join(`\n${'─'.repeat(TABLE_COLUMNS)}\n`);
}

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
  // Without the isolate a cell written from right to left changes places with its neighbours.
  const cell = RTL.test(text) ? `\u2068${text}\u2069` : text;
  return `${' '.repeat(before)}${cell}${' '.repeat(missing - before)}`;
}
