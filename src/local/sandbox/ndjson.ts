/**
 * One JSON value on a line, in ASCII. The SDK decodes every network chunk by itself, so a character of several bytes that
 * is cut in two would be lost.
 */
export function asciiLine(value: unknown): string {
  return `${JSON.stringify(value).replace(/[\u007f-\uffff]/g, escaped)}\n`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
