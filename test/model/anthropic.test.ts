/** What goes over the wire and what comes back, with the real SDK; what every Model promises is in test/contracts. */
import { getEventListeners } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fault } from '../../src/local/model/faults.ts';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../src/local/model/server.ts';
import { createModel, type ModelOptions } from '../../src/model/anthropic.ts';
import type { ModelMessage } from '../../src/ports.ts';
import { collect, request } from '../contracts/model.ts';
import { keptLog } from './kept-log.ts';

const KEY = 'sk-ant-very-secret-0123456789';
const servers: ModelServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function serve(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const server = await startModelServer({
    apiKey: KEY,
    log: () => undefined,
    paceMs: 0,
    brain: () => ({ words: 'It is 2.' }),
    ...options,
  });
  servers.push(server);
  return server;
}

interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** A fetch that keeps what is sent through it. */
function keeping(sent: Sent[]): typeof fetch {
  return async (input, init) => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
    sent.push({ url: String(input), headers: new Headers(init?.headers), body });
    return fetch(input, init);
  };
}

/** A fetch that answers every request alike. */
function answering(make: () => Response | Promise<Response>): typeof fetch {
  return async () => make();
}

function model(options: Partial<ModelOptions> & Pick<ModelOptions, 'log'>) {
  return createModel({
    apiKey: KEY,
    model: 'claude-sonnet-5-5',
    plain: false,
    wait: async () => undefined,
    ...options,
  });
}

const CONVERSATION: readonly ModelMessage[] = [
  { role: 'user', text: 'Add 1 and 1' },
  { role: 'assistant', text: 'I run it.', calls: [{ id: 'toolu_1', code: { language: 'python', source: '1 + 1' } }] },
  { role: 'result', callId: 'toolu_1', text: 'Value: 2', failed: false },
];

