/** What the pacing bench holds us against must itself hold: no schedule is below a bound, and some reach it. */
import { describe, expect, it } from 'vitest';
import { leastMean } from '../../bench/pacing/bound.ts';
import { createLoad, renewalOf } from '../../bench/pacing/loads.ts';
import { leastMeanOnline } from '../../bench/pacing/online-bound.ts';
import { type Random, random } from '../../bench/pacing/random.ts';

const LATENCY_MS = 80;

/** Mean staleness, and edits per millisecond, where every k-th line of one turn is shown so long after it came. */
function everyKth(k: number, afterMs: number, pause: () => number): { mean: number; rate: number } {
  let [time, stale, edits] = [0, 0, 0];
  for (let cycle = 0; cycle < 20_000; cycle += 1) {
    let age = 0;
    for (let line = 1; line < k; line += 1) {
      const ms = pause();
      age += ms;
      time += ms;
    }
    time += pause();
    stale += (age + afterMs + LATENCY_MS) ** 2 / 2;
    edits += 1;
  }
  return { mean: stale / time, rate: edits / time };
}

describe('the bound for who knows the future', () => {
  it.each([
    { printing: 'bursty 6–8 s', turns: 20 },
    { printing: 'bursty 6–8 s', turns: 50 },
    { printing: 'rare 8–10 s', turns: 20 },
    { printing: 'rare 8–10 s', turns: 50 },
  ] as const)('is out of any reach in three minutes: $printing, $turns turns', ({ printing, turns }) => {
    const load = createLoad({ printing, turns, channels: 'many', ends: 'together', sampleMs: 120_000, seed: turns });
    // In whole minutes a sliding minute lets no more through than the even rate: nothing is to spare.
    expect(leastMean(load, 1_200, 0)).toBeGreaterThan(1.25 * leastMean(load, 1_200) + 300);
  });

  // Half an hour does not help either where pauses are uneven: the future decides, or what is kept for last states.
  it.each([
    { printing: 'rare 15–25 s', turns: 20, idle: 0 },
    { printing: 'rare 40–50 s', turns: 50, idle: 1 },
  ] as const)('is out of reach without foresight with $idle of 50 slots idle: $printing, $turns turns', (row) => {
    const { printing, turns, idle } = row;
    const sampleMs = 1_800_000;
    const load = createLoad({ printing, turns, channels: 'many', ends: 'together', sampleMs, seed: turns });
    // To begin with nothing unseen, and to end as may be, is worth about one edit of each message.
    const rate = (50 - idle) / (60_000 * turns) + 1 / sampleMs;
    const online = leastMeanOnline(renewalOf(printing), { rate, latencyMs: LATENCY_MS });
    expect(online).toBeGreaterThan(1.25 * leastMean(load, 1_200) + 300);
  });
});

describe('the bound for who does not know the future', () => {
  it.each([2, 3, 5])('is reached by who shows each line number %i of a clock that ticks', (k) => {
    const { mean, rate } = everyKth(k, 0, () => 20_000);
    const bound = leastMeanOnline(
      { burstMs: [0], pauseMs: [20_000, 20_000] },
      { rate: rate * 0.9999, latencyMs: LATENCY_MS },
    );
    expect(bound).toBeLessThanOrEqual(mean * 1.01);
    expect(bound).toBeGreaterThan(mean * 0.98);
  });

  it('lies between its neighbours where there are between two and three lines for an edit', () => {
    const at = (lines: number) =>
      leastMeanOnline(
        { burstMs: [0], pauseMs: [20_000, 20_000] },
        { rate: 1 / (lines * 20_000), latencyMs: LATENCY_MS },
      );
    // Every other time the second, else the third: 0.5 × (20² + 40²) / 2 s² in 50 s.
    expect(at(2.5) / 1_000).toBeCloseTo(10.05, 1);
  });

  it.each([
    { k: 2, afterMs: 0 },
    { k: 3, afterMs: 0 },
    { k: 2, afterMs: 5_000 },
    { k: 4, afterMs: 1_000 },
  ])('is above no schedule: line $k, after $afterMs ms, of uneven ones', ({ k, afterMs }) => {
    const chance = random(k);
    const { mean, rate } = everyKth(k, afterMs, () => chance.between(15_000, 25_000));
    const bound = leastMeanOnline({ burstMs: [0], pauseMs: [15_000, 25_000] }, { rate, latencyMs: LATENCY_MS });
    expect(bound).toBeLessThan(mean * 1.01);
    expect(bound).toBeGreaterThan(mean * 0.6);
  });

  it('is reached without memory by who lets the first unseen line always wait as long', () => {
    const waiting = (waitMs: (chance: Random) => number, seed: number) => {
      const chance = random(seed);
      let [time, stale] = [0, 0];
      const edits = 50_000;
      for (let edit = 0; edit < edits; edit += 1) {
        const ms = waitMs(chance);
        time += chance.exponential(20_000) + ms;
        stale += (ms + LATENCY_MS) ** 2 / 2;
      }
      return { mean: stale / time, rate: edits / time };
    };
    const bound = (rate: number) => leastMeanOnline({ memoryless: 20_000 }, { rate, latencyMs: LATENCY_MS });
    const same = waiting(() => 40_000, 1);
    expect(same.mean / bound(same.rate)).toBeCloseTo(1, 1);
    const uneven = waiting((chance) => chance.between(20_000, 60_000), 2);
    expect(uneven.mean).toBeGreaterThan(bound(uneven.rate) * 1.05);
    expect(bound(1 / 10_000)).toBe(0);
  });

  it.each(['bursty 6–8 s', 'rare 8–10 s', 'bursty 6–14 s', 'rare 15–25 s', 'erratic 20 s'] as const)(
    'is above the one with foresight (%s)',
    (printing) => {
      const turns = 20;
      const load = createLoad({ printing, turns, channels: 'many', ends: 'together', sampleMs: 3_600_000, seed: 3 });
      const online = leastMeanOnline(renewalOf(printing), { rate: 1 / (turns * 1_200), latencyMs: LATENCY_MS });
      expect(leastMean(load, 1_200)).toBeLessThan(online);
    },
  );
});
