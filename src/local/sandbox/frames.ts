/** What comes out of a sandbox: JSON lines of bounded size, of which only known shapes are let through. */
import { z } from 'zod';

/** Longer lines are an attack or a fault: the sandbox is ended. The largest honest frame is a picture of 12 MB. */
export const MAX_LINE_BYTES = 24 * 1024 * 1024;

const id = z.number().int().nonnegative();
const text = z.string();
/** The kernels and the agent print in pieces of 256 K characters at most. */
const printed = z.string().max(1024 * 1024);

const frameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ready') }),
  // Answers to requests.
  z.object({ t: z.literal('result'), id, value: z.unknown() }),
  z.object({ t: z.literal('fail'), id, code: text, message: text }),
  // A run.
  z.object({ t: z.literal('begin'), id, n: z.number().int() }),
  z.object({ t: z.literal('stdout'), id, d: printed }),
  z.object({ t: z.literal('stderr'), id, d: printed }),
  z.object({ t: z.literal('data'), id, main: z.boolean(), data: z.record(text, z.unknown()) }),
  z.object({ t: z.literal('error'), id, name: text, value: text, tb: text }),
  z.object({ t: z.literal('done'), id }),
  z.object({ t: z.literal('died'), id: id.nullable(), context: text, code: z.number(), memory: z.boolean() }),
  // A command.
  z.object({ t: z.literal('piece'), pid: id, stream: z.enum(['stdout', 'stderr']), d: z.base64() }),
  z.object({ t: z.literal('exit'), pid: id, code: z.number().int(), signal: text.nullable() }),
]);

export type Frame = z.infer<typeof frameSchema>;
export type RunFrame = Extract<Frame, { t: 'begin' | 'stdout' | 'stderr' | 'data' | 'error' | 'done' | 'died' }>;
export type CommandFrame = Extract<Frame, { t: 'piece' | 'exit' }>;

/** The frame, or undefined: whatever is not one of ours is ignored. */
export function parseFrame(line: Buffer): Frame | undefined {
  if (!isPlain(line)) return undefined;
  try {
    const parsed = frameSchema.safeParse(JSON.parse(line.toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** Deeper, and writing it out again would exhaust the stack; the kernels show nothing beyond half of it. */
const MAX_DEPTH = 128;
/** More values, and reading them would take memory and time out of proportion to their bytes. */
const MAX_VALUES = 1_000_000;
/** Shorter lines cannot do harm, and are most of them. */
const SHORT = 128;
const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('"\\,[]{}');

/** Whether a line of JSON has a bounded depth and number of values. It need not be valid. */
function isPlain(line: Buffer): boolean {
  if (line[0] !== OPEN_OBJECT) return false;
  if (line.length <= SHORT) return true;
  let depth = 0;
  let values = 0;
  for (let at = 0; at < line.length; at += 1) {
    const byte = line[at];
    if (byte === QUOTE) at = endOfText(line, at);
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth += 1;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth -= 1;
    else if (byte === COMMA) values += 1;
    if (at < 0 || depth > MAX_DEPTH || values > MAX_VALUES) return false;
  }
  return true;
}

/** The place of the quote that ends the text that begins here; -1 if there is none. */
function endOfText(line: Buffer, begin: number): number {
  let end = line.indexOf(QUOTE ?? 0, begin + 1);
  while (end > 0 && isEscaped(line, end)) end = line.indexOf(QUOTE ?? 0, end + 1);
  return end;
}

function isEscaped(line: Buffer, at: number): boolean {
  let backslashes = 0;
  while (line[at - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

const NEWLINE = 0x0a;

/** Cuts a stream of bytes into lines. Returns false, for good, once a line is too long. */
export class LineSplitter {
  readonly #onLine: (line: Buffer) => void;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #size = 0;

  constructor(onLine: (line: Buffer) => void, maxBytes = MAX_LINE_BYTES) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(data: Buffer): boolean {
    let start = 0;
    for (let end = data.indexOf(NEWLINE); end >= 0; end = data.indexOf(NEWLINE, start)) {
      if (!this.#keep(data.subarray(start, end))) return false;
      const line = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
      this.#parts = [];
      this.#size = 0;
      start = end + 1;
      if (line) this.#onLine(line);
    }
    return start === data.length || this.#keep(data.subarray(start));
  }

  #keep(part: Buffer): boolean {
    if (this.#size + part.length > this.#maxBytes) {
      this.#size = Number.POSITIVE_INFINITY;
      this.#parts = [];
      return false;
    }
    this.#size += part.length;
    this.#parts.push(part);
    return true;
  }
}
