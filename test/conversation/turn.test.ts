/** The sequence of events of a turn in which nothing goes wrong. */
import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ModelMessage, RunResult } from '../../src/conversation/events.ts';
import { runTurn } from '../../src/conversation/turn.ts';
import { fakeSandboxes, OK } from '../fakes/fake-sandboxes.ts';
import { fails, runs, says, scriptedModel, UNTIL_ABORTED } from '../fakes/scripted-model.ts';
import { AT, CODE, outcomeOf, outline, play, python, SETTINGS, steps, TURN, world } from './turn-harness.ts';

const USAGE = { inputTokens: 10, outputTokens: 5 };
/** The model begins to write code. */
const WRITING = { type: 'code', language: 'python', delta: 'pri', snapshot: 'pri' } as const;

describe('turn.sequence', () => {
  it('of words only, which open no sandbox', async () => {
    const one = world({ replies: [says('Hello.')] });
    expect(await play(one)).toEqual([
      { type: 'turn.started', at: AT, turn: TURN, maxAttempts: 3 },
      { type: 'model.started', at: AT },
      { type: 'model.text', at: AT, delta: 'Hel', snapshot: 'Hel' },
      { type: 'model.text', at: AT, delta: 'lo.', snapshot: 'Hello.' },
      { type: 'model.finished', at: AT, usage: USAGE },
      { type: 'turn.finished', at: AT, outcome: { kind: 'done' } },
    ]);
    expect(one.sandboxes.opened).toEqual([]);
    expect(one.messages).toEqual([
      { role: 'user', text: 'Do it.' },
      { role: 'assistant', text: 'Hello.', calls: [] },
    ]);
  });

  it('of one run: words, code, output, result, words', async () => {
    const result: RunResult = { ...OK, results: [{ isMain: true, text: '42' }] };
    const one = world({
      replies: [runs(CODE, 'I run it.'), says('It is 42.')],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['one\n', { stream: 'stderr', text: 'careful\n' }], result }] }),
    });
    const events = await play(one);
    expect(events.filter(({ type }) => type !== 'model.text')).toEqual([
      { type: 'turn.started', at: AT, turn: TURN, maxAttempts: 3 },
      { type: 'model.started', at: AT },
      { type: 'model.code', at: AT, language: 'python', delta: 'prin', snapshot: 'prin' },
      { type: 'model.code', at: AT, language: 'python', delta: 't(1)', snapshot: 'print(1)' },
      { type: 'model.finished', at: AT, usage: USAGE },
      { type: 'sandbox.opened', at: AT, id: 'sbx-1', origin: 'new', lost: false },
      { type: 'run.started', at: AT, step: 1, attempt: 1, code: CODE },
      { type: 'run.output', at: AT, output: expect.objectContaining({ totalLines: 1 }) },
      { type: 'run.output', at: AT, output: expect.objectContaining({ totalLines: 2 }) },
      { type: 'run.finished', at: AT, result },
      { type: 'model.started', at: AT },
      { type: 'model.finished', at: AT, usage: USAGE },
      { type: 'turn.finished', at: AT, outcome: { kind: 'done' } },
    ]);
    expect(one.messages).toEqual([
      { role: 'user', text: 'Do it.' },
      { role: 'assistant', text: 'I run it.', calls: [{ id: 'call_1', code: CODE }] },
      { role: 'result', callId: 'call_1', text: 'one\ncareful\nValue: 42', failed: false },
      { role: 'assistant', text: 'It is 42.', calls: [] },
    ]);
  });

  it('of several runs: each is a step, and each success begins again at attempt 1', async () => {
    const one = world({ replies: [runs(python('a')), runs(python('b')), says('Done.')] });
    expect(steps(await play(one))).toEqual([
      'turn.started',
      'model.started',
      'model.finished',
      'sandbox.opened',
      'run.started 1/1',
      'run.finished ok',
      'model.started',
      'model.finished',
      'run.started 2/1',
      'run.finished ok',
      'model.started',
      'model.finished',
      'turn.finished done',
    ]);
    expect(one.sandboxes.opened).toHaveLength(1);
  });

  it('of two calls in one reply: both run, in order, and both are answered', async () => {
    const two = runs(python('a'), '', 'call_a').slice(0, -1);
    const one = world({ replies: [[...two, ...runs(python('b'), '', 'call_b')], says('Done.')] });
    const events = await play(one);
    expect(steps(events)).toContain('run.started 2/1');
    expect(one.sandboxes.ran).toEqual(['a', 'b']);
    expect(one.messages.filter(({ role }) => role === 'result')).toHaveLength(2);
  });
});

