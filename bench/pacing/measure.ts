/** Every scheduler on every load, and what is held against what. */
import { leastMean } from './bound.ts';
import { createLoad, demand, type Load, type Printing, renewalOf } from './loads.ts';
import { leastMeanOnline } from './online-bound.ts';
import { PACE, runOurs } from './ours.ts';
import { duplicated, finalDelays, firstDelays, lost, type Run, type Staleness, staleness } from './record.ts';
import { EDITS_PER_MINUTE, LATENCY_MS } from './sim-slack.ts';
import { runThrottle } from './throttle.ts';

export const SCHEDULERS = ['paced', '1 s throttle', '3 s throttle'] as const;
export type Scheduler = (typeof SCHEDULERS)[number];

export interface Scenario {
  readonly printing: Printing;
  readonly turns: number;
  readonly channels: 'many' | 'one';
  readonly ends: 'together' | 'singly';
  readonly sampleMs: number;
  /** Which of the loads that are like this. */
  readonly draw: number;
}

export interface Measured extends Staleness {
  /** From the end of a turn to its last state being visible, the shortest first. */
  readonly finals: readonly number[];
  readonly refused: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly firsts: readonly number[];
}

export interface Result {
  readonly scenario: Scenario;
  readonly bound: Staleness;
  /** Of the mean, for who does not know the future; in the mean of all loads like this. */
  readonly online: number;
  /** More edits were wanted than there are. */
  readonly overloaded: boolean;
  readonly measured: Readonly<Record<Scheduler, Measured>>;
}

/** Milliseconds from one edit to the next, at the pace Slack allows. */
export const EDIT_EVERY_MS = 60_000 / EDITS_PER_MINUTE;
/** Slots that may be held back for finals. */
const HELD_BACK = 5;
/** One turn that prints steadily takes just what there is: that is no overload yet. */
const OVERLOAD = 1.01;
/** For the last states: the throttles need a while. */
const DRAIN_MS = 3_600_000;

export async function measure(scenario: Scenario): Promise<Result> {
  const { printing, turns, channels, ends, draw } = scenario;
  const seed = draw * 1_000 + turns * 8 + (channels === 'one' ? 4 : 0) + (ends === 'singly' ? 2 : 0) + 1;
  const load = createLoad({ ...scenario, seed });
  const overloaded = demand(load, PACE.intervalMs) * EDIT_EVERY_MS > 1_000 * OVERLOAD;
  const measured = {
    paced: summary(await runOurs(load, seed, DRAIN_MS)),
    '1 s throttle': summary(await runThrottle(load, 1_000, seed, DRAIN_MS)),
    '3 s throttle': summary(await runThrottle(load, 3_000, seed, DRAIN_MS)),
  };
  const rate = 1 / (turns * EDIT_EVERY_MS);
  const online = printing === 'steady' ? 0 : leastMeanOnline(renewalOf(printing), { rate, latencyMs: LATENCY_MS });
  return { scenario, bound: boundOf(load, turns), online, overloaded, measured };
}

function summary(run: Run): Measured {
  return {
    ...staleness(run),
    finals: finalDelays(run),
    refused: run.refused,
    lost: lost(run),
    duplicated: duplicated(run),
    firsts: firstDelays(run, EDITS_PER_MINUTE, HELD_BACK),
  };
}

/** What no schedule can beat: for steady output by arithmetic, for the rest by knowing the future (of the mean only). */
function boundOf(load: Load, turns: number): Staleness {
  if (load.printing !== 'steady') return { mean: leastMean(load, PACE.intervalMs), median: 0, p95: 0 };
  const cycle = Math.max(PACE.intervalMs, turns * EDIT_EVERY_MS);
  const at = (p: number) => LATENCY_MS + p * cycle;
  return { mean: at(0.5), median: at(0.5), p95: at(0.95) };
}
