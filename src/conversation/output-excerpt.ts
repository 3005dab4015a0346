/** The first and the last part of a long text, with what is missing between them said in so many bytes. */

export interface ExcerptLimits {
  readonly headBytes: number;
  /** The note on what is missing is paid from this part. */
  readonly tailBytes: number;
}

/** Room for the longest note. */
const NOTE_BYTES = 300;

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** The longest start of `text` that has at most `bytes` bytes of UTF-8; no character is split. */
export function headOf(text: string, bytes: number): string {
  // A UTF-16 unit is at least one byte of UTF-8, so no more than `bytes` units can matter.
  const buffer = Buffer.from(text.slice(0, bytes + 1), 'utf8');
  if (buffer.length <= bytes) return text.slice(0, bytes + 1);
  let end = bytes;
  while (end > 0 && isContinuation(buffer[end])) end -= 1;
  return buffer.toString('utf8', 0, end);
}

/** The longest end of `text` that has at most `bytes` bytes of UTF-8; no character is split. */
export function tailOf(text: string, bytes: number): string {
  if (bytes <= 0) return '';
  const kept = text.slice(-(bytes + 1));
  const buffer = Buffer.from(kept, 'utf8');
  if (buffer.length <= bytes) return kept;
  let start = buffer.length - bytes;
  while (start < buffer.length && isContinuation(buffer[start])) start += 1;
  return buffer.toString('utf8', start);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

export interface ExcerptOf {
  /** The file that holds all of the text, if there is one. */
  readonly wholeIn?: string | undefined;
  /** What was taken out of its middle before, between a start and an end that are longer than head and tail. */
  readonly leftOutBytes?: number;
}

/**
 * `text` whole where it fits into head and tail together, else its start, a note and its end. The result never has more
 * than head and tail bytes together.
 */
export function excerpt(text: string, limits: ExcerptLimits, { wholeIn, leftOutBytes = 0 }: ExcerptOf = {}): string {
  const total = byteLength(text);
  if (leftOutBytes === 0 && total <= limits.headBytes + limits.tailBytes) return text;
  const tailBytes = Math.max(0, limits.tailBytes - NOTE_BYTES);
  // Most output is ASCII, where a character is a byte and nothing needs to be encoded to be cut.
  const isAscii = total === text.length;
  const head = isAscii ? text.slice(0, limits.headBytes) : headOf(text, limits.headBytes);
  const tail = isAscii ? text.slice(total - tailBytes) : tailOf(text, tailBytes);
  const missing = leftOutBytes + total - byteLength(head) - byteLength(tail);
  const where = wholeIn ? `, whole in ${headOf(wholeIn, NOTE_BYTES - 60)}` : '';
  return `${head}\n[${missing} bytes left out${where}]\n${tail}`;
}