describe('turn.own-code', () => {
  const task = { kind: 'code', code: CODE } as const;

  it('runs without the model', async () => {
    const model = scriptedModel([]);
    const one = world({ model, sandboxes: fakeSandboxes({ runs: [{ prints: ['1\n'] }] }) });
    expect(outline(await play(one, { task }))).toEqual([
      'turn.started',
      'sandbox.opening',
      'sandbox.opened',
      'run.started 1/1',
      'run.output 1',
      'run.finished ok',
      'turn.finished done',
    ]);
    expect(model.requests).toEqual([]);
  });

  it('is in the conversation that the model reads next time, call and result together', async () => {
    const one = world({ sandboxes: fakeSandboxes({ runs: [{ prints: ['1\n'] }] }) });
    await play(one, { task });
    expect(one.messages).toEqual([
      { role: 'user', text: 'Run this code of mine as it is.' },
      { role: 'assistant', text: '', calls: [{ id: 'own-turn-1', code: CODE }] },
      { role: 'result', callId: 'own-turn-1', text: '1', failed: false },
    ]);
  });
});

describe('turn.request', () => {
  it('holds the setting and the whole conversation, this task last', async () => {
    const history: ModelMessage[] = [
      { role: 'user', text: 'Before.' },
      { role: 'assistant', text: 'Yes.', calls: [] },
    ];
    const model = scriptedModel([says('Hello.')]);
    await play(world({ model }), { history });
    const { maxAttempts, runTimeoutSeconds, timeZone, network } = SETTINGS;
    expect(model.requests).toEqual([
      {
        setting: { now: AT, maxAttempts, runTimeoutSeconds, timeZone, network },
        messages: [...history, { role: 'user', text: 'Do it.' }],
      },
    ]);
  });

  it('is bounded by the tokens of the setting', async () => {
    const history: ModelMessage[] = Array.from({ length: 50 }, () => ({ role: 'user', text: 'x'.repeat(4_000) }));
    const model = scriptedModel([says('Hello.')]);
    await play(world({ model, settings: { contextTokens: 4_000 } }), { history });
    const [request] = model.requests;
    expect(request?.messages.length).toBeLessThan(4);
    expect(request?.messages.at(-1)).toEqual({ role: 'user', text: 'Do it.' });
  });
});

describe('turn.order-of-writing', () => {
  it('writes each thing down before it acts on it', async () => {
    const one = world({
      replies: [runs(CODE), says('Done.')],
      sandboxes: fakeSandboxes({ runs: [{ prints: ['hi\n'] }] }),
    });
    await play(one, { onEvent: (event) => one.written.push(event.type) });
    expect(one.written.filter((line) => !/^model|^turn|output/.test(line))).toEqual([
      'messages user',
      'sandbox sbx-1',
      'sandbox.opened',
      'run 1 attempt 1 started',
      'run.started',
      'run.finished',
      'run 1 ok: "hi\\n"',
      'messages assistant, result',
      'messages assistant',
    ]);
  });
});

