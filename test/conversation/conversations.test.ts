/** Requests in, turns out: what is durable when, what waits for what, and who may stop it. */
import { describe, expect, it } from 'vitest';
import type { InboundFile, Request, TurnId } from '../../src/conversation/events.ts';
import { threadKey } from '../../src/conversation/events.ts';
import { StorageError } from '../../src/store/errors.ts';
import { fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { RecordingReplies } from '../fakes/recording-replies.ts';
import { runs, says, scriptedModel, UNTIL_ABORTED } from '../fakes/scripted-model.ts';
import { asks, OTHER, office, stops, THREAD } from './conversations-harness.ts';
import { CODE, until } from './turn-harness.ts';

const CSV: InboundFile = { id: 'F1', name: 'a.csv', mimetype: 'text/csv', sizeBytes: 3, url: 'https://files/1' };

/** Replies whose first message does not stand until it is let through. */
class HeldReplies extends RecordingReplies {
  readonly #waiting: (() => void)[] = [];
  begun = 0;

  override async begin(...args: Parameters<RecordingReplies['begin']>) {
    this.begun += 1;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return super.begin(...args);
  }

  letThrough(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

describe('conversation.first-message', () => {
  it('is asked for before `handle` has returned, and before model and sandbox are', async () => {
    const replies = new HeldReplies();
    const model = scriptedModel([runs(CODE), says('Done.')]);
    const { conversations, sandboxes, finished } = office({ replies, model });
    const handling = conversations.handle(asks('Hi'));
    expect(replies.begun).toBe(1);
    await handling;
    expect([model.requests.length, sandboxes.opened.length]).toEqual([0, 0]);
    replies.letThrough();
    await finished(1);
    expect([model.requests.length, sandboxes.opened.length]).toEqual([2, 1]);
  });

  it('belongs to a turn that is in the store already', async () => {
    const replies = new HeldReplies();
    const { conversations, store } = office({ replies, script: [says('Hello.')] });
    await conversations.handle(asks('Hi', { messageTs: '500.77' }));
    expect(store.allTurns()).toMatchObject([{ id: 'turn-1', state: 'running', sourceTs: '500.77', replyTs: null }]);
    expect(store.claimMessage('T1', 'C1', '500.77', 1)).toBe('taken');
    expect(store.thread(threadKey(THREAD))).toBeDefined();
    replies.letThrough();
  });
});

describe('conversation.once', () => {
  it('makes one turn of the two copies of a message', async () => {
    const { conversations, store, finished, replies } = office({ script: [says('Hello.')] });
    const message = asks('Hi');
    await conversations.handle(message);
    await conversations.handle({ ...message, source: 'reply', mentioned: false });
    await finished(1);
    expect(store.allTurns()).toHaveLength(1);
    expect(replies.replies).toHaveLength(1);
  });

  it('takes the files of the second copy, where the turn still waits', async () => {
    const model = scriptedModel([[UNTIL_ABORTED], says('I see it.')]);
    const { conversations, finished, underWay } = office({ model });
    await conversations.handle(asks('First'));
    await underWay(0);
    const message = asks('Look at this');
    await conversations.handle(message);
    await conversations.handle({ ...message, files: [CSV] });
    await conversations.handle(stops());
    await finished(2);
    expect(model.requests[1]?.messages.at(-1)?.text).toContain('The attached file a.csv is not in the sandbox');
  });

  it.each<[string, Request]>([
    ['stop', stops({ messageTs: '1.1' })],
    [
      'help',
      { kind: 'help', team: 'T1', channel: 'C1', user: 'U1', thread: THREAD, reason: 'asked', messageTs: '1.1' },
    ],
    [
      'refused',
      { kind: 'refused', team: 'T1', channel: 'C1', user: 'U1', thread: THREAD, message: 'No.', messageTs: '1.1' },
    ],
  ])('answers the two copies of a message that makes no turn once: %s', async (_name, request) => {
    const { conversations, replies } = office();
    await conversations.handle(request);
    await conversations.handle(request);
    expect(replies.notices.length + replies.helps.length).toBe(1);
  });
});

describe('conversation.queue', () => {
  it('answers a thread in order, one at a time, and each sees what was before it', async () => {
    const model = scriptedModel([says('one'), says('two'), says('three')]);
    const { conversations, finished, replies } = office({ model });
    for (const text of ['1', '2', '3']) await conversations.handle(asks(text));
    expect(replies.replies).toHaveLength(1);
    await finished(3);
    expect(model.requests[2]?.messages).toEqual([
      { role: 'user', text: '1' },
      { role: 'assistant', text: 'one', calls: [] },
      { role: 'user', text: '2' },
      { role: 'assistant', text: 'two', calls: [] },
      { role: 'user', text: '3' },
    ]);
    const order = replies.replies.map(({ turn }) => turn);
    expect(order).toEqual(['turn-1', 'turn-2', 'turn-3']);
  });

  it('does not let threads wait for each other', async () => {
    const { conversations, replies, reply, underWay } = office({ script: [[UNTIL_ABORTED], says('Hello.')] });
    await conversations.handle(asks('slow'));
    await underWay(0);
    await conversations.handle(asks('quick', { thread: OTHER }));
    await until(() => replies.replies[1]?.isFinished === true);
    expect(reply(0).isFinished).toBe(false);
  });

  it('keeps the sandbox and the history of each thread to itself', async () => {
    const model = scriptedModel([runs(CODE), says('one'), says('two'), runs(CODE), says('three')]);
    const { conversations, finished, sandboxes } = office({ model });
    await conversations.handle(asks('1'));
    await finished(1);
    await conversations.handle(asks('2', { thread: OTHER }));
    await finished(2);
    await conversations.handle(asks('3'));
    await finished(3);
    expect(sandboxes.opened.map(({ last }) => last)).toEqual([undefined, 'sbx-1']);
    expect(model.requests[2]?.messages).toEqual([{ role: 'user', text: '2' }]);
  });

  it('refuses the twenty-second task of a thread in a sentence, once, and keeps the rest', async () => {
    const { conversations, replies, store } = office({ script: [[UNTIL_ABORTED]] });
    for (let index = 0; index < 21; index += 1) await conversations.handle(asks(`${index}`));
    const late = asks('too many');
    await conversations.handle(late);
    await conversations.handle(late);
    expect(replies.notices).toEqual([
      {
        thread: THREAD,
        text: '20 tasks are already waiting in this thread. Let some of them finish, or stop them, then ask again.',
      },
    ]);
    expect(store.allTurns()).toHaveLength(21);
  });
});

describe('conversation.stop', () => {
  it('stops the running turn at once, whoever asks, and the next begins', async () => {
    const { conversations, finished, reply, store, underWay } = office({ script: [[UNTIL_ABORTED], says('Hello.')] });
    await conversations.handle(asks('slow'));
    await underWay(0);
    await conversations.handle(asks('next'));
    await conversations.handle(stops());
    await finished(2);
    expect(reply(0).last?.outcome).toEqual({ kind: 'stopped', by: 'UGRACE', note: 'No code was running.' });
    expect(store.outcomes.get('turn-1' as TurnId)?.outcome.kind).toBe('stopped');
    expect(reply(1).last?.outcome).toEqual({ kind: 'done' });
  });

  it('stops code that runs', async () => {
    const sandboxes = fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] });
    const { conversations, finished, reply, replies } = office({ script: [runs(CODE)], sandboxes });
    await conversations.handle(asks('run it'));
    await until(() => replies.replies[0]?.last?.phase === 'running');
    await conversations.handle(stops());
    await finished(1);
    expect(reply(0).last?.outcome).toEqual({ kind: 'stopped', by: 'UGRACE', note: 'The variables are kept.' });
  });

  it('stops a turn whose first message does not stand yet', async () => {
    const replies = new HeldReplies();
    const model = scriptedModel([says('Never asked for.')]);
    const { conversations, finished, reply } = office({ replies, model });
    await conversations.handle(asks('Hi'));
    await conversations.handle(stops());
    replies.letThrough();
    await finished(1);
    expect(reply(0).last?.outcome?.kind).toBe('stopped');
    expect(model.requests).toEqual([]);
  });

  it('by its button stops exactly that turn, also one that waits', async () => {
    const { conversations, store, replies, finished, underWay } = office({ script: [[UNTIL_ABORTED], says('third')] });
    for (const text of ['1', '2', '3']) await conversations.handle(asks(text));
    await underWay(0);
    await conversations.handle(stops({ turn: 'turn-2' as TurnId }));
    expect(store.outcomes.get('turn-2' as TurnId)?.outcome).toEqual({
      kind: 'stopped',
      by: 'UGRACE',
      note: 'It had not begun.',
    });
    await conversations.handle(stops({ turn: 'turn-1' as TurnId }));
    await finished(2);
    expect(replies.replies.map(({ turn }) => turn)).toEqual(['turn-1', 'turn-3']);
  });

  it('with nothing to stop says so in the thread', async () => {
    const { conversations, replies } = office();
    await conversations.handle(stops());
    expect(replies.notices).toEqual([{ thread: THREAD, text: 'Nothing is running here.' }]);
  });

  it('by the button of an old message says so to that person only, and stops nothing', async () => {
    const { conversations, replies, reply, underWay } = office({ script: [says('one'), [UNTIL_ABORTED]] });
    await conversations.handle(asks('1'));
    await conversations.handle(asks('2'));
    await underWay(1);
    await conversations.handle(stops({ turn: 'turn-1' as TurnId }));
    expect(replies.whispers).toEqual([{ channel: 'C1', user: 'UGRACE', text: 'Nothing is running here.' }]);
    expect(reply(1).isFinished).toBe(false);
  });
});

