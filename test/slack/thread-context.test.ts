/** Reading threads and marking messages with the real client, against a Slack that pages, refuses and limits. */
import { afterEach, expect, it } from 'vitest';
import type { ThreadRef } from '../../src/conversation/events.ts';
import { createCooling } from '../../src/slack/cooling.ts';
import { createMark } from '../../src/slack/marks.ts';
import { linkedLines } from '../../src/slack/permalinks.ts';
import { createContext } from '../../src/slack/thread-context.ts';
import { createWebClient } from '../../src/slack/web-client.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { json, type StubSlack, startStub } from './stub-slack.ts';

const THREAD: ThreadRef = { team: 'T1', channel: 'C1', threadTs: '100.000001' };
const COOLING = createCooling(new FakeClock());
const NOBODY = { remember: () => {} };
const NEVER = new AbortController().signal;

let stub: StubSlack | undefined;
afterEach(async () => {
  await stub?.stop();
  stub = undefined;
});

type Answer = Parameters<typeof startStub>[0];

async function client(answer: Answer) {
  stub = await startStub(answer);
  return createWebClient('xoxb-test', `${stub.url}/api/`, quietLog());
}

const message = (second: number, text: string) => ({ user: 'U1', ts: `100.${`${second}`.padStart(6, '0')}`, text });

it('reads a long thread page by page, up to the mention', async () => {
  let page = 0;
  const slack = await client((_call, response) => {
    page += 1;
    const next = page < 3 ? `page-${page}` : '';
    json(response, { ok: true, messages: [message(page, `page ${page}`)], response_metadata: { next_cursor: next } });
  });
  const context = await createContext(slack, COOLING, 'UBOT', NOBODY, quietLog())(THREAD, '200.1', NEVER);
  expect(context.ok && context.text.split('\n').slice(1)).toEqual(['> @U1: page 1', '> @U1: page 2', '> @U1: page 3']);
  const asked = stub?.of('/api/conversations.replies').map(({ body }) => new URLSearchParams(String(body)));
  expect(asked?.map((params) => [params.get('latest'), params.get('cursor')])).toEqual([
    ['200.1', null],
    ['200.1', 'page-1'],
    ['200.1', 'page-2'],
  ]);
});

it('stops after five pages', async () => {
  const slack = await client((_call, response) =>
    json(response, { ok: true, messages: [], response_metadata: { next_cursor: 'more' } }),
  );
  expect(await createContext(slack, COOLING, 'UBOT', NOBODY, quietLog())(THREAD, '200.1', NEVER)).toEqual({
    ok: true,
    text: '',
    files: [],
  });
  expect(stub?.of('/api/conversations.replies')).toHaveLength(5);
});

it('says so when a thread cannot be read', async () => {
  const slack = await client((_call, response) => json(response, { ok: false, error: 'missing_scope' }));
  expect(await createContext(slack, COOLING, 'UBOT', NOBODY, quietLog())(THREAD, '200.1', NEVER)).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^I could not read/),
  });
});

it('tries a mark again when Slack says to wait, and gives up in the end', async () => {
  const clock = new FakeClock();
  const slack = await client((_call, response) => {
    response.writeHead(429, { 'retry-after': '7' }).end();
  });
  const marking = createMark(slack, clock, quietLog())('C1', '1.1', 'eyes', true);
  for (let calls = 1; calls < 3; calls += 1) {
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(7_000);
  }
  await marking;
  expect(stub?.of('/api/reactions.add')).toHaveLength(3);
});

it('links the lines of threads, escapes foreign words, and does without links that Slack has not', async () => {
  const slack = await client((call, response) =>
    json(
      response,
      String(call.body).includes('100.000001')
        ? { ok: true, permalink: 'https://x.slack.com/archives/C1/p100000001' }
        : { ok: false, error: 'message_not_found' },
    ),
  );
  const lines = [
    { text: 'Your work:' },
    { text: '• a | <!channel>', thread: THREAD },
    { text: '• gone', thread: { ...THREAD, threadTs: '1.1' } },
    { text: '• top', thread: { ...THREAD, threadTs: null } },
  ];
  expect((await linkedLines(slack, lines)).split('\n')).toEqual([
    'Your work:',
    '<https://x.slack.com/archives/C1/p100000001|• a   &lt;!channel&gt;>',
    '• gone',
    '• top',
  ]);
});
