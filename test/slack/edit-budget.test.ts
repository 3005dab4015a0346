import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEditBudget } from '../../src/slack/edit-budget.ts';

const MINUTE = 60_000;

describe('the edit budget', () => {
  it('frees a slot a minute after its answer, not after its sending', () => {
    const budget = createEditBudget(1);
    expect(budget.waitMs('output', 0)).toBe(0);
    const answered = budget.take();
    expect(budget.waitMs('output', 1_000)).toBe(Number.POSITIVE_INFINITY);
    answered(4_000);
    expect(budget.waitMs('output', 4_000)).toBe(MINUTE);
    expect(budget.waitMs('output', 4_000 + MINUTE - 1)).toBe(1);
    expect(budget.waitMs('output', 4_000 + MINUTE)).toBe(0);
  });

  it('holds slots back for finals, and gives refreshes only half', () => {
    const budget = createEditBudget(10);
    const free = (priority: 'final' | 'output' | 'refresh') => budget.waitMs(priority, 0) === 0;
    const seen: string[] = [];
    for (let taken = 0; taken <= 10; taken += 1) {
      seen.push(`${taken}:${['final', 'output', 'refresh'].filter((p) => free(p as 'final')).join(' ')}`);
      budget.take()(0);
    }
    expect(seen[4]).toBe('4:final output refresh');
    expect(seen[5]).toBe('5:final output');
    expect(seen[8]).toBe('8:final output');
    expect(seen[9]).toBe('9:final');
    expect(seen[10]).toBe('10:');
  });

  it('cools for every priority, and the longer order wins', () => {
    const budget = createEditBudget(10);
    budget.cool(5_000, 0);
    budget.cool(1_000, 1_000);
    expect(budget.waitMs('final', 1_000)).toBe(4_000);
    expect(budget.waitMs('final', 5_000)).toBe(0);
  });

  it('holds nothing for longer than it was meant when the clock is set back', () => {
    const budget = createEditBudget(1);
    budget.take()(10 * MINUTE);
    budget.cool(3_000, 10 * MINUTE);
    expect(budget.waitMs('final', 0)).toBe(MINUTE);
    expect(budget.waitMs('final', MINUTE)).toBe(0);
  });

  it('never says a wait that is too short or endless, for any history', () => {
    const history = fc.array(fc.record({ wait: fc.nat(20_000), answer: fc.nat(30_000) }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), history, (perMinute, steps) => {
        const budget = createEditBudget(perMinute);
        const answers: number[] = [];
        let now = 0;
        for (const step of steps) {
          now += step.wait;
          const wait = budget.waitMs('final', now);
          const used = answers.filter((time) => time + MINUTE > now).length;
          expect(wait === 0).toBe(used < perMinute);
          expect(Number.isFinite(wait)).toBe(true);
          now += wait;
          expect(answers.filter((time) => time + MINUTE > now).length).toBeLessThan(perMinute);
          now += step.answer;
          budget.take()(now);
          answers.push(now);
        }
      }),
    );
  });
});
