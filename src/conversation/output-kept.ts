/** A run's clean output once it has ended: short ones whole, of long ones the start and the end. Pure. */
import { byteLength, excerpt } from './output-excerpt.ts';

export interface KeptOutput {
  /** All of it; where `leftOutBytes` is above 0, its start and its end. */
  readonly text: string;
  /** What is missing between the two. */
  readonly leftOutBytes: number;
  /** All of a long one, on disk; undefined where the disk did not take it. */
  readonly whole?: Blob;
}

/** An output longer than this does not stay in memory. Far more than a message or a model gets to see. */
export const SHORT_CHARS = 65_536;
/** What stays of a longer one. More than anybody shows of it, so that an excerpt never meets the gap. */
export const KEPT_HEAD_CHARS = 8_192;
export const KEPT_TAIL_CHARS = 24_576;

/** What the database and the model get of an output. */
export const OUTPUT_LIMITS = { headBytes: 4_000, tailBytes: 12_000 };

/** A short output. */
export function keptWhole(text: string): KeptOutput {
  return { text, leftOutBytes: 0 };
}

/** The start and the end of an output, with what is missing said. At most 16 kB. */
export function outputExcerpt({ text, leftOutBytes }: KeptOutput): string {
  return excerpt(text, OUTPUT_LIMITS, { leftOutBytes });
}

export function outputBytes({ text, leftOutBytes }: KeptOutput): number {
  return byteLength(text) + leftOutBytes;
}
