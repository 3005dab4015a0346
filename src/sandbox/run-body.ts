/**
 * Makes the body of a run safe to read. The SDK decodes every network chunk by itself, so a character split between two
 * chunks is lost; it takes a body that simply ends for a run that succeeded; it keeps a line of any length in memory, and
 * all output until the run ends. Here chunks end at line ends, a body must close with its last event, a line has a
 * limit, and output, where somebody takes it, goes to them piece by piece as it arrives and never through the SDK.
 */
import type { Transformer } from 'node:stream/web';
import type { StreamName } from '../conversation/events.ts';

/** Takes output in the order it was printed; a piece may end in half a UTF-16 pair. Must return at once. */
export type OutputSink = (stream: StreamName, text: string) => void;

export interface RunBodyOptions {
  /** Of a line that is no output, such as an image as base64. */
  readonly maxLineBytes: number;
  /** Without one, output stays in the body. */
  readonly sink?: OutputSink;
}

/** The body of a run ended before its last event: whether the code finished is not known. */
export class CutStreamError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CutStreamError';
  }
}

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** The last event is about 30 bytes long; a longer line is not it and is not parsed. */
const LONGEST_END_BYTES = 200;
/** Output of which more has come than this is handed on before its line ends: one `print` can be all there is. */
const PIECE_BYTES = 65_536;
/** What stands before the text of output, as E2B writes it; with other spaces or another order it is read as a whole line. */
const OUTPUT_START = /^\{\s*"type"\s*:\s*"(stdout|stderr)"\s*,\s*"text"\s*:\s*"/;
const LONGEST_START_BYTES = 80;
/** What follows the text: a time stamp. */
const LONGEST_REST_BYTES = 1_000;
/** `\uXXXX` without its last digit. */
const LONGEST_OPEN_ESCAPE = 5;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const CONTROL = /[\u0000-\u001f]/;
/** A byte order mark is a character of the output like any other. */
const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
const NOTHING = new Uint8Array();

export function runBody(options: RunBodyOptions): TransformStream<Uint8Array, Uint8Array> {
  return new TransformStream(new RunBody(options));
}

type Controller = TransformStreamDefaultController<Uint8Array>;

class RunBody implements Transformer<Uint8Array, Uint8Array> {
  readonly #options: RunBodyOptions;
  /** The start of a line whose end has not come. */
  #held: Uint8Array[] = [];
  #heldBytes = 0;
  /** Whether the held line was looked at for long output. */
  #isTried = false;
  /** The stream of the long output that is under way; its text has not ended. */
  #long: StreamName | undefined;
  /** Its text has ended, its line has not. */
  #restBytes: number | undefined;
  #hasEnded = false;

  constructor(options: RunBodyOptions) {
    this.#options = options;
  }

  transform(chunk: Uint8Array, controller: Controller): void {
    let bytes = chunk;
    while (bytes.length > 0) bytes = this.#step(bytes, controller);
  }

  flush(controller: Controller): void {
    const rest = Buffer.concat(this.#held);
    const isOpen = this.#long !== undefined || this.#restBytes !== undefined;
    if (isOpen || (rest.length > 0 ? !isEnd(rest) : !this.#hasEnded))
      throw new CutStreamError('the run has no last event');
    if (rest.length > 0) controller.enqueue(rest);
  }

  /** Reads one thing from the front and returns what is left. */
  #step(bytes: Uint8Array, controller: Controller): Uint8Array {
    if (this.#long !== undefined) return this.#readText(bytes, this.#long);
    if (this.#restBytes !== undefined) return this.#readRest(bytes, this.#restBytes);
    return this.#readLine(bytes, controller);
  }

  #readLine(bytes: Uint8Array, controller: Controller): Uint8Array {
    const end = bytes.indexOf(NEWLINE) + 1;
    if (end === 0) {
      this.#hold(bytes);
      return this.#heldBytes > PIECE_BYTES && !this.#isTried ? this.#tryLong() : NOTHING;
    }
    const line =
      this.#held.length === 0 ? bytes.subarray(0, end) : Buffer.concat([...this.#held, bytes.subarray(0, end)]);
    this.#forget();
    this.#hasEnded = isEnd(line);
    if (!this.#deliver(line)) controller.enqueue(line);
    return bytes.subarray(end);
  }

  #hold(bytes: Uint8Array): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    const { maxLineBytes } = this.#options;
    if (this.#heldBytes > maxLineBytes) throw new CutStreamError(`a line of more than ${maxLineBytes} bytes`);
  }

  #forget(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#isTried = false;
  }

  /** Whether a whole line was output, and somebody took it. What looks like it and is not stays for the SDK to judge. */
  #deliver(line: Uint8Array): boolean {
    const { sink } = this.#options;
    const stream = sink && outputStart(line)?.stream;
    if (!sink || stream === undefined) return false;
    const event = parsed(line);
    if (typeof event !== 'object' || event === null || !('text' in event) || typeof event.text !== 'string')
      return false;
    if (event.text !== '') sink(stream, event.text);
    return true;
  }

  /** Begins to hand on the held line if it is output; returns its text so far. */
  #tryLong(): Uint8Array {
    this.#isTried = true;
    const line = Buffer.concat(this.#held);
    const start = this.#options.sink && outputStart(line);
    if (!start) {
      this.#held = [line];
      return NOTHING;
    }
    this.#forget();
    this.#hasEnded = false;
    this.#long = start.stream;
    return line.subarray(start.length);
  }

  #readText(bytes: Uint8Array, stream: StreamName): Uint8Array {
    const text = this.#held.length === 0 ? bytes : Buffer.concat([...this.#held, bytes]);
    this.#forget();
    const quote = closingQuote(text);
    const end = quote < 0 ? lastWhole(text) : quote;
    if (end > 0) this.#options.sink?.(stream, unescaped(text.subarray(0, end)));
    if (quote < 0) {
      if (end < text.length) this.#hold(text.slice(end));
      return NOTHING;
    }
    this.#long = undefined;
    this.#restBytes = 0;
    return text.subarray(quote + 1);
  }

  #readRest(bytes: Uint8Array, before: number): Uint8Array {
    const end = bytes.indexOf(NEWLINE) + 1;
    this.#restBytes = end > 0 ? undefined : before + bytes.length;
    if ((this.#restBytes ?? 0) > LONGEST_REST_BYTES) throw new CutStreamError('output that is no event');
    return end > 0 ? bytes.subarray(end) : NOTHING;
  }
}

function parsed(line: Uint8Array): unknown {
  try {
    return JSON.parse(UTF8.decode(line));
  } catch {
    return undefined;
  }
}

function isEnd(line: Uint8Array): boolean {
  if (line.length > LONGEST_END_BYTES) return false;
  const event = parsed(line);
  return typeof event === 'object' && event !== null && 'type' in event && event.type === 'end_of_execution';
}

function outputStart(line: Uint8Array): { readonly stream: StreamName; readonly length: number } | undefined {
  // One character a byte: what is not ASCII does not match, and the length is one of bytes.
  const found = OUTPUT_START.exec(Buffer.from(line.subarray(0, LONGEST_START_BYTES)).toString('latin1'));
  if (!found) return undefined;
  return { stream: found[1] === 'stderr' ? 'stderr' : 'stdout', length: found[0].length };
}

/** Where the text ends: its first quote that is not escaped, or -1. `text` begins with a whole character. */
function closingQuote(text: Uint8Array): number {
  let at = text.indexOf(QUOTE);
  while (at >= 0 && backslashesBefore(text, at) % 2 === 1) at = text.indexOf(QUOTE, at + 1);
  return at;
}

function backslashesBefore(text: Uint8Array, at: number): number {
  let count = 0;
  while (count < at && text[at - 1 - count] === BACKSLASH) count += 1;
  return count;
}

/** The length of the longest start that ends in no half escape and no half character. */
function lastWhole(text: Uint8Array): number {
  const opening = text.lastIndexOf(BACKSLASH);
  const open = text.length - opening;
  if (opening >= 0 && open <= LONGEST_OPEN_ESCAPE && backslashesBefore(text, opening) % 2 === 0) {
    if (open === 1 || text[opening + 1] === LETTER_U) return opening;
  }
  let start = text.length - 1;
  while (start > 0 && text.length - start < 4 && isContinuation(text[start])) start -= 1;
  return start + characterBytes(text[start]) > text.length ? start : text.length;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** How many bytes of UTF-8 the character has that begins with this one. */
function characterBytes(first: number | undefined): number {
  if (first === undefined || first < 0xc0) return 1;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}

function unescaped(text: Uint8Array): string {
  // Without escapes a text stands for itself, and JSON has no control characters in it.
  if (!text.includes(BACKSLASH)) {
    const plain = UTF8.decode(text);
    if (CONTROL.test(plain)) throw new CutStreamError('output that is no text');
    return plain;
  }
  const value: unknown = parsed(Buffer.concat([QUOTE_BYTE, text, QUOTE_BYTE]));
  if (typeof value !== 'string') throw new CutStreamError('output that is no text');
  return value;
}

const QUOTE_BYTE = Uint8Array.of(QUOTE);
