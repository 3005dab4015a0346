/** The small part of `npm run bench:pacing` that is quick enough to hold at every change. */
import { describe, expect, it } from 'vitest';
import { checksOf, checksOfAll } from '../../bench/pacing/checks.ts';
import { measure, type Scenario } from '../../bench/pacing/measure.ts';
import { share } from '../../bench/pacing/shared.ts';

const SAMPLE_MS = { steady: 300_000, bursty: 300_000, rare: 1_200_000, erratic: 300_000 };

const scenarios: readonly Scenario[] = [
  { printing: 'steady', turns: 5, channels: 'many', ends: 'together' },
  { printing: 'steady', turns: 20, channels: 'one', ends: 'singly' },
  { printing: 'steady', turns: 50, channels: 'many', ends: 'together' },
  { printing: 'bursty', turns: 5, channels: 'many', ends: 'singly' },
  { printing: 'rare', turns: 50, channels: 'one', ends: 'together' },
  { printing: 'erratic', turns: 20, channels: 'many', ends: 'singly' },
];

describe('in a simulated workspace, the paced editor', () => {
  it.each(scenarios)('keeps near what is possible with $turns $printing turns ending $ends', async (scenario) => {
    const result = await measure(scenario, SAMPLE_MS[scenario.printing]);
    const checks = [...checksOf(result), ...checksOfAll([result])];
    expect(checks.length).toBeGreaterThan(8);
    expect(checks.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual([]);
  });

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
