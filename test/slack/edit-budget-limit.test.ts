import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLearnedLimit } from '../../src/slack/edit-budget-limit.ts';

const MINUTE = 60_000;

describe('the learned limit', () => {
  it('is what was configured until Slack refuses an edit', () => {
    expect(createLearnedLimit(50).at(100 * MINUTE)).toBe(50);
  });

  it('falls below what was used when an edit was refused', () => {
    const limit = createLearnedLimit(50);
    limit.lower(31, 0);
    expect(limit.at(0)).toBe(27);
  });

  it('halves at most, for a refusal of few edits need not be for their number', () => {
    const limit = createLearnedLimit(50);
    limit.lower(3, 0);
    expect(limit.at(0)).toBe(22);
    expect(limit.at(10 * MINUTE)).toBeGreaterThan(40);
    limit.lower(3, 11 * MINUTE);
    limit.lower(3, 11.5 * MINUTE);
    limit.lower(3, 12 * MINUTE);
    expect(limit.at(12 * MINUTE)).toBeLessThan(8);
  });

  it('rises to what went well in quiet minutes, waits there, then goes beyond it faster and faster', () => {
    const limit = createLearnedLimit(50);
    limit.lower(31, 0);
    const byMinute = Array.from({ length: 11 }, (_, minute) => limit.at(minute * MINUTE));
    expect(byMinute).toEqual([27, 29, 30, 30, 30, 31, 33, 37, 45, 50, 50]);
  });

  it('takes refusals of edits that were under way together for one', () => {
    const limit = createLearnedLimit(50);
    limit.lower(51, 0);
    limit.lower(50, 200);
    limit.lower(49, 400);
    expect(limit.at(400)).toBe(45);
    limit.lower(46, 30_000);
    expect(limit.at(30_000)).toBe(40);
  });

  it('never leaves the range from a tenth of what was configured to all of it, however time goes', () => {
    const steps = fc.array(
      fc.record({ passed: fc.integer({ min: -10 * MINUTE, max: 10 * MINUTE }), held: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), steps, (configured, given) => {
        const limit = createLearnedLimit(configured);
        let now = 0;
        for (const { passed, held } of given) {
          now += passed;
          limit.lower(held, now);
          expect(limit.at(now)).toBeGreaterThanOrEqual(Math.max(1, Math.floor(configured / 10)));
          expect(limit.at(now)).toBeLessThanOrEqual(configured);
        }
        expect(limit.at(now + 60 * MINUTE)).toBe(configured);
      }),
    );
  });
});
