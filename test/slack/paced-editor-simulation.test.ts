/** The small part of `npm run bench:pacing` that is quick enough to hold at every change. */
import { describe, expect, it } from 'vitest';
import { type Check, checksOf, checksOfAll, checksOfSingleEnds } from '../../bench/pacing/checks.ts';
import { measure, type Result, type Scenario } from '../../bench/pacing/measure.ts';
import { share } from '../../bench/pacing/shared.ts';

const many = { channels: 'many', draw: 0 } as const;
const one = { channels: 'one', draw: 0 } as const;

const scenarios: readonly Scenario[] = [
  { printing: 'steady', turns: 5, ends: 'together', sampleMs: 300_000, ...many },
  { printing: 'steady', turns: 20, ends: 'singly', sampleMs: 300_000, ...one },
  { printing: 'steady', turns: 50, ends: 'together', sampleMs: 120_000, ...many },
  { printing: 'bursty 6–8 s', turns: 5, ends: 'singly', sampleMs: 300_000, ...many },
  { printing: 'rare 8–10 s', turns: 50, ends: 'together', sampleMs: 1_200_000, ...one },
  { printing: 'erratic 20 s', turns: 20, ends: 'singly', sampleMs: 300_000, ...many },
];
/** Too uneven to be near who knows the future: held against who does not. */
const uneven: readonly Scenario[] = [
  { printing: 'bursty 6–14 s', turns: 50, ends: 'together', sampleMs: 1_200_000, ...many },
  { printing: 'rare 15–25 s', turns: 20, ends: 'together', sampleMs: 2_400_000, ...one },
  { printing: 'erratic 20 s', turns: 50, ends: 'singly', sampleMs: 1_200_000, ...many },
];

const failed = (checks: readonly Check[]) => checks.filter(({ ok }) => !ok).map(({ what }) => what);

describe('in a simulated workspace, the paced editor', () => {
  it.each(scenarios)('keeps near what is possible with $turns turns ($printing) ending $ends', async (scenario) => {
    const checks = checksOf(await measure(scenario));
    expect(checks.length).toBeGreaterThanOrEqual(6);
    expect(failed(checks)).toEqual([]);
  });

  it.each(uneven)('does so without foresight with $turns turns ($printing) ending $ends', async (scenario) => {
    const checks = checksOfAll([await measure(scenario)]);
    expect(checks.map(({ what }) => what).at(-1)).toMatch(/without foresight/);
    expect(failed(checks)).toEqual([]);
  });

  it.each(['steady', 'rare 8–10 s'] as const)(
    'shows single last states soon while 20 turns print (%s)',
    async (printing) => {
      const results: Result[] = [];
      for (let draw = 0; draw < 10; draw += 1) {
        results.push(await measure({ printing, turns: 20, channels: 'many', ends: 'singly', sampleMs: 120_000, draw }));
      }
      expect(failed(checksOfSingleEnds(results))).toEqual([]);
      expect(checksOfSingleEnds(results)).toHaveLength(1);
    },
  );

  it('shares a budget with another process: each gets its part, and refusals stay rare', async () => {
    const { landed, refused } = await share(2, 10, 60);
    const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
    const later = landed.map((counts) => sum(counts.slice(10)));
    for (const part of later) expect(part / sum(later)).toBeGreaterThan(0.3);
    expect(sum(later) / 50).toBeGreaterThan(42);
    expect(sum(refused.slice(10)) / 50).toBeLessThan(1);
  });

  it('finds out that Slack allows less than it was told, and stays near it', async () => {
    const { landed, refused } = await share(1, 10, 60, 30);
    const later = (counts: readonly number[] | undefined) =>
      (counts ?? []).slice(10).reduce((sum, n) => sum + n, 0) / 50;
    expect(later(landed[0])).toBeGreaterThan(27);
    expect(later(refused)).toBeLessThan(0.3);
  });
});
