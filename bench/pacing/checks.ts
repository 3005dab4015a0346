/** What must hold. Each check is a sentence and whether it is true. */
import { FORESEEABLE } from './loads.ts';
import { EDIT_EVERY_MS, type Measured, type Result, type Scheduler } from './measure.ts';
import { LATENCY_MS } from './sim-slack.ts';

export interface Check {
  readonly what: string;
  readonly ok: boolean;
}

/** How far above the bound, and how much worse than another, is still good. */
const RATIO = 1.25;
const MARGIN_MS = 300;
const FINAL_RATIO = 1.1;
const FINAL_MARGIN_MS = 1_000;
const FIRST_MS = 300;
/**
 * A run that is sampled for less is not held against the bound that knows the future: that begins with all messages fresh
 * and 50 edits to spare, which is a good part of a short run.
 */
const FORESEEN_FROM_MS = 300_000;
/** Below so many turns nearly every erratic line has an edit of its own, and chance alone decides which are late. */
const ERRATIC_FROM_TURNS = 50;
const THROTTLES: readonly Scheduler[] = ['1 s throttle', '3 s throttle'];

export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export const seconds = (ms: number): string => (ms / 1_000).toFixed(2);

/** Of one run. */
export function checksOf({ scenario, bound, measured }: Result): Check[] {
  const { printing, turns, channels, ends, sampleMs, draw } = scenario;
  const ours = measured.paced;
  const where = channels === 'one' ? 'one channel' : 'many channels';
  const name = `${printing}, ${turns} turns, ${where}, ending ${ends}, ${sampleMs / 1_000} s, draw ${draw}`;
  const checks: Check[] = [];
  const holds = (what: string, ok: boolean) => checks.push({ what: `${name}: ${what}`, ok });

  holds('no last state is lost', ours.lost === 0);
  holds('no last state is shown twice', ours.duplicated === 0);
  holds('Slack refuses nothing', ours.refused === 0);
  holds('first output within 300 ms where a slot is free', Math.max(0, ...ours.firsts) <= FIRST_MS);
  for (const other of THROTTLES) {
    const theirs = measured[other];
    const keys = ['mean', 'median', 'p95'] as const;
    const figures = keys.map((key) => `${key} ${seconds(ours[key])} against ${seconds(theirs[key])} s`);
    const ok = keys.every((key) => ours[key] - theirs[key] <= MARGIN_MS);
    holds(`not staler than the ${other} by 0.3 s (${figures.join(', ')})`, ok);
  }
  if (turns < 5) return checks;
  if (printing === 'steady') {
    for (const key of ['median', 'mean', 'p95'] as const) {
      holds(`${key} within ${RATIO} × the bound`, ours[key] <= RATIO * bound[key]);
    }
  } else if (FORESEEABLE.includes(printing) && sampleMs >= FORESEEN_FROM_MS) {
    holds(`mean within ${RATIO} × the bound + 0.3 s`, ours.mean <= RATIO * bound.mean + MARGIN_MS);
  }
  if (ends === 'together') {
    const late = ours.finals.some(
      (delay, index) => delay > FINAL_RATIO * (index + 1) * EDIT_EVERY_MS + LATENCY_MS + FINAL_MARGIN_MS,
    );
    holds('the j-th last state within 1.1 × j / r + L + 1 s', !late);
  }
  return checks;
}

/** Of long runs of one kind of load with as many turns, together. */
export function checksOfAll(results: readonly Result[]): Check[] {
  const [first] = results;
  if (!first) return [];
  const { printing, turns } = first.scenario;
  const of = (scheduler: Scheduler) => pooled(results.map(({ measured }) => measured[scheduler]));
  const ours = of('paced');
  const checks: Check[] = [];
  const holds = (what: string, ok: boolean) => checks.push({ what: `${printing}, ${turns} turns: ${what}`, ok });
  if (results.every(({ overloaded }) => overloaded)) {
    for (const other of THROTTLES) {
      const theirs = of(other);
      holds(`fresher than the ${other} in the median`, ours.median < theirs.median || ours.median === 0);
      holds(`fresher than the ${other} in p95`, ours.p95 < theirs.p95);
      holds(`last states sooner than with the ${other}`, mean(ours.finals) < mean(theirs.finals));
      holds(`fewer refusals than with the ${other}`, ours.refused < theirs.refused);
    }
  }
  if (printing !== 'steady' && (printing !== 'erratic 20 s' || turns >= ERRATIC_FROM_TURNS)) {
    const most = RATIO * first.online + MARGIN_MS;
    holds(`mean within ${RATIO} × the bound without foresight + 0.3 s`, ours.mean <= most);
  }
  return checks;
}

/** Of as many runs as there are in which turns end singly. */
export function checksOfSingleEnds(results: readonly Result[]): Check[] {
  const [first] = results;
  if (!first || first.scenario.turns < 5) return [];
  const ours = pooled(results.map(({ measured }) => measured.paced));
  const { printing, turns } = first.scenario;
  const what = `${printing}, ${turns} turns: p95 of ${ours.finals.length} single last states within 2 L + 1 / r`;
  return [{ what, ok: quantile(ours.finals, 0.95) <= 2 * LATENCY_MS + EDIT_EVERY_MS }];
}

/** Means of the runs; delays and refusals of all. */
export function pooled(runs: readonly Measured[]): Measured {
  const over = (key: 'mean' | 'median' | 'p95' | 'lost' | 'duplicated') => mean(runs.map((run) => run[key]));
  return {
    mean: over('mean'),
    median: over('median'),
    p95: over('p95'),
    finals: runs.flatMap(({ finals }) => finals).sort((a, b) => a - b),
    refused: runs.reduce((sum, { refused }) => sum + refused, 0),
    lost: runs.reduce((sum, { lost }) => sum + lost, 0),
    duplicated: runs.reduce((sum, { duplicated }) => sum + duplicated, 0),
    firsts: runs.flatMap(({ firsts }) => firsts),
  };
}
