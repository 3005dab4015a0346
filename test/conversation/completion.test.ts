import { describe, expect, it } from 'vitest';
import { COMPLETION_AFTER_MS, completionOf } from '../../src/conversation/completion.ts';
import type { TurnOutcome } from '../../src/conversation/events.ts';
import type { Progress } from '../../src/conversation/progress.ts';
import { ok, progressOf, START, step, words } from '../slack/progress-cases.ts';

const ADA = 'U0000ADA';
const done: TurnOutcome = { kind: 'done' };
const failure = { reason: 'model-auth', message: 'The key is wrong.' } as const;
const stopped = (by: string): TurnOutcome => ({ kind: 'stopped', by, note: 'The variables are kept.' });

const took = (tookMs: number, change: Partial<Progress>) => progressOf({ updatedAt: START + tookMs, ...change });

describe('a turn that took longer than a minute', () => {
  it.each<[string, Partial<Progress>, string, string]>([
    ['done', { outcome: done, parts: [words('Reading.'), words('It is **42**.')] }, 'done', 'It is **42**.'],
    ['done without an answer', { outcome: done, parts: [words('I will count.'), step({ result: ok() })] }, 'done', ''],
    ['failed', { outcome: { kind: 'failed', reason: 'The same error.' } }, 'failed', 'The same error.'],
    ['an error', { outcome: { kind: 'error', failure } }, 'needs-you', 'The key is wrong.'],
    ['stopped by somebody else', { outcome: stopped('U0GRACE') }, 'stopped', 'The variables are kept.'],
    ['stopped by nobody known', { outcome: stopped('') }, 'stopped', 'The variables are kept.'],
  ])('tells its requester: %s', (_name, change, kind, said) => {
    expect(completionOf(took(130_000, change), ADA)).toEqual({ kind, tookMs: 130_000, words: said });
  });

  it('says nothing to the person who stopped it', () => {
    expect(completionOf(took(130_000, { outcome: stopped(ADA) }), ADA)).toBeNull();
  });

  it('says nothing while it still runs, or when nobody asked', () => {
    expect(completionOf(took(130_000, {}), ADA)).toBeNull();
    expect(completionOf(took(130_000, { outcome: done }), '')).toBeNull();
  });
});

it.each<[string, number, boolean]>([
  ['a second', 1_000, false],
  ['a minute', COMPLETION_AFTER_MS, false],
  ['a little more', COMPLETION_AFTER_MS + 1, true],
])('after %s', (_name, tookMs, isTold) => {
  expect(completionOf(took(tookMs, { outcome: done }), ADA) !== null).toBe(isTold);
});
