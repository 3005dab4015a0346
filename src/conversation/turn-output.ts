/**
 * The output of one run while it comes: cleaned as a terminal would, bounded in memory, and whole on disk once it is
 * long. A disk that fails costs the middle of the output and nothing else.
 */
import type { Log } from '../log.ts';
import type { ScratchFile } from '../ports.ts';
import type { OutputChunk } from './events.ts';
import { cleanText, emptyOutput, foldOutput, type Output } from './output.ts';
import { byteLength } from './output-excerpt.ts';
import { KEPT_HEAD_CHARS, KEPT_TAIL_CHARS, type KeptOutput, SHORT_CHARS } from './output-kept.ts';
import { ownCopy } from './output-row.ts';
import { endOfTerminal } from './output-terminal.ts';

/** More of the end of stderr than its last line needs. */
const STDERR_TAIL_CHARS = 2_000;

export class RunOutput {
  readonly #create: () => ScratchFile;
  readonly #log: Log;
  #output = emptyOutput();
  #hasEnded = false;
  /** All settled text while it is short, its start from then on. */
  #start = '';
  /** The last pieces of a long one: enough for its end, and no piece more. */
  #lastPieces: string[] = [];
  #lastChars = 0;
  #isLong = false;
  #bytes = 0;
  #stderr = '';
  /** Undefined before the output is long, and after the disk failed. */
  #file: ScratchFile | undefined;

  /** `create` makes the file that a long output goes to. */
  constructor(create: () => ScratchFile, log: Log) {
    this.#create = create;
    this.#log = log;
  }

  /** Takes the next chunk, down to the disk. Never throws. */
  add({ stream, text }: OutputChunk): void {
    // A sandbox that was given up may still print.
    if (this.#hasEnded) return;
    if (stream === 'stderr') this.#stderr = ownCopy((this.#stderr + text).slice(-STDERR_TAIL_CHARS));
    const { output, settled } = foldOutput(this.#output, text);
    this.#output = output;
    this.#keep(settled);
  }

  /** As much of it as a message may show. */
  soFar(): Output {
    return this.#output;
  }

  /** Nothing more comes. Never rejects. */
  async end(): Promise<KeptOutput> {
    this.#hasEnded = true;
    this.#keep(endOfTerminal(this.#output.state.terminal));
    if (!this.#isLong) return { text: this.#start, leftOutBytes: 0 };
    const text = this.#start + lastChars(this.#lastPieces.join(''), KEPT_TAIL_CHARS);
    const whole = await this.#closed();
    return { text, leftOutBytes: this.#bytes - byteLength(text), ...(whole && { whole }) };
  }

  /** The last line on stderr that is not blank. */
  lastStderrLine(): string {
    const lines = cleanText(this.#stderr).split('\n');
    return lines.findLast((line) => line.trim() !== '') ?? '';
  }

  #keep(text: string): void {
    if (text === '') return;
    this.#bytes += byteLength(text);
    if (this.#isLong) {
      this.#keepLast(text);
      this.#onDisk((file) => file.append(text));
      return;
    }
    this.#start += text;
    if (this.#start.length <= SHORT_CHARS) return;
    const all = this.#start;
    this.#isLong = true;
    this.#start = firstChars(all, KEPT_HEAD_CHARS);
    this.#keepLast(all);
    this.#onDisk((file) => file.append(all), this.#create);
  }

  #keepLast(text: string): void {
    this.#lastPieces.push(text);
    this.#lastChars += text.length;
    for (;;) {
      const first = this.#lastPieces[0]?.length ?? 0;
      if (this.#lastChars - first < KEPT_TAIL_CHARS) return;
      this.#lastPieces.shift();
      this.#lastChars -= first;
    }
  }

  /** After the first failure the disk is left alone. */
  #onDisk(work: (file: ScratchFile) => void, create?: () => ScratchFile): void {
    try {
      if (create) this.#file = create();
      if (this.#file) work(this.#file);
    } catch (error) {
      this.#giveUpDisk(error);
    }
  }

  async #closed(): Promise<Blob | undefined> {
    try {
      return await this.#file?.close();
    } catch (error) {
      this.#giveUpDisk(error);
      return undefined;
    }
  }

  #giveUpDisk(error: unknown): void {
    this.#file = undefined;
    this.#log.warn({ err: error }, 'a long output could not be kept on disk');
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
