import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf } from '../../src/conversation/cost.ts';

const PRICES = { inputUsd: 2, outputUsd: 10, cacheReadUsd: 0.2 };

describe('costOf', () => {
  it.each([
    ['nothing', { inputTokens: 0, outputTokens: 0 }, 0],
    ['input', { inputTokens: 1_000_000, outputTokens: 0 }, 2],
    ['output', { inputTokens: 0, outputTokens: 1_000_000 }, 10],
    ['what the cache held', { inputTokens: 1_000_000, outputTokens: 0, cacheReadTokens: 1_000_000 }, 0.2],
    ['what the cache took', { inputTokens: 1_000_000, outputTokens: 0, cacheWriteTokens: 1_000_000 }, 2.5],
    ['all of it', { inputTokens: 300, outputTokens: 100, cacheReadTokens: 100, cacheWriteTokens: 100 }, 0.00147],
  ])('prices %s', (_name, usage, usd) => {
    expect(costOf(usage, PRICES)).toBeCloseTo(usd, 9);
  });

  it('is never less for more tokens, and never negative', () => {
    const tokens = fc.nat(1_000_000);
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, (plain, read, written, out) => {
        const usage = { inputTokens: plain + read + written, outputTokens: out, cacheReadTokens: read };
        const cost = costOf({ ...usage, cacheWriteTokens: written }, PRICES);
        const more = costOf({ ...usage, outputTokens: out + 1, cacheWriteTokens: written }, PRICES);
        expect(cost).toBeGreaterThanOrEqual(0);
        expect(more).toBeGreaterThan(cost);
      }),
    );
  });
});
