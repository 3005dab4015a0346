/** Messages that are edited or deleted while their task waits or runs, the sign on those that wait, and quoted threads. */
import { describe, expect, it } from 'vitest';
import type { InboundFile, Request, TurnId } from '../../src/conversation/events.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { RecordingReplies } from '../fakes/recording-replies.ts';
import { says, scriptedModel, UNTIL_ABORTED } from '../fakes/scripted-model.ts';
import { asks, office, stops, THREAD } from './conversations-harness.ts';
import { until } from './turn-harness.ts';

const SIGN = 'hourglass_flowing_sand C1/2.2';
const CSV: InboundFile = { id: 'F1', name: 'a.csv', mimetype: 'text/csv', sizeBytes: 3, url: 'https://files/1' };

const changed = (messageTs: string, now: Request | null): Request => ({
  kind: 'changed',
  team: 'T1',
  channel: 'C1',
  user: 'UADA',
  thread: THREAD,
  messageTs,
  now,
});
const deleted = (messageTs: string): Request => ({
  kind: 'deleted',
  team: 'T1',
  channel: 'C1',
  user: 'UADA',
  thread: THREAD,
  messageTs,
});

/** One turn that runs, from 1.1, and one that waits, from 2.2. */
async function busy(...script: Parameters<typeof scriptedModel>[0]) {
  const model = scriptedModel([[UNTIL_ABORTED], ...script]);
  const made = office({ model });
  await made.conversations.handle(asks('running', { messageTs: '1.1' }));
  await made.underWay(0);
  await made.conversations.handle(asks('waiting', { messageTs: '2.2' }));
  return { ...made, model };
}

describe('message.edited', () => {
  it('gives a turn that waits its new words and files, without another turn', async () => {
    const { conversations, model, store, finished } = await busy(says('Done.'));
    await conversations.handle(changed('2.2', asks('new words', { messageTs: null, files: [CSV] })));
    await conversations.handle(stops());
    await finished(2);
    expect(model.requests[1]?.messages.at(-1)?.text).toMatch(/^new words[\s\S]*The attached file a\.csv/);
    expect(store.allTurns()).toHaveLength(2);
  });

  it('takes a turn out of the queue when its message asks for nothing any more', async () => {
    const { conversations, store } = await busy();
    await conversations.handle(changed('2.2', null));
    expect(store.outcomes.get('turn-2' as TurnId)?.outcome.kind).toBe('stopped');
  });

  it('answers what the message says now, where that is no task', async () => {
    const { conversations, replies } = await busy();
    const base = { team: 'T1', channel: 'C1', user: 'UADA', thread: THREAD, messageTs: null } as const;
    await conversations.handle(changed('2.2', { ...base, kind: 'help', reason: 'asked' }));
    expect(replies.helps).toHaveLength(1);
  });

  it('of a running turn is said, once, and changes nothing', async () => {
    const { conversations, replies, store } = await busy();
    await conversations.handle(changed('1.1', asks('new words', { messageTs: null })));
    await conversations.handle(changed('1.1', asks('newer words', { messageTs: null })));
    expect(replies.notices.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^You edited your message after I started.*Re-run takes up the new text\.$/),
    ]);
    expect(replies.rereadOffers).toEqual(['turn-1']);
    expect(store.turn('turn-1' as TurnId)?.task).toEqual({ kind: 'ask', text: 'running' });
  });

  it('of a finished turn does nothing', async () => {
    const { conversations, replies, store, finished } = office({ script: [says('Done.')] });
    await conversations.handle(asks('1', { messageTs: '1.1' }));
    await finished(1);
    await until(() => store.unfinishedTurns().length === 0);
    await conversations.handle(changed('1.1', asks('again', { messageTs: null })));
    await conversations.handle(deleted('1.1'));
    expect([replies.notices, store.allTurns().length]).toEqual([[], 1]);
  });
});