describe('conversation.command', () => {
  const command = asks('plot sin(x)', { source: 'command', thread: null, messageTs: null });

  it('opens a thread and answers there', async () => {
    const { conversations, replies, finished, reply } = office({ script: [says('Hello.')] });
    await conversations.handle(command);
    await finished(1);
    const [opened] = replies.threads;
    expect(opened).toMatchObject({ channel: 'C1', user: 'UADA', task: command.task });
    expect(reply(0).thread).toEqual({ team: 'T1', channel: 'C1', threadTs: opened?.ts });
  });

  it('where the bot is no member tells the person, and makes no turn', async () => {
    const { conversations, replies, store } = office();
    replies.foreign.add('C1');
    await conversations.handle(command);
    expect(replies.whispers).toEqual([
      { channel: 'C1', user: 'UADA', text: 'I am not in this channel. Write `/invite @threadbox` first.' },
    ]);
    expect(store.allTurns()).toEqual([]);
  });
});

describe('conversation.answers', () => {
  it('gives help where it was asked for', async () => {
    const { conversations, replies } = office();
    const base = { kind: 'help', team: 'T1', channel: 'C1', user: 'UADA', reason: 'asked' } as const;
    await conversations.handle({ ...base, thread: THREAD });
    await conversations.handle({ ...base, thread: null });
    expect(replies.helps).toEqual([
      { channel: 'C1', user: 'UADA', thread: THREAD },
      { channel: 'C1', user: 'UADA', thread: null },
    ]);
  });

  it('says what it cannot do, in the thread or to the person', async () => {
    const { conversations, replies } = office();
    const base = { kind: 'refused', team: 'T1', channel: 'C1', user: 'UADA', message: 'I do not speak Rust.' } as const;
    await conversations.handle({ ...base, thread: THREAD });
    await conversations.handle({ ...base, thread: null });
    expect(replies.notices).toEqual([{ thread: THREAD, text: 'I do not speak Rust.' }]);
    expect(replies.whispers).toEqual([{ channel: 'C1', user: 'UADA', text: 'I do not speak Rust.' }]);
  });
});

