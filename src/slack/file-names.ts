/** How a file is named in a sentence for a person: the name comes from a stranger or a program. */

const MAX_CHARS = 80;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The last part of a path, printable, never empty. */
export function fileName(path: string): string {
  const last = path.split(/[\\/]/).at(-1) ?? '';
  return last.replace(UNPRINTABLE, '').trim() || 'file';
}

export function quoted(path: string): string {
  const points = Array.from(fileName(path));
  return `“${points.length > MAX_CHARS ? `${points.slice(0, MAX_CHARS).join('')}…` : points.join('')}”`;
}
