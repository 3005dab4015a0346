/** How many columns a text takes in a monospaced font: wide characters and emoji take two, marks take none. */

const ZERO = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]/u;
const ASCII = /^[\u0020-\u007e]*$/;

export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (!ZERO.test(segment)) width += WIDE.test(segment) ? 2 : 1;
  }
  return width;
}

export type Align = 'left' | 'right' | 'center' | null;

/** Pads a cell to `width` columns. */
export function pad(text: string, width: number, align: Align): string {
  const missing = Math.max(0, width - displayWidth(text));
  const before = align === 'right' ? missing : align === 'center' ? Math.floor(missing / 2) : 0;
  return `${' '.repeat(before)}${text}${' '.repeat(missing - before)}`;
}

/** Rows as an aligned text table; the first row is the head. Pads no more than the widest cell needs. */
export function textTable(rows: readonly (readonly string[])[], aligns: readonly Align[]): string {
  const widths = aligns.map((_, column) => Math.max(1, ...rows.map((row) => displayWidth(row[column] ?? ''))));
  const lines = rows.map((row) => widths.map((width, at) => pad(row[at] ?? '', width, aligns[at] ?? null)).join('  '));
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [lines[0] ?? '', rule, ...lines.slice(1)].map((line) => line.trimEnd()).join('\n');
}
