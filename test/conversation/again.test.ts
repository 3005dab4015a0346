import { describe, expect, it } from 'vitest';
import type { AgainGesture, Request, TurnId } from '../../src/conversation/events.ts';
import { fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { says } from '../fakes/scripted-model.ts';
import { asks, type Office, OTHER, office, THREAD } from './conversations-harness.ts';

const CODE = { language: 'python', source: 'print(1)' } as const;
const UNDER = '900.1';

const owns = (source: string = CODE.source) => asks('', { task: { kind: 'code', code: { ...CODE, source } } });

function presses(gesture: AgainGesture, change: Partial<Extract<Request, { kind: 'again' }>> = {}): Request {
  const place = { team: 'T1', channel: 'C1', user: 'UGRACE', thread: THREAD };
  return { kind: 'again', ...place, gesture, turn: 'turn-1' as TurnId, under: UNDER, trigger: '1.2', ...change };
}

function sends(source: string, form = 'V1'): Request {
  const place = { team: 'T1', channel: 'C1', user: 'UGRACE', thread: THREAD };
  return { kind: 'edited', ...place, under: UNDER, form, code: { language: 'bash', source } };
}

/** A thread in which one piece of a person's code has run. */
async function afterOne(options: Parameters<typeof office>[0] = {}): Promise<Office> {
  const made = office(options);
  await made.conversations.handle(owns());
  await made.finished(1);
  return made;
}

const ran = ({ store }: Office) => store.runs.map(({ code }) => code.source);

describe('Re-run', () => {
  it('runs the last code again, without the model, and leaves a line', async () => {
    const here = await afterOne();
    await here.conversations.handle(presses('rerun'));
    await here.finished(2);
    expect(ran(here)).toEqual(['print(1)', 'print(1)']);
    expect(here.store.allTurns()[1]).toMatchObject({
      user: 'UGRACE',
      sourceTs: null,
      task: { kind: 'code', code: CODE },
    });
    expect(here.replies.retired).toEqual([
      { messageTs: UNDER, record: { kind: 'used', gesture: 'rerun', by: 'UGRACE' } },
    ]);
  });

  it('runs once for two presses', async () => {
    const here = await afterOne();
    await Promise.all([here.conversations.handle(presses('rerun')), here.conversations.handle(presses('rerun'))]);
    await here.finished(2);
    expect(ran(here)).toHaveLength(2);
    expect(here.replies.whispers).toMatchObject([{ user: 'UGRACE', text: expect.stringMatching(/pressed already/) }]);
    expect(here.replies.retired).toHaveLength(1);
  });

  it('runs once for two presses with a restart between them', async () => {
    const here = await afterOne();
    await here.conversations.handle(presses('rerun'));
    await here.finished(2);
    const next = office({ store: here.store, replies: here.replies });
    await next.conversations.handle(presses('rerun'));
    expect(ran(here)).toHaveLength(2);
  });
});

describe('Re-run of a message that was edited after its turn began', () => {
  const asksNow = (text: string) => ({ ok: true, task: { kind: 'ask', text }, files: [] }) as const;
  async function edited(): Promise<Office> {
    const made = office({ script: [says('Done.'), says('Done anew.')] });
    await made.conversations.handle(asks('old words', { messageTs: '1.1' }));
    await made.finished(1);
    made.replies.messagesNow.set('1.1', asksNow('new words'));
    return made;
  }

  it('does the task as the message says it now, once for two presses, and leaves a line', async () => {
    const here = await edited();
    await Promise.all([here.conversations.handle(presses('reread')), here.conversations.handle(presses('reread'))]);
    await here.finished(2);
    expect(here.store.allTurns()).toHaveLength(2);
    expect(here.store.allTurns()[1]).toMatchObject({
      user: 'UGRACE',
      sourceTs: null,
      task: { kind: 'ask', text: 'new words' },
    });
    expect(here.replies.retired).toEqual([
      { messageTs: UNDER, record: { kind: 'used', gesture: 'reread', by: 'UGRACE' } },
    ]);
    expect(here.replies.whispers).toMatchObject([{ text: expect.stringMatching(/pressed already/) }]);
  });

  it('does so wherever the thread has gone since', async () => {
    const here = await edited();
    await here.conversations.handle(asks('something else', { messageTs: '2.2' }));
    await here.finished(2);
    await here.conversations.handle(presses('reread'));
    expect(here.store.allTurns()).toHaveLength(3);
  });

  it('says so where the message asks for nothing any more, and can be pressed again', async () => {
    const here = await edited();
    here.replies.messagesNow.delete('1.1');
    await here.conversations.handle(presses('reread'));
    expect(here.replies.whispers).toMatchObject([{ user: 'UGRACE', text: expect.stringMatching(/no task/) }]);
    expect(here.replies.retired).toEqual([]);
    here.replies.messagesNow.set('1.1', asksNow('new words after all'));
    await here.conversations.handle(presses('reread'));
    await here.finished(2);
  });

  it('is refused in another thread than the turn’s', async () => {
    const here = await edited();
    await here.conversations.handle(presses('reread', { thread: OTHER }));
    expect(here.store.allTurns()).toHaveLength(1);
  });
});

describe('a press that is taken up after a restart', () => {
  it.each(['rerun', 'retry'] as const)('starts its turn where the process ended before it did: %s', async (gesture) => {
    const here = await afterOne();
    const next = office({ store: here.store, replies: here.replies });
    await next.conversations.handle(presses(gesture, { isTakenUp: true }));
    await here.finished(2);
    expect(ran(here)).toEqual(['print(1)', 'print(1)']);
  });

  it.each(['rerun', 'retry'] as const)('only replaces its buttons where the turn was begun: %s', async (gesture) => {
    const here = await afterOne();
    await here.conversations.handle(presses(gesture));
    await here.finished(2);
    const next = office({ store: here.store, replies: here.replies });
    await next.conversations.handle(presses(gesture, { isTakenUp: true }));
    expect(ran(here)).toHaveLength(2);
    expect(here.replies.whispers).toEqual([]);
    expect(here.replies.retired).toEqual(
      Array(2).fill({ messageTs: UNDER, record: { kind: 'used', gesture, by: 'UGRACE' } }),
    );
  });

  it('leaves its buttons where too much waits to begin', async () => {
    const here = await afterOne();
    const full = office({
      store: here.store,
      replies: here.replies,
      sandboxes: fakeSandboxes({ runs: [{ hangs: true }] }),
    });
    for (let index = 0; index < 21; index += 1) await full.conversations.handle(owns(`print(${index})`));
    await full.conversations.handle(presses('retry'));
    expect(here.replies.retired).toEqual([]);
  });
});

describe('a button that does not apply any more', () => {
  it.each(['rerun', 'edit', 'fix'] as const)('says that the thread has gone on: %s', async (gesture) => {
    const here = await afterOne();
    await here.conversations.handle(owns('print(2)'));
    await here.finished(2);
    await here.conversations.handle(presses(gesture));
    expect(ran(here)).toHaveLength(2);
    expect(here.replies.forms).toEqual([]);
    expect(here.replies.whispers).toMatchObject([{ text: expect.stringMatching(/has gone on/) }]);
    expect(here.replies.retired).toEqual([{ messageTs: UNDER, record: { kind: 'past', reason: 'newer' } }]);
  });

  it('says so while the newer turn still waits', async () => {
    const here = await afterOne({ sandboxes: fakeSandboxes() });
    here.store.insertTurn({
      ...(here.store.turn('turn-1' as TurnId) ?? expect.fail('no turn')),
      id: 'turn-9' as TurnId,
      state: 'queued',
      replyTs: null,
    });
    await here.conversations.handle(presses('rerun'));
    expect(here.replies.retired).toMatchObject([{ record: { reason: 'newer' } }]);
  });

  it.each<[string, Parameters<typeof presses>[1]]>([
    ['whose turn is forgotten', { turn: 'turn-of-last-month' as TurnId }],
    ['whose turn belongs to another thread', { thread: OTHER }],
  ])('says that it knows nothing of it: one %s', async (_name, change) => {
    const here = await afterOne();
    await here.conversations.handle(presses('rerun', change));
    await here.conversations.handle(presses('code', change));
    expect(ran(here)).toHaveLength(1);
    expect(here.replies.whispers.map(({ text }) => text)).toEqual(Array(2).fill(expect.stringMatching(/any more/)));
    expect(here.replies.retired[0]?.record).toEqual({ kind: 'past', reason: 'unknown' });
  });

  it('says that the session was ended', async () => {
    const here = await afterOne();
    here.store.closeThread(here.store.allTurns()[0]?.thread ?? expect.fail('no turn'), 0);
    await here.conversations.handle(presses('rerun'));
    expect(ran(here)).toHaveLength(1);
    expect(here.replies.retired).toMatchObject([{ record: { reason: 'closed' } }]);
  });

  it('counts no turn that was cancelled before it began', async () => {
    const here = await afterOne();
    const first = here.store.turn('turn-1' as TurnId) ?? expect.fail('no turn');
    here.store.insertTurn({ ...first, id: 'turn-9' as TurnId, state: 'finished', replyTs: null });
    await here.conversations.handle(presses('rerun'));
    await here.finished(2);
    expect(ran(here)).toHaveLength(2);
  });
});

describe('Edit & run', () => {
  it('opens a form with the last code, and says so where it could not', async () => {
    const here = await afterOne();
    await here.conversations.handle(presses('edit'));
    expect(here.replies.forms).toEqual([{ thread: THREAD, under: UNDER, step: 1, code: CODE }]);
    await here.conversations.handle(presses('edit', { trigger: 'expired' }));
    expect(here.replies.whispers).toMatchObject([{ text: expect.stringMatching(/did not let me open the form/) }]);
    expect(ran(here)).toHaveLength(1);
  });

  it('runs what was sent once, even where the thread has gone on', async () => {
    const here = await afterOne();
    await here.conversations.handle(owns('print(2)'));
    await here.finished(2);
    await Promise.all([here.conversations.handle(sends('echo 3')), here.conversations.handle(sends('echo 3'))]);
    await here.finished(3);
    expect(ran(here)).toEqual(['print(1)', 'print(2)', 'echo 3']);
    expect(here.replies.retired).toMatchObject([{ record: { gesture: 'edit', by: 'UGRACE' } }]);
  });
});

describe('Fix it', () => {
  it('asks the model, which has the code and the error in its history', async () => {
    const here = await afterOne({ script: [[{ type: 'text', text: 'Fixed.' }]] as never });
    const raised = { name: 'KeyError', value: "'price'", traceback: 'x' };
    here.store.finishRun('turn-1' as TurnId, 1, { kind: 'failed', durationMs: 1, results: [], error: raised }, '', 0);
    await here.conversations.handle(presses('fix'));
    const task = here.store.allTurns()[1]?.task;
    expect(task).toEqual({
      kind: 'ask',
      text: "The code that I ran last failed with this error: KeyError: 'price'\nFix the code and run it.",
    });
  });
});

describe('Show code', () => {
  it('shows the code to its person, as often as they like, wherever the thread has gone', async () => {
    const here = await afterOne();
    await here.conversations.handle(owns('print(2)'));
    await here.finished(2);
    await here.conversations.handle(presses('code'));
    await here.conversations.handle(presses('code'));
    expect(here.replies.whispers.map(({ text }) => text)).toEqual(['print(1)', 'print(1)']);
    expect(here.replies.retired).toEqual([]);
  });
});
