/**
 * The output of one run while it comes: cleaned as a terminal would, bounded in memory, and whole on disk once it is
 * long. A disk that fails costs the middle of the output and nothing else.
 */
import type { Log } from '../log.ts';
import type { ScratchFile } from '../ports.ts';
import type { OutputChunk } from './events.ts';
import { cleanText } from './output.ts';
import { byteLength } from './output-excerpt.ts';
import { KEPT_HEAD_CHARS, KEPT_TAIL_CHARS, type KeptOutput, SHORT_CHARS } from './output-kept.ts';
import { endOfTerminal, FRESH_TERMINAL, feed, type TerminalState } from './output-terminal.ts';

/** More of the end of stderr than its last line needs. */
const STDERR_TAIL_CHARS = 2_000;

export class RunOutput {
  readonly #create: () => Promise<ScratchFile>;
  readonly #log: Log;
  #terminal: TerminalState = FRESH_TERMINAL;
  /** All settled text while it is short, its start from then on. */
  #start = '';
  /** The end of a long one. */
  #end = '';
  #isLong = false;
  #bytes = 0;
  #stderr = '';
  /** Undefined before the output is long, and after the disk failed. */
  #file: ScratchFile | undefined;

  /** `create` makes the file that a long output goes to. */
  constructor(create: () => Promise<ScratchFile>, log: Log) {
    this.#create = create;
    this.#log = log;
  }

  /** Takes the next chunk; resolves when the disk has it. Never rejects. */
  async add({ stream, text }: OutputChunk): Promise<void> {
    if (stream === 'stderr') this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL_CHARS);
    const { state, settled } = feed(this.#terminal, text);
    this.#terminal = state;
    await this.#keep(settled);
  }

  /** Nothing more comes. Never rejects. */
  async end(): Promise<KeptOutput> {
    await this.#keep(endOfTerminal(this.#terminal));
    this.#terminal = FRESH_TERMINAL;
    const text = this.#start + this.#end;
    if (!this.#isLong) return { text, leftOutBytes: 0 };
    const whole = await this.#onDisk((file) => file.close());
    return { text, leftOutBytes: this.#bytes - byteLength(text), ...(whole && { whole }) };
  }

  /** The last line on stderr that is not blank. */
  lastStderrLine(): string {
    const lines = cleanText(this.#stderr).split('\n');
    return lines.findLast((line) => line.trim() !== '') ?? '';
  }

  async #keep(text: string): Promise<void> {
    if (text === '') return;
    this.#bytes += byteLength(text);
    if (this.#isLong) {
      this.#end = lastChars(this.#end + text, KEPT_TAIL_CHARS);
      await this.#onDisk((file) => file.append(text));
      return;
    }
    this.#start += text;
    if (this.#start.length <= SHORT_CHARS) return;
    const all = this.#start;
    this.#isLong = true;
    this.#start = firstChars(all, KEPT_HEAD_CHARS);
    this.#end = lastChars(all, KEPT_TAIL_CHARS);
    await this.#onDisk((file) => file.append(all), this.#create);
  }

  /** After the first failure the disk is left alone. */
  async #onDisk<T>(
    work: (file: ScratchFile) => Promise<T>,
    create?: () => Promise<ScratchFile>,
  ): Promise<T | undefined> {
    try {
      if (create) this.#file = await create();
      return this.#file && (await work(this.#file));
    } catch (error) {
      this.#file = undefined;
      this.#log.warn({ err: error }, 'a long output could not be kept on disk');
      return undefined;
    }
  }
}

function firstChars(text: string, count: number): string {
  return text.slice(0, isLowHalf(text, count) ? count - 1 : count);
}

function lastChars(text: string, count: number): string {
  if (text.length <= count) return text;
  const from = text.length - count;
  return text.slice(isLowHalf(text, from) ? from + 1 : from);
}

/** Whether the character at `at` is the second half of a UTF-16 pair. */
function isLowHalf(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
