/** A stop in each phase of a turn: it ends at once, says who and what is left, and the conversation stays whole. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { type StopCause, TurnStopped } from '../../src/conversation/aborting.ts';
import type { TurnEvent, TurnOutcome } from '../../src/conversation/events.ts';
import { type FakeRun, failed, fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { runs, type ScriptedReply, says, scriptedModel, UNTIL_ABORTED } from '../fakes/scripted-model.ts';
import { CODE, outcomeOf, play, steps, until, type World, world } from './turn-harness.ts';

const BY_ADA: StopCause = { kind: 'person', user: 'UADA' };

/** Plays a turn and stops it at the first event that `at` accepts. */
async function stopAt(one: World, at: (event: TurnEvent) => boolean, cause = BY_ADA, task?: 'code') {
  const controller = new AbortController();
  const onEvent = (event: TurnEvent): void => {
    if (!controller.signal.aborted && at(event)) controller.abort(new TurnStopped(cause));
  };
  const given = task ? { task: { kind: 'code', code: CODE } as const } : {};
  const events = await play(one, { ...given, signal: controller.signal, onEvent });
  return { events, left: getEventListeners(controller.signal, 'abort').length };
}

const is = (type: TurnEvent['type']) => (event: TurnEvent) => event.type === type;
const stoppedBy = (by: string, note: string): TurnOutcome => ({ kind: 'stopped', by, note });

describe('the end of the session', () => {
  it('takes the variables along, and the turn that it stops says so', async () => {
    const one = world({
      replies: [runs(CODE)],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] }),
    });
    const { events } = await stopAt(one, is('run.output'), { ...BY_ADA, endsSession: true });
    expect(outcomeOf(events)).toEqual(stoppedBy('UADA', 'The session was ended, and its sandbox with it.'));
  });
});

describe('stop.phases', () => {
  const talking: ScriptedReply = [{ type: 'text', delta: 'Well', snapshot: 'Well' }, UNTIL_ABORTED];

  it.each<[string, World, TurnEvent['type'], string]>([
    ['before anything', world({ replies: [says('Hi')] }), 'turn.started', 'No code was running.'],
    ['while the model thinks', world({ replies: [[UNTIL_ABORTED]] }), 'model.started', 'No code was running.'],
    ['while the model speaks', world({ replies: [talking] }), 'model.text', 'No code was running.'],
    ['while the model writes code', world({ replies: [runs(CODE)] }), 'model.code', 'No code was running.'],
    ['when the code is written', world({ replies: [runs(CODE)] }), 'model.finished', 'No code was running.'],
    [
      'while the sandbox opens',
      world({ replies: [runs(CODE)], sandboxes: fakeSandboxes({ openingTakes: new Promise(() => {}) }) }),
      'sandbox.opening',
      'No code was running.',
    ],
    [
      'while the code runs',
      world({ replies: [runs(CODE)], sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] }) }),
      'run.output',
      'The variables are kept.',
    ],
    ['when the code has just ended', world({ replies: [runs(CODE)] }), 'run.finished', 'The variables are kept.'],
    [
      'while a repair is written',
      world({ replies: [runs(CODE), runs(CODE)], sandboxes: fakeSandboxes({ runs: [{ result: failed('E', 'v') }] }) }),
      'attempt.repairing',
      'The variables are kept.',
    ],
  ])('%s', async (_name, one, type, note) => {
    const { events, left } = await stopAt(one, is(type));
    expect(outcomeOf(events)).toEqual(stoppedBy('UADA', note));
    expect(left).toBe(0);
    expect(one.clock.waiting).toBe(0);
  });

  it('in the last words after giving up', async () => {
    const results: FakeRun[] = [{ result: { kind: 'died', reason: 'Memory ran out.', durationMs: 1, results: [] } }];
    const one = world({ replies: [runs(CODE), talking], sandboxes: fakeSandboxes({ runs: results }) });
    const { events } = await stopAt(one, is('model.text'));
    expect(outcomeOf(events)).toEqual(stoppedBy('UADA', 'The variables are gone, the files are still there.'));
  });

  it('of own code', async () => {
    const one = world({ sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] }) });
    const { events } = await stopAt(one, is('run.output'), BY_ADA, 'code');
    expect(steps(events).slice(-2)).toEqual(['run.finished stopped', 'turn.finished stopped']);
    expect(one.messages.at(-1)).toMatchObject({ role: 'result', text: expect.stringContaining('The run was stopped') });
  });
});

describe('stop.conversation', () => {
  it('keeps what was said, and the run with its result', async () => {
    const one = world({
      replies: [runs(CODE, 'I run it.')],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] }),
    });
    await stopAt(one, is('run.output'));
    expect(one.messages).toEqual([
      { role: 'user', text: 'Do it.' },
      { role: 'assistant', text: 'I run it.', calls: [{ id: 'call_1', code: CODE }] },
      { role: 'result', callId: 'call_1', text: 'hi\nThe run was stopped; the variables are kept.', failed: true },
    ]);
    expect(one.written).toContain('run 1 stopped: "hi\\n"');
  });

  it('keeps words that were cut short, and no call without its result', async () => {
    const one = world({ replies: [runs(CODE, 'I run it.')] });
    await stopAt(one, is('model.code'));
    expect(one.messages).toEqual([
      { role: 'user', text: 'Do it.' },
      { role: 'assistant', text: 'I run it.', calls: [] },
    ]);
  });

  it('answers a call that the stop kept from running', async () => {
    const one = world({ replies: [runs(CODE)] });
    await stopAt(one, is('model.finished'));
    expect(one.messages.at(-1)).toEqual({
      role: 'result',
      callId: 'call_1',
      text: 'Not run: the turn was stopped.',
      failed: true,
    });
  });
});

describe('stop.shutdown', () => {
  it('says that the bot was restarted', async () => {
    const { events } = await stopAt(world({ replies: [[UNTIL_ABORTED]] }), is('model.started'), { kind: 'shutdown' });
    expect(outcomeOf(events)).toEqual({
      kind: 'error',
      failure: {
        reason: 'restarted',
        message: 'I was restarted while working on this, so it is not finished. Press Retry to start it anew.',
      },
    });
  });
});

describe('stop.hanging-ports', () => {
  it('does not wait for a model that ignores it', async () => {
    const model = {
      async *reply() {
        await new Promise(() => {});
      },
    };
    const { events } = await stopAt(world({ model }), is('model.started'));
    expect(outcomeOf(events)?.kind).toBe('stopped');
  });

  it('waits 30 s for a run that ignores it, then says the sandbox does not answer', async () => {
    const one = world({
      replies: [runs(CODE)],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'], hangs: true }] }),
    });
    const stopping = stopAt(one, is('run.output'));
    await until(() => one.clock.waiting === 1);
    await one.clock.advance(29_000);
    expect(one.written.filter((line) => line.startsWith('run 1 lost'))).toEqual([]);
    await one.clock.advance(1_000);
    const { events } = await stopping;
    expect(outcomeOf(events)).toEqual(stoppedBy('UADA', 'The sandbox did not answer to the stop.'));
    expect(one.clock.waiting).toBe(0);
  });
});

describe('stop.model-is-told-nothing', () => {
  it('asks for no further reply', async () => {
    const model = scriptedModel([runs(CODE), says('Never asked for.')]);
    const one = world({ model, sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] }) });
    await stopAt(one, is('run.output'));
    expect(model.requests).toHaveLength(1);
  });
});
