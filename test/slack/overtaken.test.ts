/** Replies that came before the mention of their thread, and were nobody's then. */
import { describe, expect, it } from 'vitest';
import type { After } from '../../src/slack/thread-after.ts';
import {
  ALICE,
  BOB,
  BOT,
  CHANNEL,
  csvFile,
  delivery,
  direct,
  mention,
  message,
  ROOT_TS,
  TS,
} from '../fixtures/slack-payloads.ts';
import { FakeEdge } from './fake-edge.ts';

const AT = `<@${BOT}>`;
const MENTION = delivery(mention(`${AT} plot`), 'Ev1');
const IN_TIME = { channel: CHANNEL, threadTs: TS, ts: TS };
const LATE_MS = 5 * 60_000;

/** A message of the thread as `conversations.replies` gives it: without its channel. */
function followed(seconds: number, text: string, fields: object = {}) {
  const ts = `${1_767_603_600 + seconds}.000100`;
  return { type: 'message', user: ALICE, ts, thread_ts: TS, text, ...fields };
}

async function late(messages: readonly object[] = [], options = {}): Promise<FakeEdge> {
  const edge = await new FakeEdge(options).open();
  edge.after = { ok: true, messages: messages.map((one) => ({ ...one })) };
  await edge.clock.advance(LATE_MS);
  return edge;
}

const said = (edge: FakeEdge) =>
  edge.requests.map((request) =>
    request.kind === 'task' && request.task.kind === 'ask' ? request.task.text : request.kind,
  );