describe('what is sent', () => {
  it('in the full profile: caching, streamed arguments, one call at a time, nothing that the API has dropped', async () => {
    const { url } = await serve();
    const sent: Sent[] = [];
    await collect(model({ baseURL: url, log: keptLog(), fetch: keeping(sent) }), request(CONVERSATION));
    expect(sent).toHaveLength(1);
    const body = sent[0]?.body ?? {};
    expect(Object.keys(body).toSorted()).toEqual(
      ['cache_control', 'max_tokens', 'messages', 'model', 'stream', 'system', 'tool_choice', 'tools'].toSorted(),
    );
    expect(body).toMatchObject({
      model: 'claude-sonnet-5-5',
      stream: true,
      cache_control: { type: 'ephemeral' },
      system: [{ type: 'text', cache_control: { type: 'ephemeral' } }],
      tools: [{ name: 'run_code', eager_input_streaming: true }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
    });
    expect(body['messages']).toMatchObject([
      { role: 'user' },
      { role: 'assistant', content: [{ type: 'text' }, { type: 'tool_use', id: 'toolu_1' }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] },
    ]);
  });

  it('in the plain profile: the core of the API and nothing else', async () => {
    const { url } = await serve();
    const sent: Sent[] = [];
    const plain = model({ baseURL: url, plain: true, log: keptLog(), fetch: keeping(sent) });
    await collect(plain, request(CONVERSATION));
    const body = sent[0]?.body ?? {};
    expect(Object.keys(body).toSorted()).toEqual(['max_tokens', 'messages', 'model', 'stream', 'system', 'tools']);
    expect(body).toMatchObject({ max_tokens: 8192, system: expect.stringContaining('Threadbox') });
    expect(body['tools']).toEqual([
      { name: 'run_code', description: expect.any(String), input_schema: expect.objectContaining({ type: 'object' }) },
    ]);
    expect(JSON.stringify(body)).not.toContain('cache_control');
    expect(JSON.stringify(body['messages'])).not.toContain('"system"');
  });

  it.each([true, false])('with the key as a bearer, no beta, and no thread (plain: %j)', async (plain) => {
    const { url } = await serve();
    const sent: Sent[] = [];
    await collect(model({ baseURL: url, plain, log: keptLog(), fetch: keeping(sent) }));
    const headers = sent[0]?.headers;
    expect(headers?.get('authorization')).toBe(`Bearer ${KEY}`);
    expect(headers?.has('x-api-key')).toBe(false);
    expect(headers?.has('anthropic-beta')).toBe(false);
    expect(sent[0]?.url).toBe(`${url}/v1/messages`);
    expect(sent[0]?.body).not.toHaveProperty('thread');
  });

  it('with the limit that was asked for', async () => {
    const { url } = await serve();
    const sent: Sent[] = [];
    await collect(model({ baseURL: url, maxTokens: 321, log: keptLog(), fetch: keeping(sent) }));
    expect(sent[0]?.body).toMatchObject({ max_tokens: 321 });
  });
});

describe('a request that fails in passing', () => {
  /** Plays one fault per request, and keeps what was waited. */
  async function ask(faults: readonly (Fault | undefined)[]) {
    const waits: number[] = [];
    let requests = 0;
    const { url } = await serve({
      brain: () => ({ words: 'One two three four five six seven eight nine ten eleven.' }),
      faults: ({ number }) => {
        requests = number;
        return faults[number - 1];
      },
    });
    const wait = async (ms: number): Promise<void> => {
      waits.push(ms);
    };
    const events = await collect(model({ baseURL: url, log: keptLog(), wait }));
    return { waits, requests, last: events.at(-1), events };
  }

  it('is sent again after the wait it asks for', async () => {
    const { waits, requests, last } = await ask([{ kind: 'status', status: 429, retryAfterSeconds: 3 }]);
    expect({ waits, requests, last: last?.type }).toEqual({ waits: [3000], requests: 2, last: 'end' });
  });

  it('is not sent again when it asks for longer than a person should wait', async () => {
    const { waits, requests, last } = await ask([{ kind: 'status', status: 429, retryAfterSeconds: 3600 }]);
    expect({ waits, requests }).toEqual({ waits: [], requests: 1 });
    expect(last).toMatchObject({ type: 'failed', failure: { reason: 'model-unavailable' } });
  });

  it('is sent again twice at most, each time later', async () => {
    const { waits, requests, last } = await ask(Array<Fault>(9).fill({ kind: 'status', status: 529 }));
    expect(requests).toBe(3);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(20_000);
    expect(last).toMatchObject({ type: 'failed', failure: { reason: 'model-unavailable' } });
  });

  it('is sent again when its stream breaks before it has said anything', async () => {
    const { requests, last } = await ask([
      { kind: 'error event', type: 'overloaded_error', afterDeltas: 0 },
      { kind: 'cut', afterDeltas: 0 },
    ]);
    expect(requests).toBe(3);
    expect(last?.type).toBe('end');
  });

  it.each<[string, Fault]>([
    ['an error event', { kind: 'error event', type: 'overloaded_error', afterDeltas: 2 }],
    ['a cut connection', { kind: 'cut', afterDeltas: 2 }],
  ])('is not sent again once something was shown: %s', async (_, fault) => {
    const { requests, events } = await ask([fault]);
    expect(requests).toBe(1);
    expect(events.map((event) => event.type)).toEqual(['text', 'text', 'failed']);
    expect(events.at(-1)).toMatchObject({ failure: { reason: 'model-unavailable' } });
  });

  it.each([401, 403] as const)('is not sent again for a %d', async (status) => {
    const { requests, last } = await ask([{ kind: 'status', status }]);
    expect(requests).toBe(1);
    expect(last).toMatchObject({ failure: { reason: 'model-auth' } });
  });
});

describe('a service that is not there', () => {
  it('is unreachable, said in a sentence', async () => {
    const port = await freePort();
    const events = await collect(model({ baseURL: `http://127.0.0.1:${port}`, log: keptLog() }));
    expect(events).toEqual([
      { type: 'failed', failure: expect.objectContaining({ reason: 'model-unavailable' }), usage: expect.anything() },
    ]);
  });

  it('is some other server', async () => {
    const html = () => new Response('<h1>It works!</h1>', { status: 200, headers: { 'content-type': 'text/html' } });
    const [event] = await collect(model({ log: keptLog(), fetch: answering(html) }));
    expect(event).toMatchObject({ type: 'failed', failure: { reason: 'model-unavailable' } });
  });

  it('does not know the model', async () => {
    const { url } = await serve();
    const [event] = await collect(model({ baseURL: url, model: 'no-such-model', log: keptLog() }));
    expect(event).toMatchObject({
      failure: { reason: 'model-bad-request', message: expect.stringContaining('ANTHROPIC_MODEL') },
    });
  });
});

describe('a service that falls silent', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const STOPPED = {
    type: 'failed',
    failure: { reason: 'model-unavailable', message: expect.stringContaining('stopped answering') },
  };

  it('before its first word is given up after two minutes', async () => {
    const signals: AbortSignal[] = [];
    const never: typeof fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        if (init?.signal) signals.push(init.signal);
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason));
      });
    const asked = collect(model({ log: keptLog(), fetch: never }));
    await vi.advanceTimersByTimeAsync(119_999);
    expect(signals.map((signal) => signal.aborted)).toEqual([false]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await asked).toMatchObject([STOPPED]);
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });

  it('in the middle is given up after two minutes more', async () => {
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Well' } };
    const begun = new TextEncoder().encode(`event: content_block_start\ndata: ${JSON.stringify(block)}\n\n`);
    const half = () => {
      const body = new ReadableStream({ start: (controller) => controller.enqueue(begun) });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const asked = model({ log: keptLog(), fetch: answering(half) });
    const events = asked.reply(request(), new AbortController().signal)[Symbol.asyncIterator]();
    expect(await events.next()).toMatchObject({ value: { type: 'text', snapshot: 'Well' } });
    const last = events.next();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(await last).toMatchObject({ value: STOPPED });
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });
});

