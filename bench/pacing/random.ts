/** Chance with a seed: the same run every time. */
export interface Random {
  /** 0 to 1, without 1. */
  next(): number;
  between(low: number, high: number): number;
  /** Memoryless, with this mean. */
  exponential(mean: number): number;
}

export function random(seed: number): Random {
  let state = (seed * 2_654_435_761 + 40_503) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    exponential: (mean) => -mean * Math.log(1 - next()),
  };
}
