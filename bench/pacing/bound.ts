/**
 * The least mean staleness that any schedule can have on a load, knowing all that will be printed: of each turn alone the
 * best edit times at a price per edit (dynamic programming), and the price at which the edits of all turns together fit the
 * budget (a Lagrange multiplier). By weak duality every price gives a lower bound; the best of them is taken.
 */
import type { Load, Turn } from './loads.ts';
import { firstAfter } from './record.ts';
import { EDITS_PER_MINUTE, LATENCY_MS, MINUTE_MS } from './sim-slack.ts';

/** Where the price of an edit may lie, in ms²; near the best one the bound hardly depends on it. */
const PRICES = [1e2, 1e11] as const;
const PRICE_PRECISION = 1.02;

interface Candidates {
  /** When an edit may be sent, in order. */
  readonly at: Float64Array;
  /** The first print that an edit at that time does not show; Infinity where there is none. */
  readonly next: Float64Array;
  readonly from: number;
  readonly to: number;
  readonly firstPrint: number;
}

/** Of an optimal schedule every edit is at a print, or as soon after the one before as the floor allows. */
function candidates(turn: Turn, load: Load, floorMs: number): Candidates {
  const from = Math.max(load.sampleFrom, turn.from);
  const to = Math.min(load.sampleTo, turn.until);
  const prints = turn.prints.filter((at) => at >= from && at < to);
  const times = new Set<number>();
  for (const at of prints) {
    times.add(at);
    // Later ones of a chain show something new only while prints go on.
    for (let later = at + floorMs; later < to; later += floorMs) {
      const last = prints[firstAfter(prints, later) - 1] ?? 0;
      if (last <= later - floorMs) break;
      times.add(later);
      if (later - at > 4 * floorMs) break;
    }
  }
  const at = Float64Array.from(times).sort();
  const next = at.map((time) => prints[firstAfter(prints, time)] ?? Number.POSITIVE_INFINITY);
  return { at, next, from, to, firstPrint: prints[0] ?? Number.POSITIVE_INFINITY };
}

/** The least of staleness integral + price × edits, and how many edits that takes. */
function cheapest(c: Candidates, floorMs: number, price: number): { cost: number; edits: number } {
  const square = (x: number) => (x > 0 ? (x * x) / 2 : 0);
  const ends = (unseen: number, until: number) => (Number.isFinite(unseen) ? square(until - unseen) : 0);
  // Lines of the lower envelope: after edit i, reaching the next one at v costs v²/2 + (intercept − unseen·v).
  const hull: { slope: number; intercept: number; edits: number }[] = [];
  let head = 0;
  const add = (unseen: number, base: number, edits: number) => {
    if (!Number.isFinite(unseen)) return;
    const line = { slope: -unseen, intercept: base + (unseen * unseen) / 2, edits };
    const last = hull.at(-1);
    if (last?.slope === line.slope) {
      if (last.intercept <= line.intercept) return;
      hull.pop();
    }
    for (let a = hull.at(-2), b = hull.at(-1); a && b && hull.length - head >= 2; a = hull.at(-2), b = hull.at(-1)) {
      const crossing = (l: typeof line, m: typeof line) => (m.intercept - l.intercept) / (l.slope - m.slope);
      if (crossing(a, line) > crossing(a, b)) break;
      hull.pop();
    }
    hull.push(line);
  };
  add(c.firstPrint, 0, 0);
  let best = { cost: ends(c.firstPrint, c.to), edits: 0 };
  const costs = new Float64Array(c.at.length);
  const counts = new Float64Array(c.at.length);
  let eligible = 0;
  for (let j = 0; j < c.at.length; j += 1) {
    const sent = c.at[j] ?? 0;
    for (; (c.at[eligible] ?? 0) <= sent - floorMs && eligible < j; eligible += 1) {
      const visible = (c.at[eligible] ?? 0) + LATENCY_MS;
      const unseen = c.next[eligible] ?? Number.POSITIVE_INFINITY;
      add(unseen, (costs[eligible] ?? 0) - ends(unseen, visible), counts[eligible] ?? 0);
    }
    const v = sent + LATENCY_MS;
    const value = (line: (typeof hull)[number]) => line.intercept + line.slope * v;
    for (let a = hull[head], b = hull[head + 1]; a && b && value(b) <= value(a); a = hull[head], b = hull[head + 1]) {
      head += 1;
    }
    const line = hull[head];
    if (!line) {
      costs[j] = Number.POSITIVE_INFINITY;
      continue;
    }
    costs[j] = (v * v) / 2 + value(line) + price;
    counts[j] = line.edits + 1;
    const unseen = c.next[j] ?? Number.POSITIVE_INFINITY;
    const total = (costs[j] ?? 0) + ends(unseen, c.to) - ends(unseen, v);
    if (total < best.cost) best = { cost: total, edits: counts[j] ?? 0 };
  }
  return best;
}

/**
 * In milliseconds. `spare` edits are to be had beside the even rate: at most a minute of them, since the run does not begin
 * with an empty minute behind it.
 */
export function leastMean(load: Load, floorMs: number, spare: number = EDITS_PER_MINUTE): number {
  const turns = load.turns.map((turn) => candidates(turn, load, floorMs));
  const life = turns.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  const minutes = (load.sampleTo - load.sampleFrom) / MINUTE_MS;
  const budget = EDITS_PER_MINUTE * minutes + spare;
  const at = (price: number) => {
    const all = turns.map((turn) => cheapest(turn, floorMs, price));
    const edits = all.reduce((sum, one) => sum + one.edits, 0);
    return { edits, bound: all.reduce((sum, one) => sum + one.cost, 0) - price * budget };
  };
  let best = at(0).bound;
  let [low, high]: [number, number] = [...PRICES];
  while (high / low > PRICE_PRECISION) {
    const price = Math.sqrt(low * high);
    const { edits, bound } = at(price);
    best = Math.max(best, bound);
    if (edits > budget) low = price;
    else high = price;
  }
  return best / life;
}
