/** Program output as a terminal would leave it: ANSI removed, carriage returns applied, bounded to a tail. */

import { ownCopy } from './output-row.ts';
import { messageSize } from './output-size.ts';
import { endOfTerminal, FRESH_TERMINAL, feed, type TerminalState } from './output-terminal.ts';

export interface Output {
  /** The tail that is kept, clean text. */
  readonly text: string;
  /** Clean characters before `text` that were let go. */
  readonly droppedChars: number;
  /** All clean characters: those of `text` and those let go. */
  readonly totalChars: number;
  /** All lines, a last one without a line end included. */
  readonly totalLines: number;
  /** What the next chunk is folded into. Nobody else's business. */
  readonly state: OutputState;
}

export interface OutputState {
  /** The end of what can no longer change: what is kept of it, and up to as much again. */
  readonly settled: string;
  readonly settledChars: number;
  /** Line ends among them. */
  readonly settledLines: number;
  readonly terminal: TerminalState;
}

/** What is kept of a run's output in memory, in characters. A message shows less; a file holds it whole. */
export const KEEP_CHARS = 12_000;

/** A message shows at most this much of a step's output; more is attached as a file. */
export const INLINE_OUTPUT_CHARS = 2_400;
export const INLINE_OUTPUT_LINES = 40;

export function emptyOutput(): Output {
  return {
    text: '',
    droppedChars: 0,
    totalChars: 0,
    totalLines: 0,
    state: { settled: '', settledChars: 0, settledLines: 0, terminal: FRESH_TERMINAL },
  };
}

/**
 * Folds a chunk of raw output in. However a text is cut into chunks, the result is the same. Costs time by the chunk,
 * not by what was printed before. Keeps the last `keepChars` characters, whole lines where lines are short enough.
 */
export function appendOutput(output: Output, text: string, keepChars: number = KEEP_CHARS): Output {
  return foldOutput(output, text, keepChars).output;
}

export interface FoldedOutput {
  readonly output: Output;
  /** What can no longer change since the last chunk, for whoever keeps all of it. */
  readonly settled: string;
}

/** As `appendOutput`, with what settled. */
export function foldOutput(output: Output, text: string, keepChars: number = KEEP_CHARS): FoldedOutput {
  if (text === '') return { output, settled: '' };
  const { state: terminal, settled } = feed(output.state.terminal, text);
  const { settledChars, settledLines } = output.state;
  const tailed = settled.length > keepChars ? settled : output.state.settled + settled;
  const state = {
    // Cut only now and then: a cut copies all that is kept.
    settled: tailed.length > 2 * keepChars ? ownCopy(tail(tailed, keepChars)) : tailed,
    settledChars: settledChars + settled.length,
    settledLines: settledLines + lineEnds(settled),
    terminal,
  };
  return { output: outputOf(state, keepChars), settled };
}

/** Chunks come far more often than somebody looks: the text is put together when it is asked for. */
function outputOf(state: OutputState, keepChars: number): Output {
  const { rows } = state.terminal.screen;
  const totalChars = state.settledChars + rows.reduce((sum, row) => sum + row.length + 1, -1);
  const lastRow = rows.at(-1) ?? '';
  const endsOpen = lastRow !== '' || (rows.length === 1 && state.settled !== '' && !state.settled.endsWith('\n'));
  let text: string | undefined;
  return {
    get text() {
      text ??= tail(state.settled + rows.join('\n'), keepChars);
      return text;
    },
    get droppedChars() {
      return totalChars - this.text.length;
    },
    totalChars,
    totalLines: state.settledLines + rows.length - (endsOpen ? 0 : 1),
    state,
  };
}

/** The whole of a raw output as clean text, for a file. The `text` of the folded Output is its end. */
export function cleanText(raw: string): string {
  const { state, settled } = feed(FRESH_TERMINAL, raw);
  return settled + endOfTerminal(state);
}

/** Whether a message cannot show this output whole, so that it must be attached as a file too. */
export function needsFile(output: Output): boolean {
  if (output.totalLines > INLINE_OUTPUT_LINES || output.totalChars > INLINE_OUTPUT_CHARS) return true;
  return messageSize(output.text) > INLINE_OUTPUT_CHARS;
}

export function outputFileName(step: number): string {
  return `step-${step}-output.txt`;
}

/**
 * The end of a text, at most `keep` characters: from the first line start in reach, or, where that would lose more than
 * half of it (a very long line), from any character. Taking the tail of a tail changes nothing.
 */
function tail(text: string, keep: number): string {
  if (text.length <= keep) return text;
  const from = text.length - keep;
  const line = text.indexOf('\n', from - 1) + 1;
  if (line > 0 && text.length - line >= keep / 2) return text.slice(line);
  const splitsPair = (text.charCodeAt(from) & 0xfc00) === 0xdc00;
  return text.slice(splitsPair ? from + 1 : from);
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
