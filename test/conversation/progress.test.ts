import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Code, RunResult, SandboxId, TurnEvent, TurnId } from '../../src/conversation/events.ts';
import { appendOutput, emptyOutput } from '../../src/conversation/output.ts';
import { foldProgress, type Progress, type StepPart, startProgress } from '../../src/conversation/progress.ts';
import { failed, OK } from '../fakes/fake-sandboxes.ts';

const TURN = 'turn-1' as TurnId;
const CODE: Code = { language: 'python', source: 'print(1)' };
const START = startProgress(TURN, 1_000, 3);

function fold(events: readonly TurnEvent[], from: Progress = START): Progress {
  return events.reduce(foldProgress, from);
}

const thinking: TurnEvent = { type: 'model.started', at: 1_001 };
const text = (snapshot: string, delta = snapshot): TurnEvent => ({ type: 'model.text', at: 1_002, delta, snapshot });
const writing: TurnEvent = {
  type: 'model.code',
  at: 1_003,
  language: 'python',
  delta: 'print(1)',
  snapshot: 'print(1)',
};
const said: TurnEvent = { type: 'model.finished', at: 1_004, usage: { inputTokens: 7, outputTokens: 3 } };
const opening: TurnEvent = { type: 'sandbox.opening', at: 1_005 };
const running = (step = 1, attempt = 1): TurnEvent => ({ type: 'run.started', at: 1_006, step, attempt, code: CODE });
const out = (soFar: string): TurnEvent => ({
  type: 'run.output',
  at: 1_007,
  output: appendOutput(emptyOutput(), soFar),
});
const ran = (result: RunResult): TurnEvent => ({ type: 'run.finished', at: 1_008, result });
const repairing: TurnEvent = { type: 'attempt.repairing', at: 1_009, attempt: 2, of: 3, error: 'KeyError' };
const finished: TurnEvent = { type: 'turn.finished', at: 1_010, outcome: { kind: 'done' } };

function opened(lost: boolean): TurnEvent {
  return { type: 'sandbox.opened', at: 1_005, id: 'sbx' as SandboxId, origin: lost ? 'new' : 'kept', lost };
}

describe('progress.phase', () => {
  it.each<[string, readonly TurnEvent[], Progress['phase']]>([
    ['at first', [], 'starting'],
    ['while the model is asked', [thinking], 'thinking'],
    ['while it says words', [thinking, text('Hi')], 'thinking'],
    ['while it writes code', [thinking, writing], 'writing'],
    ['when the code is written', [thinking, writing, said], 'writing'],
    ['while the sandbox opens', [thinking, writing, said, opening], 'opening'],
    ['while the code runs', [thinking, writing, said, opened(false), running()], 'running'],
    ['when the model only spoke', [thinking, text('Hi'), said], 'finishing'],
    ['when the model thinks about a failure', [running(), ran(failed('E', '')), thinking], 'thinking'],
    ['when it begins a repair', [running(), ran(failed('E', '')), thinking, repairing, writing], 'repairing'],
    ['when the repair runs', [running(), ran(failed('E', '')), thinking, repairing, writing, running(2, 2)], 'running'],
    ['at the end', [running(), ran(OK), finished], 'finished'],
  ])('%s', (_name, events, phase) => {
    expect(fold(events).phase).toBe(phase);
  });
});

