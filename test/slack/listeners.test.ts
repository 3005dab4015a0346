import { afterEach, describe, expect, it } from 'vitest';
import {
  ALICE,
  BOT,
  CHANNEL,
  command,
  csvFile,
  delivery,
  mention,
  message,
  stopPress,
  TS,
} from '../fixtures/slack-payloads.ts';
import { FakeEdge } from './fake-edge.ts';
import { json, type StubSlack, startStub } from './stub-slack.ts';

const open = () => new FakeEdge().open();
const AT = `<@${BOT}>`;

let stub: StubSlack | undefined;
afterEach(async () => {
  await stub?.stop();
  stub = undefined;
});

describe('what is handed to the inbox', () => {
  it('is both copies of a mention: the inbox tells them apart, and takes the files of both', async () => {
    const edge = await open();
    await edge.deliver(delivery(mention(`${AT} chart it`), 'Ev1'));
    await edge.deliver(delivery(message(`${AT} chart it`, { subtype: 'file_share', files: [csvFile()] }), 'Ev2'));
    expect(edge.requests).toMatchObject([
      { kind: 'task', messageTs: TS, files: [] },
      { kind: 'task', messageTs: TS, files: [{ id: 'F0001' }] },
    ]);
  });

  it.each([['stop'], ['help'], ['```rust\nx\n```']])('names the message of a control word too: %s', async (text) => {
    const edge = await open();
    await edge.deliver(delivery(mention(`${AT} ${text}`)));
    expect(edge.requests).toMatchObject([{ messageTs: TS }]);
  });

  it('is nothing for what is not for us', async () => {
    const edge = await open();
    await edge.deliver(delivery(message('lunch?')));
    expect(edge.requests).toEqual([]);
  });
});

describe('a message that is one code snippet', () => {
  const snippet = csvFile({ mode: 'snippet', filetype: 'python', name: 'sum.py', mimetype: 'text/plain', size: 10 });
  const event = (fields: object) =>
    delivery(message(AT, { subtype: 'file_share', files: [{ ...snippet, ...fields }] }));

  it('is fetched and runs as it is', async () => {
    const edge = await open();
    edge.replies.stored.set('F0001', Buffer.from('print(1)'));
    await edge.deliver(event({}));
    expect(edge.requests).toMatchObject([
      { task: { kind: 'code', code: { language: 'python', source: 'print(1)' } }, files: [] },
    ]);
  });

  it('is refused with the reason when it cannot be fetched', async () => {
    const edge = await open();
    await edge.deliver(event({}));
    expect(edge.requests).toMatchObject([{ kind: 'refused', messageTs: TS, message: 'I could not get “sum.py”.' }]);
  });

  it('is a task for the model when it is longer than a message should be', async () => {
    const edge = await open();
    await edge.deliver(event({ size: 200_000 }));
    expect(edge.requests).toMatchObject([{ kind: 'task', task: { kind: 'ask' }, files: [{ id: 'F0001' }] }]);
  });
});

describe('what the inbox cannot take', () => {
  it('is said in the thread, once for each delivery', async () => {
    const edge = await open();
    edge.failInbox = new Error('disk full');
    await edge.deliver(delivery(mention(`${AT} plot`)));
    expect(edge.replies.notices).toMatchObject([{ text: expect.stringMatching(/^I could not save this/) }]);
    expect(edge.memory.unhandledEvents()).toHaveLength(1);
  });

  it('is said to the person alone when there is no thread', async () => {
    const edge = await open();
    edge.failInbox = new Error('disk full');
    await edge.deliver(command('plot'));
    expect(edge.replies.whispers).toMatchObject([{ channel: CHANNEL, user: ALICE }]);
  });

  it('is never an error for Bolt', async () => {
    const edge = await open();
    edge.failInbox = new Error('disk full');
    await expect(edge.deliver(stopPress())).resolves.toBeUndefined();
  });
});

describe('the address a command gives', () => {
  it('is remembered for private answers', async () => {
    const edge = await open();
    stub = await startStub((_call, response) => json(response, { ok: true }));
    await edge.deliver(command('help', { response_url: `${stub.url}/respond` }));
    expect(await edge.responseUrls.respond(CHANNEL, ALICE, { text: 'hello' })).toBe(true);
    expect(JSON.parse(String(stub.of('/respond')[0]?.body))).toEqual({
      response_type: 'ephemeral',
      replace_original: false,
      text: 'hello',
    });
  });

  it('is good for five answers and half an hour, and for nobody else', async () => {
    const edge = await open();
    stub = await startStub((_call, response) => json(response, { ok: true }));
    const url = `${stub.url}/respond`;
    edge.responseUrls.remember(CHANNEL, ALICE, url);
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push(await edge.responseUrls.respond(CHANNEL, ALICE, {}));
    expect(answers).toEqual([true, true, true, true, true, false]);
    expect(await edge.responseUrls.respond(CHANNEL, 'U0OTHER', {})).toBe(false);
    edge.responseUrls.remember(CHANNEL, ALICE, url);
    await edge.clock.advance(30 * 60_000);
    expect(await edge.responseUrls.respond(CHANNEL, ALICE, {})).toBe(false);
  });
});

describe('the button to the direct message', () => {
  const press = (responseUrl: string) =>
    stopPress({
      actions: [{ type: 'button', action_id: 'run.direct', block_id: 'b1', value: '{"ask":"plot"}' }],
      container: { type: 'message', message_ts: TS, channel_id: CHANNEL, is_ephemeral: true },
      message: undefined,
      response_url: responseUrl,
    });

  it('hands the task on and gives way to a sentence', async () => {
    const edge = await open();
    stub = await startStub((_call, response) => json(response, { ok: true }));
    await edge.deliver(press(`${stub.url}/respond`));
    expect(edge.requests).toMatchObject([{ kind: 'direct', task: { kind: 'ask', text: 'plot' }, messageTs: TS }]);
    expect(JSON.parse(String(stub.of('/respond')[0]?.body))).toMatchObject({
      replace_original: true,
      text: 'I am taking this to our direct message.',
    });
  });

  it('is followed by a sentence where the task was not taken', async () => {
    const edge = await open();
    stub = await startStub((_call, response) => json(response, { ok: true }));
    edge.failInbox = new Error('disk full');
    await edge.deliver(press(`${stub.url}/respond`));
    expect(stub.of('/respond')).toHaveLength(1);
    expect(edge.replies.whispers).toMatchObject([{ text: expect.stringMatching(/^I could not save this/) }]);
  });
});