describe('conversation.storage', () => {
  const full = () => {
    throw new StorageError('full', '/data/threadbox.db');
  };

  it('that cannot keep the request makes `handle` reject, and nothing begins', async () => {
    const { conversations, replies } = office({ faults: { acceptTurn: full } });
    await expect(conversations.handle(asks('Hi'))).rejects.toThrow(StorageError);
    expect(replies.replies).toEqual([]);
  });

  it('that fails when the turn begins is said in the thread, and the next turn has its chance', async () => {
    const { conversations, replies, store, finished } = office({
      script: [says('Hello.')],
      faults: { startTurn: full },
    });
    await conversations.handle(asks('1'));
    await until(() => replies.notices.length === 1);
    expect(replies.notices[0]?.text).toMatch(/^My disk is full/);
    store.startTurn = () => {};
    await conversations.handle(asks('2'));
    await finished(1);
    expect(replies.replies.map(({ turn }) => turn)).toEqual(['turn-2']);
  });

  it('that fails in the middle ends the turn in words', async () => {
    const { conversations, finished, reply } = office({ script: [runs(CODE)], faults: { insertRun: full } });
    await conversations.handle(asks('1'));
    await finished(1);
    expect(reply(0).last?.outcome).toMatchObject({ kind: 'error', failure: { reason: 'storage' } });
  });

  it('that cannot forget old events is no reason to refuse new ones', async () => {
    const { conversations, finished, log } = office({ script: [says('Hello.')], faults: { pruneEvents: full } });
    await conversations.handle(asks('1'));
    await finished(1);
    expect(log.lines.map(({ message }) => message)).toContain('old events could not be forgotten');
  });
});
