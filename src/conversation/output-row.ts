/** One row of a terminal, in code points. A string until its middle is rewritten, one entry per code point from then on. */
export interface Row {
  text: string;
  cells: string[] | null;
  /** In code points. */
  width: number;
}

const SURROGATE = /[\ud800-\udfff]/;

export function rowOf(text: string): Row {
  return { text, cells: null, width: codePointCount(text) };
}

export function rowText(row: Row): string {
  return row.cells ? row.cells.join('') : row.text;
}

export function append(row: Row, text: string): void {
  row.width += codePointCount(text);
  if (row.cells) for (const point of text) row.cells.push(point);
  else row.text += text;
}

/** Prints over what stands from `column` on, as far as the row reaches; returns what is left to append. */
export function overwrite(row: Row, column: number, text: string): string {
  row.cells ??= Array.from(row.text);
  let at = column;
  let used = 0;
  for (const point of text) {
    if (at >= row.width) break;
    row.cells[at] = point;
    at += 1;
    used += point.length;
  }
  return text.slice(used);
}

export function truncate(row: Row, width: number): void {
  if (width >= row.width) return;
  if (row.cells) row.cells.length = width;
  else row.text = row.text.slice(0, indexAfter(row.text, width));
  row.width = width;
}

/** Blanks the first `count` code points. */
export function blank(row: Row, count: number): void {
  row.cells ??= Array.from(row.text);
  row.cells.fill(' ', 0, count);
}

/** A part of a text keeps all of it in memory; a copy does not. For text without lone surrogates. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}

export function codePointCount(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** The index just after the first `count` code points. */
export function indexAfter(text: string, count: number): number {
  if (!SURROGATE.test(text)) return Math.min(count, text.length);
  let index = 0;
  let seen = 0;
  for (const point of text) {
    if (seen === count) break;
    seen += 1;
    index += point.length;
  }
  return index;
}
