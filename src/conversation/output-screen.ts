/**
 * The last rows of a terminal, those a program can still rewrite. Progress bars return to the start of a line (`\r`) or
 * climb a few rows (nested bars) and print over what stood there; everything further up has settled for good.
 *
 * The same characters must leave the same screen however they were cut into chunks, so every decision here is taken
 * per character, never per call.
 */
import {
  append,
  blank,
  codePointCount,
  indexAfter,
  overwrite,
  ownCopy,
  type Row,
  rowOf,
  rowText,
  truncate,
} from './output-row.ts';

/** Rows that can still be rewritten; what scrolls out above them is settled. As high as a classic terminal. */
export const SCREEN_ROWS = 24;

/** A row this long (in code points) settles and goes on as if the terminal had wrapped it: `\r` cannot reach back. */
export const ROW_CHARS = 4_096;

export interface ScreenState {
  /** At least one row, without line ends. */
  readonly rows: readonly string[];
  readonly row: number;
  /** In code points from the start of the row. */
  readonly column: number;
}

export class Screen {
  /** What scrolled out since this screen was made, in order, line ends included. */
  readonly settled: string[] = [];
  readonly #rows: Row[];
  #at: number;
  #column: number;
  /** The cursor's row. */
  #row: Row;

  constructor(state: ScreenState) {
    this.#rows = state.rows.map(rowOf);
    this.#at = state.row;
    this.#column = state.column;
    this.#row = this.#rowAt(state.row);
  }

  /** `isOwned`: its rows shall be no parts of a longer text. */
  state(isOwned: boolean): ScreenState {
    const rows = this.#rows.map(rowText);
    return { rows: isOwned ? rows.map(ownCopy) : rows, row: this.#at, column: this.#column };
  }

  /** Prints text without control characters at the cursor, over what stands there. */
  print(text: string): void {
    let rest = text;
    if (this.#column < this.#row.width) {
      rest = overwrite(this.#row, this.#column, text);
      this.#column += codePointCount(rest === '' ? text : text.slice(0, -rest.length));
    }
    if (rest !== '') this.#extend(rest);
  }

  newLine(): void {
    if (this.#at === this.#rows.length - 1) this.#rows.push(rowOf(''));
    this.#at += 1;
    if (this.#rows.length > SCREEN_ROWS) {
      const first = this.#rows.shift();
      if (first) this.settled.push(`${rowText(first)}\n`);
      this.#at -= 1;
    }
    this.#column = 0;
    this.#row = this.#rowAt(this.#at);
  }

  /**
   * Prints lines without other control characters, as `print` and `newLine` one after the other would, and says whether it
   * did: only at the end of the last row, more lines than the screen has, and none that would wrap. What scrolls out is
   * one piece of the text.
   */
  printLines(text: string): boolean {
    const isAtEnd = this.#at === this.#rows.length - 1 && this.#column === this.#row.width;
    const from = isAtEnd ? lastRowsOf(text, ROW_CHARS - this.#row.width) : -1;
    if (from < 0) return false;
    this.settled.push(this.#rows.map(rowText).join('\n') + text.slice(0, from));
    this.#rows.splice(0, this.#rows.length, ...text.slice(from).split('\n').map(rowOf));
    this.#at = this.#rows.length - 1;
    this.#row = this.#rowAt(this.#at);
    this.#column = this.#row.width;
    return true;
  }

  toColumn(column: number): void {
    this.#column = Math.max(0, Math.min(column, ROW_CHARS));
  }

  moveColumns(by: number): void {
    this.toColumn(this.#column + by);
  }

  moveRows(by: number): void {
    this.#at = Math.max(0, Math.min(this.#at + by, this.#rows.length - 1));
    this.#row = this.#rowAt(this.#at);
  }

  /** Starts a row of its own for what comes, unless the cursor's row is still empty. */
  freshRow(): void {
    if (this.#row.width > 0) this.newLine();
  }

  eraseToRowEnd(): void {
    truncate(this.#row, this.#column);
  }

  eraseToRowStart(): void {
    blank(this.#row, Math.min(this.#column + 1, this.#row.width));
  }

  eraseRow(): void {
    truncate(this.#row, 0);
  }

  eraseBelow(): void {
    this.eraseToRowEnd();
    this.#rows.length = this.#at + 1;
  }

  #extend(text: string): void {
    if (this.#column > this.#row.width) append(this.#row, ' '.repeat(this.#column - this.#row.width));
    let rest = text;
    for (;;) {
      const fitting = indexAfter(rest, ROW_CHARS - this.#row.width);
      append(this.#row, rest.slice(0, fitting));
      rest = rest.slice(fitting);
      if (rest === '') break;
      this.#settleRow();
    }
    this.#column = this.#row.width;
  }

  /** Lets the cursor's full row go, and the rows above it, without a line end: the row goes on. */
  #settleRow(): void {
    this.#row = rowOf('');
    const gone = this.#rows.splice(0, this.#at + 1, this.#row);
    this.settled.push(gone.map(rowText).join('\n'));
    this.#at = 0;
  }

  #rowAt(index: number): Row {
    const row = this.#rows[index];
    if (!row) throw new RangeError(`no row ${index} on the screen`);
    return row;
  }
}

/**
 * Where the last SCREEN_ROWS lines of a text begin; -1 where it has no more lines than that, or one that is too long: the
 * first for `room`, another for a row. A character counts as at least one.
 */
function lastRowsOf(text: string, room: number): number {
  const starts: number[] = [];
  let start = 0;
  let longest = room;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    if (end - start > longest) return -1;
    longest = ROW_CHARS;
    start = end + 1;
    starts.push(start);
    if (starts.length > SCREEN_ROWS) starts.shift();
  }
  if (text.length - start > longest || starts.length < SCREEN_ROWS) return -1;
  return starts[0] ?? -1;
}
