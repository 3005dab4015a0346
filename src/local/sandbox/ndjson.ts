const NEWLINE = 0x0a;
const [BACKSLASH = 0, LETTER_U = 0] = Buffer.from('\\u');
const HEX = Buffer.from('0123456789abcdef');
const LAST_PLAIN = 0x7e;
const ESCAPED_BYTES = 6;

/**
 * One JSON value on a line, in ASCII. The SDK decodes every network chunk by itself, so a character of several bytes that
 * is cut in two would be lost. Made without a call for each character: a sandbox chooses how many there are.
 */
export function asciiLine(value: unknown): string | Buffer {
  const text = JSON.stringify(value);
  const foreign = countForeign(text);
  return foreign === 0 ? `${text}\n` : escaped(text, foreign);
}

function countForeign(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > LAST_PLAIN) count += 1;
  return count;
}

function escaped(text: string, foreign: number): Buffer {
  const bytes = Buffer.allocUnsafe(text.length + (ESCAPED_BYTES - 1) * foreign + 1);
  let end = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code <= LAST_PLAIN) {
      bytes[end] = code;
      end += 1;
    } else {
      bytes[end] = BACKSLASH;
      bytes[end + 1] = LETTER_U;
      bytes[end + 2] = HEX[code >> 12] ?? 0;
      bytes[end + 3] = HEX[(code >> 8) & 0xf] ?? 0;
      bytes[end + 4] = HEX[(code >> 4) & 0xf] ?? 0;
      bytes[end + 5] = HEX[code & 0xf] ?? 0;
      end += ESCAPED_BYTES;
    }
  }
  bytes[end] = NEWLINE;
  return bytes;
}
