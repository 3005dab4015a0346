/** Reading what followed a message with the real client, against a Slack that pages, limits, fails and refuses. */
import { afterEach, expect, it } from 'vitest';
import { createCooling } from '../../src/slack/cooling.ts';
import { createReadAfter } from '../../src/slack/thread-after.ts';
import { createWebClient } from '../../src/slack/web-client.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { json, type StubAnswer, type StubSlack, startStub } from './stub-slack.ts';

const PLACE = { channel: 'C1', threadTs: '100.000001', ts: '100.000005' };
const message = (micros: number) => ({ user: 'U1', ts: `100.${`${micros}`.padStart(6, '0')}`, text: 'x' });

let stub: StubSlack | undefined;
afterEach(async () => {
  await stub?.stop();
  stub = undefined;
});

async function reader(answer: StubAnswer) {
  stub = await startStub(answer);
  const [clock, closing, log] = [new FakeClock(), new AbortController(), quietLog()];
  const client = createWebClient('xoxb-test', stub.apiUrl, log);
  const read = createReadAfter(client, createCooling(clock), clock, log, closing.signal);
  /** Lets time pass until the reading has ended. */
  const ended = async () => {
    let isOver = false;
    const reading = read(PLACE).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      if (clock.waiting > 0) await clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return reading;
  };
  return { ended, read, closing, log };
}

const calls = () => stub?.of('/api/conversations.replies') ?? [];

it('gives what stands after the message, page by page, without the root that Slack puts first', async () => {
  const { ended } = await reader((call, response) =>
    json(response, {
      ok: true,
      messages: call.args['cursor'] ? [message(8)] : [message(1), message(5), message(7)],
      response_metadata: { next_cursor: call.args['cursor'] ? '' : 'more' },
    }),
  );
  expect(await ended()).toEqual({ ok: true, messages: [message(7), message(8)] });
  expect(calls().map(({ args }) => [args['ts'], args['oldest'], args['latest'], args['cursor']])).toEqual([
    ['100.000001', '100.000005', undefined, undefined],
    ['100.000001', '100.000005', undefined, 'more'],
  ]);
});

it('waits out a limit, and tries again where the answer was unclear', async () => {
  let call = 0;
  const { ended } = await reader((_call, response) => {
    call += 1;
    if (call === 1) response.writeHead(429, { 'retry-after': '30' }).end();
    else if (call === 2) response.writeHead(500).end('trouble');
    else json(response, { ok: true, messages: [message(6)] });
  });
  expect(await ended()).toEqual({ ok: true, messages: [message(6)] });
});

it('leaves it to another time where Slack stays unclear', async () => {
  const { ended, log } = await reader((_call, response) => response.writeHead(500).end('trouble'));
  expect(await ended()).toEqual({ ok: false, isFinal: false });
  expect(calls()).toHaveLength(4);
  expect(log.lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
});

it('gives up at once where Slack refuses', async () => {
  const { ended } = await reader((_call, response) => json(response, { ok: false, error: 'thread_not_found' }));
  expect(await ended()).toEqual({ ok: false, isFinal: true });
  expect(calls()).toHaveLength(1);
});

it('takes nothing for the whole that it was closed over', async () => {
  const { read, closing } = await reader((_call, response) => {
    closing.abort();
    json(response, { ok: true, messages: [message(6)], response_metadata: { next_cursor: 'more' } });
  });
  expect(await read(PLACE)).toEqual({ ok: false, isFinal: false });
  expect(await read(PLACE)).toEqual({ ok: false, isFinal: false });
  expect(calls()).toHaveLength(1);
});
