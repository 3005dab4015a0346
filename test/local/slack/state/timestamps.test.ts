import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTs, microsOf, nextTs, tsOfMicros } from '../../../../src/local/slack/state/timestamps.ts';

describe('timestamps', () => {
  it('are seconds and microseconds', () => {
    expect(nextTs(1_700_000_000_123, undefined)).toBe('1700000000.123000');
    expect(nextTs(1_700_000_000_123, '1700000000.123000')).toBe('1700000000.123001');
    expect(nextTs(1_600_000_000_000, '1700000000.999999')).toBe('1700000001.000000');
    expect([microsOf('now'), microsOf('1.5')]).toEqual([undefined, undefined]);
  });

  it('rise whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 2 }), (times) => {
        let last: string | undefined;
        for (const now of times) {
          const ts = nextTs(now, last);
          if (last !== undefined) expect(compareTs(ts, last)).toBeGreaterThan(0);
          expect(tsOfMicros(microsOf(ts) ?? -1)).toBe(ts);
          last = ts;
        }
      }),
    );
  });
});