describe('foldProgress', () => {
  it('calls a sandbox resumed only where people saw it being resumed', () => {
    const woken: TurnEvent = {
      type: 'sandbox.opened',
      at: 1_006,
      id: 'sbx' as SandboxId,
      origin: 'resumed',
      lost: false,
    };
    const resuming: TurnEvent = { type: 'sandbox.resuming', at: 1_005 };
    expect(fold([opening, woken]).sandbox).toBe('kept');
    expect(fold([opening, resuming, woken]).sandbox).toBe('resumed');
  });

  it('tells a whole turn in the order in which it happened', () => {
    const progress = fold([
      { type: 'turn.started', at: 1_000, turn: TURN, maxAttempts: 3 },
      thinking,
      text('Let me '),
      text('Let me see.', 'see.'),
      writing,
      said,
      opened(true),
      running(),
      out('one\n'),
      out('one\ntwo\n'),
      ran(failed('KeyError', 'x')),
      thinking,
      text('Fixed.'),
      repairing,
      said,
      running(2, 2),
      ran(OK),
      { type: 'artifacts.found', at: 1_009, names: ['a.png'] },
      { type: 'artifacts.found', at: 1_009, names: ['b.csv', 'a.png'] },
      { type: 'turn.note', at: 1_009, text: 'A note.' },
      finished,
    ]);
    const step = { kind: 'step', code: CODE, startedAt: 1_006 };
    expect(progress).toEqual({
      turn: TURN,
      phase: 'finished',
      startedAt: 1_000,
      updatedAt: 1_010,
      attempt: 2,
      maxAttempts: 3,
      ahead: 0,
      parts: [
        { kind: 'words', text: 'Let me see.' },
        {
          ...step,
          step: 1,
          attempt: 1,
          result: failed('KeyError', 'x'),
          output: expect.objectContaining({ text: 'one\ntwo\n' }),
        },
        { kind: 'words', text: 'Fixed.' },
        { ...step, step: 2, attempt: 2, result: OK, output: expect.objectContaining({ text: '' }) },
      ],
      draft: null,
      artifacts: ['a.png', 'b.csv'],
      notes: ['A note.'],
      usage: { inputTokens: 14, outputTokens: 6 },
      costUsd: null,
      sandbox: 'new',
      sandboxLost: true,
      asIs: false,
      outcome: { kind: 'done' },
    });
  });

  it('adds up what the replies cost, and the tokens of the cache', () => {
    const usage = { inputTokens: 7, outputTokens: 3, cacheReadTokens: 4 };
    const priced: TurnEvent = { type: 'model.finished', at: 1_004, usage, costUsd: 0.25 };
    expect(fold([priced, priced])).toMatchObject({ costUsd: 0.5, usage: { cacheReadTokens: 8 } });
    expect(fold([said]).usage).toEqual({ inputTokens: 7, outputTokens: 3 });
  });

  it('keeps the words of two replies apart, even with no step between them and equal words', () => {
    expect(fold([thinking, text('Same'), said, thinking, text('Same')]).parts).toEqual([
      { kind: 'words', text: 'Same' },
      { kind: 'words', text: 'Same' },
    ]);
  });

  it('lets output go that comes when nothing runs', () => {
    const done = fold([running(), ran(OK)]);
    expect(fold([out('late')], done).parts).toEqual(done.parts);
    expect(fold([out('early')]).parts).toEqual([]);
  });

  it('does not keep the draft of code that never ran', () => {
    expect(fold([thinking, writing]).draft).toEqual(CODE);
    expect(fold([thinking, writing, said, thinking]).draft).toBeNull();
    expect(fold([thinking, writing, finished]).draft).toBeNull();
  });

  const anyEvent: fc.Arbitrary<TurnEvent> = fc.oneof(
    fc.constantFrom(thinking, writing, said, opening, repairing, finished, opened(true), opened(false)),
    fc.string().map((snapshot) => text(snapshot)),
    fc.string({ unit: 'binary' }).map(out),
    fc.tuple(fc.nat(20), fc.nat(4)).map(([step, attempt]) => running(step, attempt)),
    fc.constantFrom(OK, failed('E', 'v')).map(ran),
    fc.array(fc.string()).map((names): TurnEvent => ({ type: 'artifacts.found', at: 1_009, names })),
    fc.string().map((note): TurnEvent => ({ type: 'turn.note', at: 1_009, text: note })),
  );

  it('takes any events in any order, and finished is final', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), fc.array(anyEvent, { maxLength: 10 }), (events, later) => {
        const end = fold([...events, finished]);
        expect(end.phase).toBe('finished');
        expect(fold(later, end)).toBe(end);
      }),
    );
  });

  it('never changes what it was given, and never loses a step', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        const before = structuredClone(START);
        const progress = fold(events.filter((event) => event.type !== 'turn.finished'));
        const steps = progress.parts.filter((part): part is StepPart => part.kind === 'step');
        expect(START).toEqual(before);
        expect(steps.length).toBe(events.filter((event) => event.type === 'run.started').length);
      }),
    );
  });
});
