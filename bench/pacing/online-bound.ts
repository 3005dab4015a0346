/**
 * The least mean staleness that a schedule can have in the mean of all loads of a kind when it knows how they are drawn,
 * but not what comes. The turns are alike and independent, so at a price per edit each is a problem of its own: after
 * each burst, when to show it if nothing more came until then, or not before the next. Every edit starts anew, so it is
 * solved backwards over the age of the oldest unseen output, exactly but for the grid; by weak duality every price gives a
 * lower bound, and the best is taken. It asks that the budget is kept in the mean only: that slots must be free when output
 * comes costs a real schedule more, most where there is about one edit for each output.
 */

/** Output comes in bursts with pauses in between; a single line is a burst of no length. Times in milliseconds. */
export type Renewal =
  | {
      /** As likely one as the other. */
      readonly burstMs: readonly number[];
      /** Uniform in between. */
      readonly pauseMs: readonly [number, number];
    }
  /** Lines that come without memory, with this mean between two. */
  | { readonly memoryless: number };

export interface OnlineBudget {
  /** Edits of one turn in one millisecond, in the mean. */
  readonly rate: number;
  /** From sending to visible. */
  readonly latencyMs: number;
}

/** Steps of the grid in a mean cycle, and in the range of pauses; twice as many change the bound by less than 1 %. */
const STEPS = 40;
const PAUSES = 16;
/** Older than so many times what there is an edit for, output is shown in any case. */
const OLDEST = 3;
/** Of the price, near which the bound hardly depends on it, and of the cost at that price. */
const PRICE_PRECISION = 1e-3;
const COST_PRECISION = 1e-6;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

type Bursts = Extract<Renewal, { readonly burstMs: unknown }>;

interface Grid {
  readonly stepMs: number;
  readonly ages: number;
  /** Equally likely, in order. */
  readonly pauses: readonly number[];
  readonly cycleMs: number;
}

/** In milliseconds. */
export function leastMeanOnline(renewal: Renewal, budget: OnlineBudget): number {
  if ('memoryless' in renewal) return leastMemoryless(renewal.memoryless, budget);
  const grid = gridOf(renewal, budget);
  if (grid.cycleMs * budget.rate >= 1) return 0;
  // Concave in the price: a search by golden section finds the best.
  const at = (price: number) => leastCost(price, renewal, budget, grid) - price * budget.rate;
  const span = (OLDEST / budget.rate) ** 2;
  let [low, high] = [0, span];
  let [a, b] = [high - GOLDEN * span, low + GOLDEN * span];
  let [atA, atB] = [at(a), at(b)];
  while (high - low > PRICE_PRECISION * high) {
    if (atA < atB) {
      [low, a, atA] = [a, b, atB];
      b = low + GOLDEN * (high - low);
      atB = at(b);
    } else {
      [high, b, atB] = [b, a, atA];
      a = high - GOLDEN * (high - low);
      atA = at(a);
    }
  }
  return Math.max(atA, atB);
}

/** The first unseen line waits for always the same time: that there are more tells nothing, and waiting costs more by and by. */
function leastMemoryless(meanMs: number, { rate, latencyMs }: OnlineBudget): number {
  const wait = 1 / rate - meanMs;
  return wait < 0 ? 0 : ((wait + latencyMs) ** 2 / 2) * rate;
}

function gridOf({ burstMs, pauseMs: [least, most] }: Bursts, { rate }: OnlineBudget): Grid {
  const cycleMs = mean(burstMs) + (least + most) / 2;
  const pauses = Array.from({ length: PAUSES }, (_, i) => least + ((most - least) * (i + 0.5)) / PAUSES);
  const stepMs = cycleMs / STEPS;
  return { stepMs, cycleMs, pauses, ages: Math.ceil(OLDEST / rate / stepMs) };
}

/** Of staleness and of edits at this price, in milliseconds a millisecond. */
function leastCost(price: number, renewal: Bursts, budget: OnlineBudget, grid: Grid): number {
  const at = (perMs: number) => advantage(perMs, price, renewal, budget, grid);
  let [low, high] = [0, OLDEST / budget.rate + price * budget.rate];
  let [atLow, atHigh] = [at(low), at(high)];
  // Concave and falling: the chord meets zero below it, the tangent above; halving keeps both ends moving.
  for (let round = 0; high - low > COST_PRECISION * high; round += 1) {
    const middle = round % 3 === 2 ? (low + high) / 2 : low + ((high - low) * atLow) / (atLow - atHigh);
    const value = at(middle);
    if (value > 0) [low, atLow] = [middle, value];
    else [high, atHigh] = [middle, value];
    if (value === 0) break;
  }
  return low;
}

/**
 * What the best policy costs from a burst with nothing unseen before it to the next such burst, less `perMs` for the time
 * in between: 0 where `perMs` is what it costs in the mean.
 */
function advantage(perMs: number, price: number, renewal: Bursts, budget: OnlineBudget, grid: Grid): number {
  const { stepMs, ages, pauses, cycleMs } = grid;
  const { burstMs } = renewal;
  const passed = perMs * cycleMs;
  const grown = (age: number, ms: number) => age * ms + (ms * ms) / 2;
  /** Shown so long after a burst; nothing is unseen then until the next. */
  const shown = (age: number, delay: number) => price + grown(age, delay + budget.latencyMs) - passed;
  /** By age, at the beginning of a burst and at its end. */
  const atBurst = new Float64Array(ages + 1);
  const atPause = new Float64Array(ages + 1);
  const between = (values: Float64Array, age: number): number | undefined => {
    const index = Math.floor(age / stepMs);
    const [a, b] = [values[index], values[index + 1]];
    if (index >= ages || a === undefined || b === undefined) return undefined;
    return a + (b - a) * (age / stepMs - index);
  };
  const pauseAt = (age: number) => between(atPause, age) ?? shown(age, 0);
  const burstAt = (age: number) =>
    between(atBurst, age) ?? burstMs.reduce((sum, ms) => sum + grown(age, ms) + shown(age + ms, 0), 0) / burstMs.length;
  for (let index = ages; index >= 0; index -= 1) {
    const age = index * stepMs;
    // Shown at once, or when the pause is longer than the first so many; the last: never.
    let best = shown(age, 0);
    let shorter = 0;
    for (const [i, ms] of pauses.entries()) {
      shorter += grown(age, ms) + burstAt(age + ms) - passed;
      const longer = pauses.length - i - 1;
      best = Math.min(best, (shorter + longer * shown(age, ms)) / pauses.length);
    }
    atPause[index] = best;
    let sum = 0;
    for (const ms of burstMs) sum += grown(age, ms) + (ms === 0 ? best : pauseAt(age + ms));
    atBurst[index] = sum / burstMs.length;
  }
  return atBurst[0] ?? 0;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
