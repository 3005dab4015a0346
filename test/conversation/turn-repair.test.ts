/** Failing code: repaired in sight, at most so often, and given up for a reason. */
import { describe, expect, it } from 'vitest';
import type { ModelMessage, RunResult } from '../../src/conversation/events.ts';
import { type FakeRun, failed, fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { fails, runs, type ScriptedReply, says, scriptedModel } from '../fakes/scripted-model.ts';
import { CODE, outcomeOf, play, python, steps, world } from './turn-harness.ts';

const KEY = failed('KeyError', "'price'");
const NAME = failed('NameError', "name 'x' is not defined");
const TYPE = failed('TypeError', 'unsupported operand');
const base = { durationMs: 1, results: [] };

function repairing(results: readonly RunResult[], replies: readonly ScriptedReply[], settings = {}) {
  const sandboxes = fakeSandboxes({ runs: results.map((result): FakeRun => ({ result })) });
  return world({ replies, sandboxes, settings });
}

function lastResult(messages: readonly ModelMessage[]): string {
  return messages.findLast((message) => message.role === 'result')?.text ?? '';
}

describe('retry.sequence', () => {
  it('announces each new attempt when the model begins to write it', async () => {
    const one = repairing([KEY, NAME], [runs(python('a')), runs(python('b')), runs(python('c')), says('Done.')]);
    expect(steps(await play(one))).toEqual([
      'turn.started',
      'model.started',
      'model.finished',
      'sandbox.opened',
      'run.started 1/1',
      'run.finished failed',
      'model.started',
      "attempt.repairing 2 of 3: KeyError: 'price'",
      'model.finished',
      'run.started 2/2',
      'run.finished failed',
      'model.started',
      "attempt.repairing 3 of 3: NameError: name 'x' is not defined",
      'model.finished',
      'run.started 3/3',
      'run.finished ok',
      'model.started',
      'model.finished',
      'turn.finished done',
    ]);
    expect(
      one.messages
        .filter(({ role }) => role === 'result')
        .map((message) => message.role === 'result' && message.failed),
    ).toEqual([true, true, false]);
  });

  it('shows the model the traceback', async () => {
    const model = scriptedModel([runs(CODE), says('I see.')]);
    await play(world({ model, sandboxes: fakeSandboxes({ runs: [{ prints: ['before\n'], result: KEY }] }) }));
    expect(model.requests[1]?.messages.at(-1)).toEqual({
      role: 'result',
      callId: 'call_1',
      text: "before\nError: Traceback (most recent call last):\nKeyError: 'price'",
      failed: true,
    });
  });

  it('announces nothing when the model explains instead of repairing', async () => {
    const one = repairing([KEY], [runs(CODE), says('That column does not exist.')]);
    const events = await play(one);
    expect(steps(events).filter((line) => line.startsWith('attempt'))).toEqual([]);
    expect(outcomeOf(events)).toEqual({ kind: 'done' });
  });

  it('does not run the rest of a reply whose first call failed, but answers it', async () => {
    const two = [...runs(python('a'), '', 'call_a').slice(0, -1), ...runs(python('b'), '', 'call_b')];
    const one = repairing([KEY], [two, says('Sorry.')]);
    await play(one);
    expect(one.sandboxes.ran).toEqual(['a']);
    expect(one.messages.filter(({ role }) => role === 'result').map(({ text }) => text)).toEqual([
      "Error: Traceback (most recent call last):\nKeyError: 'price'",
      'Not run, because the call before it failed.',
    ]);
  });
});

describe('retry.gives-up', () => {
  it('after three failing runs: the model says what went wrong, and its words end the turn', async () => {
    const model = scriptedModel([runs(python('a')), runs(python('b')), runs(python('c')), says('I could not do it.')]);
    const results = [KEY, NAME, TYPE].map((result): FakeRun => ({ result }));
    const one = world({ model, sandboxes: fakeSandboxes({ runs: results }) });
    const events = await play(one);
    expect(outcomeOf(events)).toEqual({
      kind: 'failed',
      reason: 'The last error was `TypeError: unsupported operand`.',
    });
    expect(steps(events).slice(-3)).toEqual(['model.started', 'model.finished', 'turn.finished failed']);
    expect(one.sandboxes.ran).toHaveLength(3);
    const told = model.requests[3]?.messages.at(-1)?.text;
    expect(told).toMatch(/^Error: .*TypeError: unsupported operand\n\[No more code can be run for this request\./s);
    expect(one.messages.at(-1)).toEqual({ role: 'assistant', text: 'I could not do it.', calls: [] });
  });

  it('and what the model still wants to run then is neither run nor shown nor kept', async () => {
    const again = runs(python('d'), 'One more try.');
    const one = repairing([KEY, NAME, TYPE], [runs(CODE), runs(CODE), runs(CODE), again, says('Never asked for.')]);
    const events = await play(one);
    expect(one.sandboxes.ran).toHaveLength(3);
    expect(events.filter((event) => event.type === 'model.code' && event.snapshot === 'd')).toEqual([]);
    expect(outcomeOf(events)?.kind).toBe('failed');
    expect(one.messages.at(-1)).toEqual({ role: 'assistant', text: 'One more try.', calls: [] });
  });

  it('and a model that fails at its last words leaves a note, the reason stays', async () => {
    const one = repairing([KEY], [runs(CODE), fails('model-unavailable', 'The model is away.')], { maxAttempts: 1 });
    const events = await play(one);
    expect(steps(events).at(-2)).toBe('turn.note The model is away.');
    expect(outcomeOf(events)).toEqual({ kind: 'failed', reason: "The error was `KeyError: 'price'`." });
  });

  it.each<[string, readonly RunResult[], string]>([
    ['the same error twice', [KEY, KEY], "The same error came back unchanged: `KeyError: 'price'`."],
    [
      'the time limit',
      [{ kind: 'timedOut', limitSeconds: 120, variables: 'kept', ...base }],
      'The code ran into the time limit of 120 s; the variables are kept.',
    ],
    ['a dead kernel', [{ kind: 'died', reason: 'Memory ran out.', ...base }], 'Memory ran out.'],
  ])('early, at %s', async (_name, results, reason) => {
    const replies = [...results.map(() => runs(CODE)), says('I explain.'), says('Never asked for.')];
    const one = repairing(results, replies);
    const events = await play(one);
    expect(outcomeOf(events)).toEqual({ kind: 'failed', reason });
    expect(lastResult(one.messages)).toContain('No more code can be run');
    expect(one.messages.at(-1)).toEqual({ role: 'assistant', text: 'I explain.', calls: [] });
  });

  it('after the last step, with every run a success', async () => {
    const replies = [runs(python('a')), runs(python('b')), runs(python('c')), says('That is how far I got.')];
    const one = world({ replies, settings: { maxSteps: 2 } });
    const events = await play(one);
    expect(one.sandboxes.ran).toEqual(['a', 'b']);
    expect(lastResult(one.messages)).toMatch(/^Not run\. The limit of 2 runs in one turn is reached\.\n\[No more code/);
    expect(outcomeOf(events)).toEqual({ kind: 'failed', reason: 'The limit of 2 runs in one turn is reached.' });
  });

  it('but is done when the model ends by itself at the last step', async () => {
    const one = world({ replies: [runs(CODE), says('Done.')], settings: { maxSteps: 1 } });
    expect(outcomeOf(await play(one))).toEqual({ kind: 'done' });
  });
});

describe('retry.bad-calls', () => {
  const bad: ScriptedReply = [
    { type: 'badCall', callId: 'call_1', message: 'The language must be python, javascript or bash.' },
    { type: 'end', stop: 'calls', usage: { inputTokens: 1, outputTokens: 1 } },
  ];

  it('are answered, cost no run, and the model may try again', async () => {
    const one = world({ replies: [bad, runs(CODE), says('Done.')] });
    const events = await play(one);
    expect(steps(events)).toContain('run.started 1/1');
    expect(outcomeOf(events)).toEqual({ kind: 'done' });
    expect(one.messages.slice(1, 3)).toEqual([
      { role: 'assistant', text: '', calls: [{ id: 'call_1', code: { language: 'python', source: '' } }] },
      {
        role: 'result',
        callId: 'call_1',
        text: 'Not run. The language must be python, javascript or bash.',
        failed: true,
      },
    ]);
  });

  it('come to an end when there is nothing else', async () => {
    const one = world({ replies: [bad, bad, bad, says('I am confused.'), says('Never asked for.')] });
    expect(outcomeOf(await play(one))).toEqual({
      kind: 'failed',
      reason: 'The model asked for a run that is not possible: The language must be python, javascript or bash.',
    });
    expect(one.sandboxes.ran).toEqual([]);
  });
});

describe('retry.own-code', () => {
  it('is not repaired: its failure is the end of the turn', async () => {
    const one = repairing([KEY], []);
    const events = await play(one, { task: { kind: 'code', code: CODE } });
    expect(outcomeOf(events)).toEqual({ kind: 'failed', reason: "The error was `KeyError: 'price'`." });
    expect(one.messages.at(-1)).toMatchObject({ role: 'result', failed: true });
  });
});
