/** What was seen of each message, and what follows from it: staleness, delays, losses. */
import type { Load, Turn } from './loads.ts';

/** An edit became visible: the message shows everything up to `asOf`. */
export interface Seen {
  readonly at: number;
  readonly asOf: number;
  readonly final: boolean;
}

export interface Sent {
  readonly at: number;
  answeredAt: number;
  readonly turn: number;
}

/** One run of one scheduler on one load. */
export interface Run {
  readonly load: Load;
  /** By turn, in order of time. */
  readonly seen: readonly (readonly Seen[])[];
  readonly sent: readonly Sent[];
  readonly refused: number;
}

export interface Staleness {
  readonly mean: number;
  readonly median: number;
  readonly p95: number;
}

const SAMPLE_MS = 250;

/** Of all messages at all sampled times. */
export function staleness(run: Run): Staleness {
  const { sampleFrom, sampleTo, turns } = run.load;
  const values: number[] = [];
  for (const [index, turn] of turns.entries()) {
    const seen = run.seen[index] ?? [];
    let shown = -1;
    let unseen = 0;
    for (let t = Math.max(sampleFrom, turn.from); t < Math.min(sampleTo, turn.until); t += SAMPLE_MS) {
      while ((seen[shown + 1]?.at ?? Number.POSITIVE_INFINITY) <= t) {
        shown += 1;
        unseen = firstAfter(turn.prints, seen[shown]?.asOf ?? 0);
      }
      values.push(Math.max(0, t - (turn.prints[unseen] ?? Number.POSITIVE_INFINITY)));
    }
  }
  const sorted = Float64Array.from(values).sort();
  const at = (q: number) => sorted[Math.floor(q * sorted.length)] ?? 0;
  return { mean: values.reduce((sum, value) => sum + value, 0) / values.length, median: at(0.5), p95: at(0.95) };
}

/** The index of the first print after `asOf`. */
export function firstAfter(prints: readonly number[], asOf: number): number {
  let [low, high] = [0, prints.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((prints[middle] ?? 0) > asOf) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** From the end of each turn to its last state being visible, the shortest first; Infinity where it never was. */
export function finalDelays({ load, seen }: Run): number[] {
  return load.turns.map((turn, i) => finalAt(seen[i] ?? []) - turn.until).sort((a, b) => a - b);
}

function finalAt(seen: readonly Seen[]): number {
  const last = seen.at(-1);
  return last?.final ? (seen.find(({ final }) => final)?.at ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
}

export function lost(run: Run): number {
  return finalDelays(run).filter((delay) => !Number.isFinite(delay)).length;
}

export function duplicated({ seen }: Run): number {
  return seen.filter((edits) => edits.filter(({ final }) => final).length > 1).length;
}

/** How late the first output of each turn was visible, less what its message had in flight, where a slot was free. */
export function firstDelays(run: Run, perMinute: number, held: number): number[] {
  const { load, seen, sent } = run;
  return load.turns.flatMap((turn: Turn, i) => {
    const at = turn.prints[0];
    if (at === undefined) return [];
    const taken = sent.filter((edit) => edit.at < at && edit.answeredAt + 60_000 > at);
    if (taken.length >= perMinute - held) return [];
    const visible = (seen[i] ?? []).find(({ asOf }) => asOf >= at)?.at ?? Number.POSITIVE_INFINITY;
    const rest = Math.max(0, ...taken.filter((edit) => edit.turn === i).map((edit) => edit.answeredAt - at));
    return [visible - at - rest];
  });
}