describe('message.deleted', () => {
  it('stops the turn that runs', async () => {
    const { conversations, finished, reply } = await busy(says('Done.'));
    await conversations.handle(deleted('1.1'));
    await finished(2);
    expect(reply(0).last?.outcome).toMatchObject({ kind: 'stopped', by: 'UADA' });
  });

  it('takes a turn that waits out of the queue, without a message', async () => {
    const { conversations, store, replies } = await busy();
    await conversations.handle(deleted('2.2'));
    expect(store.outcomes.get('turn-2' as TurnId)?.outcome.kind).toBe('stopped');
    expect(replies.notices).toEqual([]);
  });
});

describe('the sign on a message whose task waits', () => {
  it('stands while it waits, and only then', async () => {
    const { conversations, replies, finished } = await busy(says('Done.'));
    expect(replies.marks).toEqual([`+${SIGN}`]);
    await conversations.handle(stops());
    await finished(2);
    expect(replies.marks).toEqual([`+${SIGN}`, `-${SIGN}`]);
  });

  it('goes when the task is taken out of the queue', async () => {
    const { conversations, replies } = await busy();
    await conversations.handle(stops({ turn: 'turn-2' as TurnId }));
    await until(() => replies.marks.length === 2);
    expect(replies.marks).toEqual([`+${SIGN}`, `-${SIGN}`]);
  });

  it('is taken away after it was put there, however slow Slack is, and nothing waits for it', async () => {
    class SlowMarks extends RecordingReplies {
      letThrough: () => void = () => {};
      override async mark(...args: Parameters<RecordingReplies['mark']>): Promise<void> {
        if (args[3]) {
          await new Promise<void>((resolve) => {
            this.letThrough = resolve;
          });
        }
        await super.mark(...args);
      }
    }
    const replies = new SlowMarks();
    const { conversations, finished, underWay } = office({ replies, script: [[UNTIL_ABORTED], says('Done.')] });
    await conversations.handle(asks('1', { messageTs: '1.1' }));
    await underWay(0);
    await conversations.handle(asks('2', { messageTs: '2.2' }));
    await conversations.handle(stops());
    await finished(2);
    expect(replies.marks).toEqual([]);
    replies.letThrough();
    await until(() => replies.marks.length === 2);
    expect(replies.marks).toEqual([`+${SIGN}`, `-${SIGN}`]);
  });

  it('left by the last process goes when the task starts', async () => {
    const store = memoryStore();
    const first = office({ store, script: [[UNTIL_ABORTED]] });
    await first.conversations.stop(0);
    await first.conversations.handle(asks('left', { messageTs: '2.2' }));
    const { conversations, replies, finished } = office({ store, script: [says('Done.')] });
    await conversations.resume();
    await finished(1);
    expect(replies.marks).toEqual([`-${SIGN}`]);
  });
});