describe('turn.sandbox', () => {
  it('is opened while the model still writes its code', async () => {
    const one = world({ replies: [[WRITING, UNTIL_ABORTED]] });
    const controller = new AbortController();
    let begins = (): void => {};
    const begun = new Promise<void>((resolve) => {
      begins = resolve;
    });
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'model.code') begins();
    };
    const playing = play(one, { signal: controller.signal, onEvent });
    await begun;
    await one.clock.advance(0);
    expect(one.sandboxes.opened).toHaveLength(1);
    expect(one.written).toContain('sandbox sbx-1');
    controller.abort();
    await playing;
  });

  it('is the one of the thread where that still lives', async () => {
    const one = world({ replies: [runs(CODE), says('Done.')] });
    const events = await play(one, { lastSandbox: 'sbx-old' });
    expect(events).toContainEqual({ type: 'sandbox.opened', at: AT, id: 'sbx-old', origin: 'kept', lost: false });
  });

  it('that is replaced is said to the person and to the model', async () => {
    const one = world({
      replies: [runs(CODE), says('Done.')],
      sandboxes: fakeSandboxes({ forgetful: true, runs: [{ prints: ['hi\n'] }] }),
    });
    const events = await play(one, { lastSandbox: 'sbx-old' });
    expect(steps(events)).toContain('sandbox.opened lost');
    expect(one.messages[2]).toMatchObject({
      role: 'result',
      text: '[The sandbox was replaced by a new one: the variables and files of earlier runs are gone.]\nhi',
    });
  });

  it('that is replaced is said even when no code ran', async () => {
    const one = world({
      replies: [[WRITING, ...fails('model-unavailable')]],
      sandboxes: fakeSandboxes({ forgetful: true }),
    });
    const events = await play(one, { lastSandbox: 'sbx-old' });
    expect(steps(events)).toContain('sandbox.opened lost');
    expect(one.messages.at(-1)).toMatchObject({ role: 'user', text: expect.stringContaining('was replaced') });
  });

  it('is given up when the turn ends before it is there, and left for the next turn to find', async () => {
    const openingTakes = new Promise<void>(() => {});
    const unavailable = [WRITING, ...fails('model-unavailable')];
    const one = world({ replies: [unavailable], sandboxes: fakeSandboxes({ openingTakes }) });
    expect(steps(await play(one, { lastSandbox: 'sbx-old' }))).not.toContain('sandbox.opened');
    await one.clock.advance(0);
    expect(one.sandboxes.abandoned()).toBe(1);
    expect(one.written).not.toContain('sandbox sbx-1');
  });

  it('that takes long is waited for, and that is said', async () => {
    let open = (): void => {};
    const openingTakes = new Promise<void>((resolve) => {
      open = resolve;
    });
    const one = world({ replies: [runs(CODE), says('Done.')], sandboxes: fakeSandboxes({ openingTakes }) });
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'sandbox.opening') open();
    };
    expect(steps(await play(one, { onEvent }))).toEqual(expect.arrayContaining(['sandbox.opening', 'run.finished ok']));
  });
});

describe('turn.no-leaks', () => {
  it('leaves no listener on its signal and no timer', async () => {
    const { signal } = new AbortController();
    const one = world({ replies: [runs(CODE), runs(CODE), says('Done.')] });
    await play(one, { signal });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(one.clock.waiting).toBe(0);
  });

  it('leaves none when its events are not wanted any more', async () => {
    const { signal } = new AbortController();
    const { deps } = world({ replies: [says('Hello.')] });
    const thread = { team: 'T1', channel: 'C1', threadTs: '1.1' };
    const input = { turn: TURN, thread, task: { kind: 'ask', text: 'x' }, files: [], history: [] } as const;
    for await (const event of runTurn(deps, { ...input, lastSandbox: undefined }, signal)) {
      if (event.type === 'model.text') break;
    }
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('turn.silence', () => {
  it('a model that says nothing and runs nothing is an error, with words', async () => {
    expect(outcomeOf(await play(world({ replies: [says('')] })))).toEqual({
      kind: 'error',
      failure: {
        reason: 'model-empty',
        message: 'The model answered with nothing. Ask again, perhaps in other words.',
      },
    });
  });

  it('a model that says nothing after a run is done: its output is the answer', async () => {
    expect(outcomeOf(await play(world({ replies: [runs(CODE), says('')] })))).toEqual({ kind: 'done' });
  });

  it('hands what the model thought back to it with the results, and writes none of it down', async () => {
    const thought = { blocks: [{ type: 'thinking', thinking: '', signature: 's' }], behind: 'x' } as const;
    const thinking = runs(CODE).map((event) => (event.type === 'end' ? { ...event, thought } : event));
    const model = scriptedModel([thinking, says('Done.')]);
    const one = world({ model });
    await play(one);
    expect(model.requests[1]?.messages.find(({ role }) => role === 'assistant')).toMatchObject({ thought });
    expect(JSON.stringify(one.messages)).not.toContain('signature');
    expect(one.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'result', 'assistant']);
  });
});