describe('the connection', () => {
  it('is kept for later requests, though the stream ends a moment after the reply', async () => {
    const block = { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi' } };
    const events = [block, { type: 'message_delta', delta: { stop_reason: 'end_turn' } }, { type: 'message_stop' }];
    const ports = new Set<number | undefined>();
    const server = createHttpServer((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      setTimeout(() => response.end(), 10);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const asked = model({ baseURL: `http://127.0.0.1:${portOf(server.address())}`, log: keptLog() });
    for (let i = 0; i < 6; i += 1) expect((await collect(asked)).at(-1)?.type).toBe('end');
    // Not one: a request that follows at once may come before the connection is free.
    expect(ports.size).toBeLessThan(4);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('secrets', () => {
  it('never reach the log or the person, even if the service repeats them', async () => {
    const log = keptLog();
    const body = { type: 'error', error: { type: 'invalid_request_error', message: `Bad key ${KEY}.` } };
    const echo = () => Response.json(body, { status: 400, headers: { 'request-id': 'req_7' } });
    const events = await collect(model({ log, fetch: answering(echo) }));
    expect(events).toMatchObject([{ type: 'failed', failure: { reason: 'model-bad-request' } }]);
    expect(JSON.stringify(events)).not.toContain(KEY);
    expect(JSON.stringify(events)).not.toContain('Bad key');
    expect(log.lines.join('\n')).toContain('req_7');
    expect(log.lines.join('\n')).toContain('Bad key [key].');
    expect(log.lines.join('\n')).not.toContain(KEY);
  });
});

describe('stopping', () => {
  it('ends the wait before the next try', async () => {
    const stop = new AbortController();
    const { url } = await serve({ faults: () => ({ kind: 'status', status: 429, retryAfterSeconds: 15 }) });
    const asked = createModel({
      apiKey: KEY,
      baseURL: url,
      model: 'claude-sonnet-5-5',
      plain: true,
      log: {
        ...keptLog(),
        info: () => stop.abort(),
      },
    });
    expect(await collect(asked, request(), stop.signal)).toEqual([]);
  });

  it('ends a request that nobody has answered', async () => {
    const stop = new AbortController();
    const { url } = await serve({
      faults: () => {
        stop.abort();
        return { kind: 'slow', firstTokenMs: Number.POSITIVE_INFINITY };
      },
    });
    expect(await collect(model({ baseURL: url, log: keptLog() }), request(), stop.signal)).toEqual([]);
  });

  it('leaves no listener on the signal', async () => {
    const { url } = await serve();
    const stop = new AbortController();
    const asked = model({ baseURL: url, log: keptLog() });
    for (let i = 0; i < 3; i += 1) await collect(asked, request(), stop.signal);
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  });
});

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
