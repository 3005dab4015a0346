/** The control words: what ends at once, what the thread hears, and which sandbox the next run gets. */
import { describe, expect, it } from 'vitest';
import { type ControlWord, type OwnWord, type Request, type TurnId, threadKey } from '../../src/conversation/events.ts';
import { fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { runs, says, scriptedModel, UNTIL_ABORTED } from '../fakes/scripted-model.ts';
import { asks, OTHER, office, THREAD } from './conversations-harness.ts';
import { CODE, until } from './turn-harness.ts';

const control = (word: ControlWord, change: Partial<Request> = {}): Request =>
  ({ kind: 'control', word, team: 'T1', channel: 'C1', user: 'UGRACE', thread: THREAD, ...change }) as Request;
const own = (word: OwnWord, user = 'UADA'): Request => ({
  kind: 'own',
  word,
  team: 'T1',
  channel: 'C1',
  user,
  thread: null,
});
const lasting = () => fakeSandboxes({ runs: [{ prints: ['hi\n'], untilStopped: true }] });

describe('control.status', () => {
  it('says what runs and what waits, once for the two copies of the word', async () => {
    const { conversations, replies, underWay } = office({ script: [[UNTIL_ABORTED]] });
    await conversations.handle(asks('slow one'));
    await underWay(0);
    await conversations.handle(asks('next one'));
    const status = control('status', { messageTs: '9.9' });
    await conversations.handle(status);
    await conversations.handle(status);
    expect(replies.notices.map(({ text }) => text)).toEqual([
      'Running: “slow one”, asked a moment ago. Waiting: “next one”. There is no sandbox yet; the first run gets one. Last task: a moment ago.',
    ]);
  });

  it('asks the service how the sandbox is, and says so when it does not answer', async () => {
    const sandboxes = fakeSandboxes();
    const { conversations, replies, finished } = office({ script: [runs(CODE), says('Done.')], sandboxes });
    await conversations.handle(asks('run it'));
    await finished(1);
    await conversations.handle(control('status'));
    sandboxes.state = async () => {
      throw new Error('down');
    };
    await conversations.handle(control('status'));
    expect(replies.notices[0]?.text).toContain('The sandbox is awake');
    expect(replies.notices[1]?.text).toContain('does not answer');
  });
});

describe('control.reset', () => {
  it('gives the next run a fresh sandbox, and tells thread and model', async () => {
    const model = scriptedModel([runs(CODE), says('one'), runs(CODE), says('two')]);
    const { conversations, replies, sandboxes, finished } = office({ model });
    await conversations.handle(asks('1'));
    await finished(1);
    await conversations.handle(control('reset'));
    expect(replies.notices[0]?.text).toMatch(/^The next run here starts in a fresh sandbox/);
    await until(() => sandboxes.ended.length === 1);
    expect(sandboxes.ended).toEqual(['sbx-1']);
    await conversations.handle(asks('2'));
    await finished(2);
    expect(sandboxes.opened.map(({ last }) => last)).toEqual([undefined, undefined]);
    const texts = model.requests[2]?.messages.map((message) => message.text);
    expect(texts?.slice(-2)).toEqual([expect.stringMatching(/^\[The sandbox was replaced/), '2']);
    expect(texts?.[0]).toBe('1');
  });

  it('lets what runs end in the old sandbox, and kills that one then', async () => {
    const sandboxes = lasting();
    const { conversations, replies, store, finished } = office({ script: [runs(CODE)], sandboxes });
    await conversations.handle(asks('run it'));
    await until(() => replies.replies[0]?.last?.phase === 'running');
    await conversations.handle(control('reset'));
    expect(replies.notices[0]?.text).toContain('What is running now ends in the old sandbox');
    expect([sandboxes.ended, store.thread(threadKey(THREAD))?.sandbox]).toEqual([[], null]);
    await conversations.handle({
      kind: 'stop',
      team: 'T1',
      channel: 'C1',
      user: 'UADA',
      thread: THREAD,
      turn: 'turn-1' as TurnId,
    });
    await finished(1);
    await until(() => sandboxes.ended.length === 1);
    expect(sandboxes.ended).toEqual(['sbx-1']);
  });

  it('also drops a sandbox that the running turn opened afterwards', async () => {
    let open: () => void = () => {};
    const openingTakes = new Promise<void>((resolve) => {
      open = resolve;
    });
    const sandboxes = fakeSandboxes({ openingTakes });
    const { conversations, store, finished } = office({ script: [runs(CODE), says('Done.')], sandboxes });
    await conversations.handle(asks('run it'));
    await until(() => sandboxes.opened.length === 1);
    await conversations.handle(control('reset'));
    open();
    await finished(1);
    await until(() => sandboxes.ended.length === 1);
    expect(store.thread(threadKey(THREAD))?.sandbox).toBeNull();
  });

  it('is no failure of the thread when the old sandbox cannot be killed', async () => {
    const sandboxes = fakeSandboxes();
    sandboxes.end = async () => {
      throw new Error('down');
    };
    const { conversations, finished, log, replies } = office({ script: [runs(CODE), says('Done.')], sandboxes });
    await conversations.handle(asks('run it'));
    await finished(1);
    await conversations.handle(control('reset'));
    await until(() => log.lines.some(({ message }) => message === 'a sandbox could not be killed'));
    expect(replies.notices).toHaveLength(1);
  });
});

describe('control.end', () => {
  it('stops what runs, drops what waits, kills the sandbox and closes the thread', async () => {
    const sandboxes = lasting();
    const { conversations, replies, store, finished, reply } = office({ script: [runs(CODE)], sandboxes });
    await conversations.handle(asks('run it'));
    await until(() => replies.replies[0]?.last?.phase === 'running');
    await conversations.handle(asks('next'));
    await conversations.handle(control('end'));
    await finished(1);
    await until(() => sandboxes.ended.length === 1);
    expect(reply(0).last?.outcome).toMatchObject({ kind: 'stopped', by: 'UGRACE' });
    expect(store.outcomes.get('turn-2' as TurnId)?.outcome.kind).toBe('stopped');
    expect(store.thread(threadKey(THREAD))).toMatchObject({ closed: true, sandbox: null });
    expect(replies.notices.map(({ text }) => text)).toEqual([expect.stringMatching(/^This session is ended/)]);
    expect(replies.replies).toHaveLength(1);
  });

  it('is opened again by the next task', async () => {
    const { conversations, store, finished } = office({ script: [says('one'), says('two')] });
    await conversations.handle(asks('1'));
    await finished(1);
    await conversations.handle(control('end'));
    await conversations.handle(asks('2'));
    await finished(2);
    expect(store.thread(threadKey(THREAD))?.closed).toBe(false);
  });

  it('says so where there is nothing to end', async () => {
    const { conversations, replies } = office();
    await conversations.handle(control('end'));
    expect(replies.notices).toEqual([{ thread: THREAD, text: 'There is no session to end here.' }]);
  });

  it('of a direct message invites to write again', async () => {
    const { conversations, replies, finished } = office({ script: [says('one')] });
    const thread = { team: 'T1', channel: 'D1', threadTs: null };
    await conversations.handle(asks('1', { channel: 'D1', thread }));
    await finished(1);
    await conversations.handle(control('end', { channel: 'D1', thread }));
    expect(replies.notices[0]?.text).toContain('Write to me to begin again');
  });
});

describe('own work', () => {
  it('is listed with its threads, and nobody else’s', async () => {
    const { conversations, replies, underWay, finished } = office({ script: [says('one'), [UNTIL_ABORTED]] });
    await conversations.handle(asks('1'));
    await finished(1);
    await conversations.handle(asks('slow', { thread: OTHER, user: 'UGRACE' }));
    await underWay(1);
    await conversations.handle(asks('mine too', { thread: OTHER }));
    await conversations.handle(own('status'));
    expect(replies.reports[0]?.lines).toEqual([
      { text: 'Your work in this channel:' },
      { text: '• 1 waiting', thread: OTHER },
      { text: '• A session, last used a moment ago', thread: THREAD },
    ]);
  });

  it('stops, queued tasks included, and leaves others’ alone', async () => {
    const { conversations, replies, store, underWay } = office({ script: [[UNTIL_ABORTED], [UNTIL_ABORTED]] });
    await conversations.handle(asks('theirs', { user: 'UGRACE' }));
    await underWay(0);
    await conversations.handle(asks('mine'));
    await conversations.handle(asks('slow', { thread: OTHER }));
    await underWay(1);
    await conversations.handle(asks('next', { thread: OTHER }));
    await conversations.handle(own('stop'));
    await until(() => store.outcomes.size === 3);
    expect([...store.outcomes.keys()].sort()).toEqual(['turn-2', 'turn-3', 'turn-4']);
    expect(replies.reports[0]?.lines).toEqual([
      { text: 'I stopped your work in this channel:' },
      { text: '• Stopped: 1 task', thread: THREAD },
      { text: '• Stopped: 2 tasks', thread: OTHER },
    ]);
    expect(replies.replies).toHaveLength(2);
  });

  it('ends, in every thread the person began, and the threads hear of it', async () => {
    const { conversations, replies, store, sandboxes, finished } = office({
      script: [runs(CODE), says('one'), says('two')],
    });
    await conversations.handle(asks('1'));
    await finished(1);
    await conversations.handle(asks('2', { thread: OTHER, user: 'UGRACE' }));
    await finished(2);
    await conversations.handle(own('end'));
    expect(replies.reports[0]?.lines).toEqual([
      { text: 'I ended your sessions in this channel:' },
      { text: '• Ended', thread: THREAD },
    ]);
    await until(() => sandboxes.ended.length === 1);
    expect(sandboxes.ended).toEqual(['sbx-1']);
    expect(replies.notices.map(({ thread }) => thread)).toEqual([THREAD]);
    expect(store.thread(threadKey(OTHER))?.closed).toBe(false);
  });

  it('the name of the model is told to whoever asks, alone', async () => {
    const { conversations, replies } = office();
    await conversations.handle(own('model'));
    expect(replies.whispers.map(({ user, text }) => [user, text])).toEqual([
      ['UADA', 'The model is scripted-1. Whoever runs me can change it with ANTHROPIC_MODEL.'],
    ]);
  });

  it.each<[OwnWord, RegExp]>([
    ['status', /^You have nothing running and no sessions/],
    ['stop', /^You have nothing running/],
    ['end', /^You have nothing running and no sessions/],
  ])('that is not there is said: %s', async (word, expected) => {
    const { conversations, replies } = office();
    await conversations.handle(own(word));
    expect(replies.whispers.map(({ text }) => text)).toEqual([expect.stringMatching(expected)]);
  });
});