describe('a mention that comes late', () => {
  it('brings the replies that overtook it, in the order they were sent', async () => {
    const edge = await late([
      followed(30, 'use last month', { files: [csvFile()], subtype: 'file_share' }),
      followed(40, 'stop'),
    ]);
    await edge.deliver(delivery(message('use last month', { ...followed(30, 'use last month') }), 'Ev0'));
    expect(edge.requests).toEqual([]);
    await edge.deliver(MENTION);
    expect(edge.readings).toEqual([IN_TIME]);
    expect(edge.requests).toMatchObject([
      { kind: 'task', source: 'mention', messageTs: TS },
      {
        kind: 'task',
        source: 'reply',
        channel: CHANNEL,
        user: ALICE,
        messageTs: '1767603630.000100',
        thread: { threadTs: TS },
        files: [{ id: 'F0001' }],
      },
      { kind: 'stop', messageTs: '1767603640.000100' },
    ]);
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it.each<[string, object]>([
    ['an aside', followed(30, '!aside later')],
    ['a message for somebody else', followed(30, `<@${BOB}> look`)],
    ['an emoji', followed(30, ':tada:')],
    ['an app', followed(30, 'built', { bot_id: 'B1' })],
    ['our own answer', followed(30, 'Done', { user: BOT })],
    ['somebody who joined', followed(30, 'joined', { subtype: 'channel_join' })],
    ['what is left of a deleted message', followed(30, 'This message was deleted.', { subtype: 'tombstone' })],
  ])('does not make a request of what never is one: %s', async (_name, message) => {
    const edge = await late([message]);
    await edge.deliver(MENTION);
    expect(edge.readings).toHaveLength(1);
    expect(edge.requests).toHaveLength(1);
  });

  it('looks only below itself in a thread that is older', async () => {
    const edge = await late();
    await edge.deliver(delivery(mention(`${AT} plot`, { thread_ts: ROOT_TS }), 'Ev1'));
    expect(edge.readings).toEqual([{ channel: CHANNEL, threadTs: ROOT_TS, ts: TS }]);
  });

  it('goes no further than the end of the session', async () => {
    const edge = await late([
      followed(30, 'one'),
      followed(40, 'end'),
      followed(50, 'two'),
      followed(60, `${AT} three`),
    ]);
    await edge.deliver(MENTION);
    expect(said(edge)).toEqual(['plot', 'one', 'control']);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['every reply needs a mention', MENTION, { mentionRequired: true }],
    ['it is a direct message, where no reply is lost', delivery(direct('plot', { thread_ts: ROOT_TS })), {}],
    ['it opens no session', delivery(mention(`${AT} help`)), {}],
  ])('looks for nothing where %s', async (_name, body, options) => {
    const edge = await late([followed(30, 'one')], options);
    await edge.deliver(body);
    expect(edge.requests).toHaveLength(1);
    expect(edge.readings).toEqual([]);
  });
});

describe('what counts as late', () => {
  it('is not a mention that comes in time', async () => {
    const edge = await new FakeEdge().open();
    await edge.deliver(MENTION);
    await edge.clock.advance(9_000);
    await edge.deliver(delivery(mention(`${AT} plot`), 'Ev2'), 0);
    expect(edge.readings).toEqual([]);
  });

  it('is a mention that Slack delivers again, however soon', async () => {
    const edge = await new FakeEdge().open();
    await edge.deliver(MENTION, 1);
    expect(edge.readings).toEqual([IN_TIME]);
  });

  it('is one that is taken up after a restart, and a restart does not wait for what it reads', async () => {
    const edge = await new FakeEdge().open();
    edge.memory.recordEvent('Ev1', JSON.stringify(MENTION), edge.clock.now());
    let answer: (after: After) => void = () => {};
    edge.after = new Promise((resolve) => {
      answer = resolve;
    });
    await edge.app.replay();
    expect(edge.readings).toEqual([IN_TIME]);
    answer({ ok: true, messages: [followed(1, 'one')] });
    await edge.listening.idle();
    expect(said(edge)).toEqual(['plot', 'one']);
  });
});

describe('a late mention is handled', () => {
  it('only when what followed it is: until then the next start begins with it', async () => {
    const edge = await late();
    let answer: (after: After) => void = () => {};
    edge.after = new Promise((resolve) => {
      answer = resolve;
    });
    await edge.begin(MENTION);
    expect(edge.requests).toHaveLength(1);
    expect(edge.memory.unhandledEvents()).toHaveLength(1);
    answer({ ok: true, messages: [] });
    await edge.listening.idle();
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('at the next start where Slack did not say what followed', async () => {
    const edge = await late();
    edge.after = { ok: false, isFinal: false };
    await edge.deliver(MENTION);
    expect(edge.memory.unhandledEvents()).toHaveLength(1);
    edge.after = { ok: true, messages: [followed(30, 'one')] };
    await edge.app.replay();
    await edge.listening.idle();
    expect(said(edge)).toContain('one');
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('where Slack will never say it', async () => {
    const edge = await late();
    edge.after = { ok: false, isFinal: true };
    await edge.deliver(MENTION);
    expect(edge.memory.unhandledEvents()).toEqual([]);
  });

  it('at the next start where a reply could not be taken, and its person is told', async () => {
    const edge = await late();
    let answer: (after: After) => void = () => {};
    edge.after = new Promise((resolve) => {
      answer = resolve;
    });
    await edge.begin(MENTION);
    edge.failInbox = new Error('disk full');
    answer({ ok: true, messages: [followed(30, 'one')] });
    await edge.listening.idle();
    expect(edge.replies.notices).toMatchObject([{ text: expect.stringMatching(/^I could not save this/) }]);
    expect(edge.memory.unhandledEvents()).toHaveLength(1);
  });

  it('without the replies where its session was ended meanwhile', async () => {
    const edge = await late();
    let answer: (after: After) => void = () => {};
    edge.after = new Promise((resolve) => {
      answer = resolve;
    });
    await edge.begin(MENTION);
    await edge.begin(delivery(message('end', followed(300, 'end')), 'Ev2'));
    answer({ ok: true, messages: [followed(30, 'one')] });
    await edge.listening.idle();
    expect(said(edge)).toEqual(['plot', 'control']);
  });

  it('without a look where it was refused, so that there is no session', async () => {
    const edge = await late();
    const snippet = csvFile({ mode: 'snippet', filetype: 'python', name: 'sum.py', size: 10 });
    await edge.deliver(delivery(message(AT, { subtype: 'file_share', files: [snippet] })));
    expect(said(edge)).toEqual(['refused']);
    expect(edge.readings).toEqual([]);
  });
});
