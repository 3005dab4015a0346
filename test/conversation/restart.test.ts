/** Stopping and starting again: nothing is lost, nothing is done twice, and the threads hear of it. */
import { describe, expect, it } from 'vitest';
import { type SandboxId, type TurnId, threadKey } from '../../src/conversation/events.ts';
import type { Ending } from '../../src/ports.ts';
import { statusText } from '../../src/slack/render-status.ts';
import { fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { RecordingReplies } from '../fakes/recording-replies.ts';
import { runs, says, scriptedModel, UNTIL_ABORTED } from '../fakes/scripted-model.ts';
import { asks, OTHER, office, THREAD } from './conversations-harness.ts';
import { AT, python, until } from './turn-harness.ts';

const RESTARTED = 'I was restarted while working on this, so it is not finished. Press Retry to start it anew.';
const HOUR_MS = 3_600_000;

describe('restart.stop', () => {
  it('ends running turns in words, leaves queued ones for the next start, and begins nothing', async () => {
    const { conversations, store, reply, replies } = office({ script: [[UNTIL_ABORTED], [UNTIL_ABORTED]] });
    await conversations.handle(asks('1'));
    await conversations.handle(asks('2'));
    await conversations.handle(asks('elsewhere', { thread: OTHER }));
    await until(() => replies.replies.length === 2);
    await conversations.stop(8_000);
    expect(reply(0).states.some(({ notes }) => notes.includes('I am being restarted…'))).toBe(true);
    expect(reply(0).last?.notes).toEqual([]);
    const outcome = { kind: 'error', failure: { reason: 'restarted', message: RESTARTED } };
    expect([reply(0).last?.outcome, reply(1).last?.outcome]).toEqual([outcome, outcome]);
    expect(store.unfinishedTurns().map(({ id, state }) => [id, state])).toEqual([['turn-2', 'queued']]);
  });

  it('keeps what comes in afterwards for the next start', async () => {
    const { conversations, store, replies } = office();
    await conversations.stop(8_000);
    await conversations.handle(asks('late'));
    expect(store.unfinishedTurns()).toMatchObject([{ state: 'queued', task: { text: 'late' } }]);
    expect(replies.replies).toEqual([]);
  });

  it('waits no longer than its deadline', async () => {
    const { conversations, clock, replies } = office({ script: [[UNTIL_ABORTED]] });
    await conversations.handle(asks('1'));
    await until(() => replies.replies.length === 1);
    const reply = replies.replies[0];
    if (reply) reply.finish = () => new Promise(() => {});
    const stopping = conversations.stop(8_000);
    await until(() => clock.waiting > 0);
    await clock.advance(8_000);
    await stopping;
    expect(clock.waiting).toBe(0);
  });
});

describe('restart.resume', () => {
  /** A store as a killed process left it: one turn running, one queued behind it, one queued elsewhere. */
  async function killed() {
    const { conversations, store, replies } = office({ script: [[UNTIL_ABORTED], [UNTIL_ABORTED]] });
    await conversations.handle(asks('running'));
    await conversations.handle(asks('queued'));
    await until(() => replies.replies.length === 1);
    const copy = memoryStore();
    for (const turn of store.allTurns()) copy.acceptTurn(turn);
    return copy;
  }

  it.each([
    [{ kind: 'stopped', variables: 'kept' }, 'The code that was running is stopped; the variables are kept.'],
    [
      { kind: 'stopped', variables: 'lost' },
      'The code that was running is stopped; the variables are gone, the files are still there.',
    ],
    [{ kind: 'gone' }, 'Its sandbox is gone, with its variables and files.'],
    [
      new Error('no answer'),
      'I cannot reach its sandbox: the code may still be running there, and is stopped before other code runs.',
    ],
    [{ kind: 'none' }, undefined],
  ] as const)('stops the code that was left running, and says so in the message: %o', async (left, sentence) => {
    const store = await killed();
    store.bindSandbox(threadKey(THREAD), 'sbx-left' as SandboxId);
    store.insertRun({ turn: 'turn-1' as TurnId, step: 1, attempt: 1, code: python('work()'), startedMs: AT });
    const sandboxes = fakeSandboxes({ left });
    const { conversations, replies, finished } = office({ store, script: [says('Hello.')], sandboxes });
    await conversations.resume();
    await finished(1);
    const [begin, end] = [
      'I was restarted while working on this, so it is not finished.',
      'Press Retry to start it anew.',
    ];
    const message = [begin, ...(sentence === undefined ? [] : [sentence]), end].join(' ');
    expect(replies.closed).toMatchObject([{ last: { outcome: { failure: { message } } } }]);
  });

  it('closes the turn that ran with a sentence, and runs the one that waited', async () => {
    const store = await killed();
    const model = scriptedModel([says('Hello.')]);
    const { conversations, replies, finished } = office({ store, model });
    await conversations.resume();
    await finished(1);
    expect(replies.notices).toEqual([]);
    expect(replies.closed).toMatchObject([
      {
        thread: THREAD,
        last: { turn: 'turn-1', phase: 'finished', outcome: { failure: { message: RESTARTED } } },
        left: { replyTs: expect.any(String), sinceMs: AT },
      },
    ]);
    expect(store.turn('turn-1' as TurnId)?.state).toBe('interrupted');
    expect(replies.replies.map(({ turn }) => turn)).toEqual(['turn-2']);
    expect(model.requests[0]?.messages.at(-1)).toEqual({ role: 'user', text: 'queued' });
  });

  it('does not mark a turn before its thread has heard of it', async () => {
    const store = await killed();
    class DeafReplies extends RecordingReplies {
      override close(): Promise<Ending> {
        return new Promise(() => {});
      }
    }
    const { conversations, clock } = office({ store, replies: new DeafReplies() });
    await conversations.resume();
    await clock.advance(0);
    expect(store.turn('turn-1' as TurnId)?.state).toBe('running');
  });

  it('leaves a turn to the next start when Slack does not answer', async () => {
    const store = await killed();
    class LostReplies extends RecordingReplies {
      override async close(): Promise<Ending> {
        return 'left';
      }
    }
    const { finished, conversations } = office({ store, replies: new LostReplies(), script: [says('Hello.')] });
    await conversations.resume();
    await finished(1);
    expect(store.turn('turn-1' as TurnId)?.state).toBe('running');
  });

  it('shows in the last state what had been done', async () => {
    const store = memoryStore();
    const sandboxes = fakeSandboxes({ runs: [{ prints: ['one\n'] }] });
    const first = office({ store, sandboxes, script: [runs(python('print("one")'), 'I count.'), [UNTIL_ABORTED]] });
    await first.conversations.handle(asks('count'));
    await until(() => store.runs.some(({ result }) => result !== null) && store.messages(threadKey(THREAD)).length > 2);
    const { conversations, replies } = office({ store });
    await conversations.resume();
    await until(() => replies.closed.length === 1);
    expect(replies.closed[0]?.last.parts).toMatchObject([
      { kind: 'words', text: 'I count.' },
      { kind: 'step', code: { source: 'print("one")' }, output: { text: 'one\n' }, result: { kind: 'ok' } },
    ]);
  });

  it('does the whole task anew when somebody presses Retry, once', async () => {
    const store = await killed();
    const model = scriptedModel([says('Queued.'), says('Anew.')]);
    const { conversations, replies, finished } = office({ store, model });
    await conversations.resume();
    await finished(1);
    const base = { kind: 'again', gesture: 'retry', team: 'T1', channel: 'C1', thread: THREAD, trigger: '' } as const;
    const press = { ...base, user: 'UGRACE', turn: 'turn-1' as TurnId, under: '900.1' };
    await conversations.handle(press);
    await conversations.handle(press);
    await finished(2);
    expect(model.requests.map(({ messages }) => messages.at(-1))).toEqual([
      { role: 'user', text: 'queued' },
      { role: 'user', text: 'running' },
    ]);
    expect(replies.retired).toMatchObject([{ messageTs: '900.1', record: { gesture: 'retry', by: 'UGRACE' } }]);
    expect(replies.whispers).toMatchObject([{ user: 'UGRACE', text: expect.stringContaining('pressed already') }]);
  });

  it('makes one turn of a command that was recorded, taken and recorded as unhandled again', async () => {
    const store = memoryStore();
    const delivery = { id: '1.2.a' };
    const command = asks('plot', { source: 'command', thread: null, messageTs: null, delivery });
    const first = office({ store, script: [says('Hello.')] });
    await first.conversations.handle(command);
    await first.finished(1);
    const { conversations, replies } = office({ store });
    await conversations.handle({ ...command, delivery: { ...delivery, sinceMs: AT } });
    expect([replies.threads, replies.replies]).toEqual([[], []]);
  });

  it('finds nothing to do the second time', async () => {
    const store = await killed();
    const first = office({ store, script: [says('Hello.')] });
    await first.conversations.resume();
    await first.finished(1);
    await until(() => store.unfinishedTurns().length === 0);
    const { conversations, replies } = office({ store });
    await conversations.resume();
    expect([replies.closed, replies.notices, replies.replies]).toEqual([[], [], []]);
  });

  it('does not answer a message of the last process again', async () => {
    const store = memoryStore();
    const message = asks('Hi');
    const first = office({ store, script: [says('Hello.')] });
    await first.conversations.handle(message);
    await first.finished(1);
    const { conversations, replies } = office({ store });
    await conversations.handle(message);
    expect(replies.replies).toEqual([]);
  });

  it('does not run what waited for longer than an hour, but says so', async () => {
    const store = await killed();
    const { conversations, replies, clock } = office({ store });
    await clock.advance(HOUR_MS);
    await conversations.resume();
    await until(() => store.unfinishedTurns().length === 0);
    expect(replies.closed.map(({ last }) => statusText(last))).toEqual([
      RESTARTED,
      expect.stringContaining('I was away'),
    ]);
    expect(replies.replies).toEqual([]);
  });

  it('forgets events that were handled more than a day ago', async () => {
    const store = memoryStore();
    for (const [key, age] of [
      ['old', 25],
      ['young', 23],
    ] as const) {
      const event = store.recordEvent(key, '{}', AT - age * HOUR_MS);
      if (event !== 'duplicate') store.markHandled(event.id);
    }
    await office({ store }).conversations.resume();
    expect(store.recordEvent('young', '{}', AT)).toBe('duplicate');
    expect(store.recordEvent('old', '{}', AT)).not.toBe('duplicate');
  });
});
