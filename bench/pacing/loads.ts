/** What the turns of a simulation print, and when each begins and ends. Times in milliseconds. */
import { type Random, random } from './random.ts';

export const PRINTING = ['steady', 'bursty', 'rare'] as const;
/** 'erratic' is measured but not held against its bound: who does not know the future cannot be near it. */
export type Printing = (typeof PRINTING)[number] | 'erratic';

export interface Turn {
  /** Its message stands. */
  readonly from: number;
  /** When it prints, in order; the first is its first visible output. */
  readonly prints: readonly number[];
  /** It ends: its last state is due. */
  readonly until: number;
}

export interface Load {
  readonly printing: Printing;
  readonly turns: readonly Turn[];
  /** Staleness is sampled in between. */
  readonly sampleFrom: number;
  readonly sampleTo: number;
  /** Nothing happens any more after this, but what is still to be delivered. */
  readonly until: number;
}

export interface LoadOptions {
  readonly printing: Printing;
  readonly turns: number;
  readonly channels: 'many' | 'one';
  readonly ends: 'together' | 'singly';
  readonly sampleMs: number;
  readonly seed: number;
}

const WARM_UP_MS = 60_000;
/** All turns that may begin at once do so within this time. */
const START_MS = 2_000;
/** One message a second may be posted in a channel. */
const POST_MS = 1_000;
/** Turns that end singly do so at random, so many milliseconds apart in the mean. */
const END_EVERY_MS = 6_000;

export function createLoad({ printing, turns, channels, ends, sampleMs, seed }: LoadOptions): Load {
  const chance = random(seed);
  const sampleTo = WARM_UP_MS + sampleMs;
  const ending = ends === 'together' ? 0 : turns * END_EVERY_MS;
  return {
    printing,
    sampleFrom: WARM_UP_MS,
    sampleTo,
    until: sampleTo + ending,
    turns: Array.from({ length: turns }, (_, index) => {
      const from = channels === 'one' ? index * POST_MS : chance.between(0, START_MS);
      const until = sampleTo + chance.next() * ending;
      return { from, until, prints: prints(printing, from, until, chance) };
    }),
  };
}

/**
 * Between two lines, in ms. Steady and in a burst they come one after the other; rare ones as a training reports its epochs;
 * erratic ones without memory, with this mean.
 */
const GAP_MS = {
  steady: [100, 300],
  inBurst: [50, 150],
  betweenBursts: [6_000, 8_000],
  rare: [8_000, 10_000],
  erratic: 20_000,
} as const;
const BURST_LINES = [8, 15] as const;
/** The first output comes a moment after the message stands, for a rare printer too. */
const FIRST_MS = [200, 2_000] as const;

function prints(printing: Printing, from: number, until: number, chance: Random): number[] {
  const times: number[] = [];
  const burst = () => Math.round(chance.between(BURST_LINES[0] - 0.5, BURST_LINES[1] + 0.5)) - 1;
  let left = burst();
  const gap = (): number => {
    if (printing === 'steady') return chance.between(...GAP_MS.steady);
    if (printing === 'rare') return chance.between(...GAP_MS.rare);
    if (printing === 'erratic') return chance.exponential(GAP_MS.erratic);
    if (left > 0) {
      left -= 1;
      return chance.between(...GAP_MS.inBurst);
    }
    left = burst();
    return chance.between(...GAP_MS.betweenBursts);
  };
  for (let at = from + chance.between(...FIRST_MS); at < until; at += gap()) times.push(Math.round(at));
  return times;
}

/** Edits a second that the load would take if each message were edited as soon as its floor allows. */
export function demand({ turns, sampleFrom, sampleTo }: Load, floorMs: number): number {
  let edits = 0;
  for (const { prints } of turns) {
    let editedAt = Number.NEGATIVE_INFINITY;
    for (const at of prints) {
      if (at <= editedAt || at < sampleFrom || at >= sampleTo) continue;
      // Seen by the edit that the floor put off.
      editedAt = Math.max(at, editedAt + floorMs);
      edits += 1;
    }
  }
  return (edits * 1_000) / (sampleTo - sampleFrom);
}