describe('a mention in the middle of a thread', () => {
  const quoted = { ok: true, text: 'Quoted:\n> @U1: the csv is above', files: [CSV] } as const;
  const inMiddle = asks('chart it', { messageTs: '300.1' });

  it('has the thread quoted in front of its task, and its files, after the first message stands', async () => {
    const replies = new RecordingReplies();
    replies.quoted = quoted;
    replies.stored.set('F1', new TextEncoder().encode('a,b'));
    const model = scriptedModel([says('one'), says('two')]);
    const { conversations, finished, sandboxes } = office({ replies, model });
    await conversations.handle(inMiddle);
    await finished(1);
    expect(replies.contexts).toEqual([{ thread: THREAD, beforeTs: '300.1' }]);
    expect(model.requests[0]?.messages.at(-1)?.text).toMatch(/^Quoted:\n> @U1: the csv is above\n\nchart it/);
    expect([...sandboxes.files.keys()]).toContain('a.csv');
    await conversations.handle(asks('go on'));
    await finished(2);
    expect(replies.contexts).toHaveLength(1);
  });

  it('leaves what stood in the thread to the model where code came first, which needs no model', async () => {
    const replies = new RecordingReplies();
    replies.quoted = quoted;
    const model = scriptedModel([says('one')]);
    const { conversations, finished } = office({ replies, model });
    await conversations.handle({
      ...inMiddle,
      task: { kind: 'code', code: { language: 'python', source: 'print(1)' } },
    });
    await finished(1);
    await conversations.handle(asks('what did I run?'));
    await finished(2);
    expect(model.requests[0]?.messages[0]?.text).toBe(`${quoted.text}\n\nRun this code of mine as it is.`);
    expect(replies.contexts).toHaveLength(1);
  });

  it.each([
    ['opens the thread', asks('x', { messageTs: THREAD.threadTs })],
    ['is a slash command', asks('x', { messageTs: null })],
    ['stands at the top of a direct message', asks('x', { thread: { ...THREAD, threadTs: null } })],
  ])('is not one that %s', async (_name, request) => {
    const { conversations, replies, finished } = office({ script: [says('one')] });
    await conversations.handle(request);
    await finished(1);
    expect(replies.contexts).toEqual([]);
  });

  it('goes without the thread where that cannot be read, and says so', async () => {
    const replies = new RecordingReplies();
    replies.quoted = { ok: false, message: 'I could not read it.' };
    const model = scriptedModel([says('one')]);
    const { conversations, finished, reply } = office({ replies, model });
    await conversations.handle(inMiddle);
    await finished(1);
    expect(reply(0).last?.notes).toContain('I could not read it.');
    expect(model.requests[0]?.messages).toEqual([{ role: 'user', text: 'chart it' }]);
  });

  it('does not wait for ever for a thread', async () => {
    const replies = new RecordingReplies();
    replies.context = () => new Promise(() => {});
    const { conversations, finished, reply, clock } = office({ replies, script: [says('one')] });
    await conversations.handle(inMiddle);
    await until(() => clock.waiting > 0);
    await clock.advance(8_000);
    await finished(1);
    expect(reply(0).last?.notes.join()).toMatch(/did not tell me in time/);
  });
});

describe('the direct message instead', () => {
  it('is offered with the task where the bot is no member, and runs it once', async () => {
    const { conversations, replies, finished, reply } = office({ script: [says('one')] });
    replies.foreign.add('C1');
    const command = asks('plot', { source: 'command', thread: null, messageTs: null });
    await conversations.handle(command);
    expect(replies.offers).toEqual([{ channel: 'C1', user: 'UADA', task: command.task }]);
    const press: Request = {
      kind: 'direct',
      team: 'T1',
      channel: 'C1',
      user: 'UADA',
      thread: null,
      messageTs: '7.7',
      task: command.task,
    };
    await conversations.handle(press);
    await conversations.handle(press);
    await finished(1);
    expect(replies.threads).toMatchObject([{ channel: 'DADA', user: 'UADA' }]);
    expect(reply(0).thread.channel).toBe('DADA');
  });

  it('is taken up after a restart wherever the last process ended, and begins once', async () => {
    const press = (sinceMs?: number): Request => ({
      kind: 'direct',
      team: 'T1',
      channel: 'C1',
      user: 'UADA',
      thread: null,
      messageTs: '7.7',
      task: { kind: 'ask', text: 'plot' },
      delivery: { id: '1.2.a', ...(sinceMs !== undefined && { sinceMs }) },
    });
    const { conversations, store, replies, finished } = office({ script: [says('one')] });
    // The process ended between the claim and the turn's row.
    store.claimMessage('T1', 'C1', '7.7', 0);
    await conversations.handle(press(5));
    await finished(1);
    const next = office({ store, replies });
    await next.conversations.handle(press(5));
    await next.conversations.handle(press());
    expect(store.allTurns()).toHaveLength(1);
  });

  it('that cannot be opened is said where the button stood', async () => {
    const { conversations, replies, store } = office();
    replies.foreign.add('UADA');
    await conversations.handle({
      kind: 'direct',
      team: 'T1',
      channel: 'C1',
      user: 'UADA',
      thread: null,
      messageTs: '7.7',
      task: { kind: 'ask', text: 'plot' },
    });
    expect(replies.whispers).toMatchObject([{ channel: 'C1', user: 'UADA' }]);
    expect(store.allTurns()).toEqual([]);
  });
});
