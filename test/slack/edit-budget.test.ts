import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEditBudget, type EditBudget } from '../../src/slack/edit-budget.ts';
import type { Priority } from '../../src/slack/edit-budget-priority.ts';

const MINUTE = 60_000;

/** Takes as many slots as there are now, each answered at once. */
function takeAll(budget: EditBudget, priority: Priority, now: number): number {
  let taken = 0;
  for (; budget.waitMs(priority, now) === 0; taken += 1) budget.take(priority, now)(now);
  return taken;
}

/** When each paced edit goes out that always has something to send, from `from` to `until`. */
function paced(budget: EditBudget, from: number, until: number): number[] {
  const times: number[] = [];
  for (let now = from + budget.waitMs('output', from); now < until; now += budget.waitMs('output', now)) {
    if (budget.waitMs('output', now) > 0) continue;
    budget.take('output', now)(now);
    times.push(now);
  }
  return times;
}

describe('the edit budget', () => {
  it('frees a slot a minute after its answer, not after its sending', () => {
    const budget = createEditBudget(1);
    expect(budget.waitMs('phase', 0)).toBe(0);
    const answered = budget.take('phase', 0);
    expect(budget.waitMs('phase', 1_000)).toBe(Number.POSITIVE_INFINITY);
    answered(4_000);
    expect(budget.waitMs('phase', 4_000)).toBe(MINUTE);
    expect(budget.waitMs('phase', 4_000 + MINUTE - 1)).toBe(1);
    expect(budget.waitMs('phase', 4_000 + MINUTE)).toBe(0);
  });

  it('gives any free slot to what is urgent, but for the one it holds back for finals', () => {
    const budget = createEditBudget(50);
    expect(takeAll(budget, 'first', 0)).toBe(49);
    expect(takeAll(budget, 'phase', 0)).toBe(0);
    expect(takeAll(budget, 'final', 0)).toBe(1);
  });

  it('holds at most five of fifty slots back, whatever the budget', () => {
    for (let perMinute = 1; perMinute <= 200; perMinute += 1) {
      const open = takeAll(createEditBudget(perMinute), 'first', 0);
      expect(open).toBeGreaterThanOrEqual(Math.min(perMinute, perMinute * 0.9));
    }
  });

  it('paces output: a few at once after a quiet time, then evenly, and never dry', () => {
    const budget = createEditBudget(50);
    const times = paced(budget, 0, 30 * MINUTE);
    expect(times.filter((at) => at === 0)).toHaveLength(4);
    const late = times.filter((at) => at > 10 * MINUTE);
    const gaps = late.slice(1).map((at, index) => at - (late[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(3 * (MINUTE / 49));
    for (let at = 10 * MINUTE; at < 29 * MINUTE; at += 10_000) {
      const sent = late.filter((time) => time >= at && time < at + 10_000).length;
      expect(sent).toBeGreaterThan(5);
      expect(sent).toBeLessThan(12);
    }
    expect(late.length / 20).toBeGreaterThan(48);
  });

  it('spreads out again what came free all at once', () => {
    const budget = createEditBudget(50);
    takeAll(budget, 'first', 0);
    const times = paced(budget, MINUTE, 10 * MINUTE);
    for (let minute = 3; minute < 10; minute += 1) {
      const half = times.filter((at) => at >= minute * MINUTE && at < (minute + 0.5) * MINUTE).length;
      expect(half).toBeGreaterThan(18);
      expect(half).toBeLessThan(31);
    }
  });

  it('keeps two slots for each first output that is expected, from all that is less urgent', () => {
    const budget = createEditBudget(50);
    for (let taken = 0; taken < 38; taken += 1) budget.take('first', 0)(0);
    expect(budget.waitMs('phase', 1_000, 5)).toBe(0);
    expect(budget.waitMs('phase', 1_000, 6)).toBe(MINUTE - 1_000);
    expect(budget.waitMs('output', 1_000, 6)).toBe(MINUTE - 1_000);
    expect(budget.waitMs('first', 1_000, 6)).toBe(0);
    expect(budget.waitMs('final', 1_000, 6)).toBe(0);
  });

  it('keeps slots near for the first few finals, whenever they become due and however output came', () => {
    const even = MINUTE / 50;
    const gaps = fc.array(fc.oneof(fc.nat(300), fc.nat(8_000)), { minLength: 200, maxLength: 400 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 100 }), (waits, messages) => {
        const budget = createEditBudget(50);
        budget.shareAmong(messages, 0);
        const answers: number[] = [];
        let now = 0;
        for (const wait of waits) {
          now += wait;
          if (budget.waitMs('output', now) > 0) continue;
          budget.take('output', now)(now);
          answers.push(now);
          const held = answers.filter((at) => at + MINUTE > now);
          for (let final = 1; final <= 3; final += 1) {
            const freeAt = 50 - held.length >= final ? now : (held[held.length - 51 + final] ?? now) + MINUTE;
            expect(freeAt - now).toBeLessThanOrEqual(even * (1.1 * final - 0.5) + 1);
          }
        }
      }),
    );
  });

  it.each([
    { messages: 50, within: 30_000 },
    { messages: 100, within: 30_000 },
    { messages: 20, within: 57_000 },
    { messages: 1, within: 60_000 },
  ])('with $messages messages, spends a minute of slots that are free at once in about $within ms', (row) => {
    const budget = createEditBudget(50);
    budget.shareAmong(row.messages, 0);
    const times = paced(budget, 0, MINUTE);
    const most = times[44] ?? Number.POSITIVE_INFINITY;
    expect(most).toBeLessThan(row.within);
    expect(most).toBeGreaterThan(row.within * 0.7);
  });

  it('gives refreshes only half of the slots', () => {
    const budget = createEditBudget(10);
    for (let now = 0; now < MINUTE; now += 1_000) {
      if (budget.waitMs('refresh', now) === 0) budget.take('refresh', now)(now);
    }
    expect(takeAll(budget, 'final', MINUTE - 1)).toBe(5);
  });

  it('asks more of output the fewer slots are left, and nothing while there are many', () => {
    const budget = createEditBudget(50);
    const asked: number[] = [];
    for (let taken = 0; taken < 4; taken += 1) {
      asked.push(budget.threshold(0));
      budget.take('output', 0)(0);
    }
    expect(asked[0]).toBe(0);
    expect(asked.at(-1)).toBeCloseTo(0.7);
    expect(asked).toEqual([...asked].sort((a, b) => a - b));
    expect(createEditBudget(10).threshold(0)).toBe(0);
  });

  it('cools for every priority after a refusal, and the longer order wins', () => {
    const budget = createEditBudget(10);
    budget.limited(5_000, 0);
    budget.limited(1_000, 1_000);
    expect(budget.waitMs('final', 1_000)).toBe(4_000);
    expect(budget.waitMs('final', 5_000)).toBe(0);
  });

  it('lets last states try what a lowered limit keeps from others, one at a time', () => {
    const budget = createEditBudget(50);
    for (let taken = 0; taken < 40; taken += 1) budget.take('first', 0)(0);
    budget.limited(1_000, 1_000);
    expect(budget.waitMs('first', 2_000)).toBe(MINUTE - 2_000);
    expect(budget.waitMs('final', 1_999)).toBe(1);
    expect(budget.waitMs('final', 2_000)).toBe(0);
    const answered = budget.take('final', 2_000);
    expect(budget.waitMs('final', 2_000)).toBeGreaterThan(0);
    answered(2_200);
    expect(budget.waitMs('final', 2_200)).toBe(0);
  });

  it('holds nothing for longer than it was meant when the clock is set back', () => {
    const budget = createEditBudget(1);
    budget.take('final', 10 * MINUTE)(10 * MINUTE);
    budget.limited(3_000, 10 * MINUTE);
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
          const answered = budget.take('final', now);
          now += step.answer;
          answered(now);
          answers.push(now);
        }
      }),
    );
  });
});
