/** What a part of a message comes to. */
import type { Block } from './blocks.ts';

/** Text that a message could not show whole and that nobody else sends: to be attached when the turn ends. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface Shown {
  readonly blocks: readonly Block[];
  readonly files: readonly TextFile[];
}

export interface RenderedMessage {
  /** What notifications show and screen readers say: short, escaped, never empty. */
  readonly text: string;
  readonly blocks: Block[];
  /** Set when the turn is over: what this message had to cut and nobody else attaches. The message names these files. */
  readonly files: readonly TextFile[];
}

/** The file that holds the model's words when the message cannot. */
export const ANSWER_FILE = 'answer.md';
