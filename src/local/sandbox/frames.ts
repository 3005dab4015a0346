/** What comes out of a sandbox: JSON lines of bounded size, of which only known shapes are let through. */
import { z } from 'zod';

/** Longer lines are an attack or a fault: the sandbox is ended. The largest honest frame is a picture of 12 MB. */
export const MAX_LINE_BYTES = 24 * 1024 * 1024;

const id = z.number().int().nonnegative();
const text = z.string();

const frameSchema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('ready') }),
  // Answers to requests.
  z.object({ t: z.literal('result'), id, value: z.unknown() }),
  z.object({ t: z.literal('fail'), id, code: text, message: text }),
  // A run.
  z.object({ t: z.literal('begin'), id, n: z.number().int() }),
  z.object({ t: z.literal('stdout'), id, d: text }),
  z.object({ t: z.literal('stderr'), id, d: text }),
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
  try {
    const parsed = frameSchema.safeParse(JSON.parse(line.toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
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
