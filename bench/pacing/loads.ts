/** What the turns of a simulation print, and when each begins and ends. Times in milliseconds. */
import type { Renewal } from './online-bound.ts';
import { type Random, random } from './random.ts';

interface Kind {
  /** From line to line, or from burst to burst: uniform in between. */
  readonly pauseMs: readonly [number, number];
  /** Lines of a burst, and from one to the next. */
  readonly burst?: { readonly lines: readonly [number, number]; readonly gapMs: readonly [number, number] };
}

const BURST = { lines: [8, 15], gapMs: [50, 150] } as const;

/** How turns print. The first three are the least uneven: even who knew the future could win little by choosing among pauses. */
const KINDS = {
  steady: { pauseMs: [100, 300] },
  'bursty 6–8 s': { pauseMs: [6_000, 8_000], burst: BURST },
  'rare 8–10 s': { pauseMs: [8_000, 10_000] },
  'bursty 6–14 s': { pauseMs: [6_000, 14_000], burst: BURST },
  'rare 15–25 s': { pauseMs: [15_000, 25_000] },
  'rare 24–36 s': { pauseMs: [24_000, 36_000] },
  'rare 40–50 s': { pauseMs: [40_000, 50_000] },
} as const satisfies Record<string, Kind>;

/** Lines that come without any memory, with this mean. */
const ERRATIC_MS = 20_000;

export type Printing = keyof typeof KINDS | 'erratic 20 s';
export const PRINTING = [...(Object.keys(KINDS) as (keyof typeof KINDS)[]), 'erratic 20 s'] as const;
/** What is held against the bound for who knows the future. */
export const FORESEEABLE: readonly Printing[] = ['steady', 'bursty 6–8 s', 'rare 8–10 s'];

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

/** The first output comes a moment after the message stands, for a rare printer too. */
const FIRST_MS = [200, 2_000] as const;

function prints(printing: Printing, from: number, until: number, chance: Random): number[] {
  const times: number[] = [];
  const gap = gaps(printing, chance);
  for (let at = from + chance.between(...FIRST_MS); at < until; at += gap()) times.push(Math.round(at));
  return times;
}

function gaps(printing: Printing, chance: Random): () => number {
  if (printing === 'erratic 20 s') return () => chance.exponential(ERRATIC_MS);
  const { pauseMs, burst }: Kind = KINDS[printing];
  if (!burst) return () => chance.between(...pauseMs);
  const [least, most] = burst.lines;
  const lines = () => Math.round(chance.between(least - 0.5, most + 0.5)) - 1;
  let left = lines();
  return () => {
    if (left > 0) {
      left -= 1;
      return chance.between(...burst.gapMs);
    }
    left = lines();
    return chance.between(...pauseMs);
  };
}

/** The same as a renewal: bursts (three lengths stand for all), or lines, and the pauses after them. */
export function renewalOf(printing: Printing): Renewal {
  if (printing === 'erratic 20 s') return { memoryless: ERRATIC_MS };
  const { pauseMs, burst }: Kind = KINDS[printing];
  if (!burst) return { burstMs: [0], pauseMs };
  const gapMs = (burst.gapMs[0] + burst.gapMs[1]) / 2;
  const [least, most] = burst.lines;
  return { burstMs: [1, 3, 5].map((sixth) => gapMs * (least - 1 + ((most - least) * sixth) / 6)), pauseMs };
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
