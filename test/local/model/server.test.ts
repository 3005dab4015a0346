import { connect } from 'node:net';
import { Anthropic, AuthenticationError, NotFoundError } from '@anthropic-ai/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../../src/local/model/server.ts';

const KEY = 'local-key';
const servers: ModelServer[] = [];

async function start(options: Partial<ModelServerOptions> = {}): Promise<ModelServer> {
  const server = await startModelServer({ apiKey: KEY, log: () => undefined, paceMs: 0, ...options });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

const HEADERS = {
  authorization: `Bearer ${KEY}`,
  'anthropic-version': '2026-10-21',
  'content-type': 'application/json',
};
const TOOL = { name: 'run_code', input_schema: { type: 'object' } };
const BODY = { model: 'claude-sonnet-5-5', max_tokens: 1000, messages: [{ role: 'user', content: 'hello' }] };

async function post(url: string, body: unknown, headers: Record<string, string> = HEADERS, path = '/v1/messages') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, { method: 'POST', headers, body: text });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

const use = (id: string) => ({ type: 'tool_use', id, name: 'run_code', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const user = (...content: object[]) => ({ role: 'user', content });
const assistant = (...content: object[]) => ({ role: 'assistant', content });
const words = (text: string) => ({ type: 'text', text });

describe('thoughts', () => {
  const TOOLS = { tools: [TOOL] };
  const brain = () => ({ thought: 'Two.', words: 'I run it.', run: { language: 'python', code: '1+1' } as const });
  const ask = async (url: string, messages: readonly object[], more: object = {}) => {
    const answered = await post(url, { ...BODY, ...TOOLS, messages, ...more });
    return { status: answered.status, ...(JSON.parse(answered.body) as { content: object[]; error?: object }) };
  };

  it('come sealed, without their words unless these are asked for, and are taken back as they are', async () => {
    const { url } = await start({ brain });
    const asked = user(words('add'));
    const { content } = await ask(url, [asked]);
    expect(content[0]).toEqual({ type: 'thinking', thinking: '', signature: expect.any(String) });
    const [{ id }] = content.slice(-1) as [{ id: string }];
    const back = (blocks: readonly object[], first: object = asked) => [first, assistant(...blocks), user(result(id))];
    expect((await ask(url, back(content))).status).toBe(200);
    expect((await ask(url, back(content.slice(1)))).status).toBe(200);
    const shown = await ask(url, [asked], { thinking: { type: 'adaptive', display: 'summarized' } });
    expect(shown.content[0]).toMatchObject({ thinking: 'Two.' });

    const refusal = {
      type: 'invalid_request_error',
      message: 'messages.1.content.0: Invalid `signature` in `thinking` block',
    };
    const changed = { ...content[0], thinking: 'Three.' };
    expect(await ask(url, back([changed, ...content.slice(1)]))).toMatchObject({ status: 400, error: refusal });
    expect(await ask(url, back(content, user(words('multiply'))))).toMatchObject({ status: 400, error: refusal });
    expect(await ask(url, back(content), { model: 'claude-opus-5-5' })).toMatchObject({ status: 400, error: refusal });
  });
});

describe('what the model server refuses', () => {
  it.each<[string, object, number, string]>([
    ['a temperature', { ...BODY, temperature: 1 }, 400, 'temperature'],
    ['top_p', { ...BODY, top_p: null }, 400, 'top_p'],
    ['top_k', { ...BODY, top_k: 5 }, 400, 'top_k'],
    ['no max_tokens', { ...BODY, max_tokens: undefined }, 400, 'max_tokens'],
    ['max_tokens 0', { ...BODY, max_tokens: 0 }, 400, 'max_tokens'],
    ['no messages', { ...BODY, messages: [] }, 400, 'messages'],
    ['an unknown field', { ...BODY, betas: ['x'] }, 400, 'betas'],
    ['a server-side thread', { ...BODY, thread: { type: 'create' } }, 400, 'thread'],
    ['an unknown model', { ...BODY, model: 'gpt-4' }, 404, 'gpt-4'],
    ['an assistant who speaks first', { ...BODY, messages: [assistant(words('hi')), user(words('hi'))] }, 400, 'first'],
    ['an assistant who speaks last', { ...BODY, messages: [user(words('hi')), assistant(words('hi'))] }, 400, 'last'],
    ['an empty text', { ...BODY, messages: [user(words(' '))] }, 400, 'messages.0.content.0.text'],
    ['an empty message', { ...BODY, messages: [{ role: 'user', content: '' }] }, 400, 'messages.0.content'],
    ['an unknown role', { ...BODY, messages: [{ role: 'tool', content: 'x' }] }, 400, 'messages.0'],
    ['an unknown field of a tool', { ...BODY, tools: [{ ...TOOL, parameters: {} }] }, 400, 'parameters'],
    ['two tools of one name', { ...BODY, tools: [TOOL, TOOL] }, 400, 'tools'],
    [
      'a tool call without its result',
      { ...BODY, tools: [TOOL], messages: [user(words('go')), assistant(use('a')), user(words('hm'))] },
      400,
      'no tool_result',
    ],
    [
      'a result without its call',
      { ...BODY, tools: [TOOL], messages: [user(words('go')), assistant(words('no')), user(result('a'))] },
      400,
      'without its tool_use',
    ],
    [
      'a result after text',
      { ...BODY, tools: [TOOL], messages: [user(words('go')), assistant(use('a')), user(words('hm'), result('a'))] },
      400,
      'first',
    ],
    [
      'one id for two calls',
      { ...BODY, tools: [TOOL], messages: [user(words('go')), assistant(use('a'), use('a')), user(result('a'))] },
      400,
      'twice',
    ],
    [
      'calls without tools',
      { ...BODY, messages: [user(words('go')), assistant(use('a')), user(result('a'))] },
      400,
      'tools',
    ],
    [
      'five cache breakpoints',
      { ...BODY, messages: [user(...Array(5).fill({ ...words('x'), cache_control: { type: 'ephemeral' } }))] },
      400,
      'cache_control',
    ],
  ])('%s', async (_, body, status, says) => {
    const { url } = await start();
    const answer = await post(url, body);
    expect(answer.status).toBe(status);
    const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
    const parsed = JSON.parse(answer.body);
    expect(parsed).toMatchObject({ type: 'error', error: { type }, request_id: answer.headers.get('request-id') });
    expect(parsed.error.message).toContain(says);
  });

  it.each<[string, Record<string, string>, number, string]>([
    ['no key', { ...HEADERS, authorization: '' }, 401, 'authentication_error'],
    ['a wrong key', { ...HEADERS, authorization: 'Bearer other' }, 401, 'authentication_error'],
    ['no version', { authorization: `Bearer ${KEY}` }, 400, 'invalid_request_error'],
  ])('%s', async (_, headers, status, type) => {
    const { url } = await start();
    const answer = await post(url, BODY, headers);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { type } });
  });

  it('a body that is no JSON, and one that is too large', async () => {
    const { url } = await start();
    expect((await post(url, '{"model":')).status).toBe(400);
    const large = await post(url, { ...BODY, messages: [user(words('x'.repeat(33 * 1024 * 1024)))] });
    expect(large.status).toBe(413);
    expect(JSON.parse(large.body)).toMatchObject({ error: { type: 'request_too_large' } });
  });

  it('another host, so that no page of another name can reach it', async () => {
    const { url } = await start();
    const reply = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
        socket.end('GET /v1/models HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n');
      });
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(reply).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('other paths', async () => {
    const { url } = await start();
    expect((await post(url, BODY, HEADERS, '/v1/complete')).status).toBe(404);
  });
});

describe('what the model server accepts', () => {
  it('the key in x-api-key, a system message among messages, and neighbours of one role', async () => {
    const { url } = await start();
    const messages = [user(words('one')), user(words('two')), { role: 'system', content: 'Be short.' }];
    const headers = { ...HEADERS, authorization: '', 'x-api-key': KEY };
    expect(await post(url, { ...BODY, messages }, headers)).toMatchObject({ status: 200 });
  });

  it('everything of the full profile', async () => {
    const { url } = await start();
    const body = {
      ...BODY,
      system: [{ ...words('You are a bot.'), cache_control: { type: 'ephemeral' } }],
      cache_control: { type: 'ephemeral' },
      tools: [{ ...TOOL, eager_input_streaming: true }],
      tool_choice: { type: 'auto', disable_parallel_tool_use: true },
      thinking: { type: 'adaptive' },
    };
    expect(await post(url, body)).toMatchObject({ status: 200 });
  });
});

describe('the model server, seen by the SDK', () => {
  const client = (url: string, apiKey = KEY) => new Anthropic({ apiKey, baseURL: url, maxRetries: 0, logLevel: 'off' });
  const params = { model: 'claude-sonnet-5-5', max_tokens: 1000, tools: [TOOL as Anthropic.Tool] };
  const task = (content: string): Anthropic.MessageParam[] => [{ role: 'user', content }];

  it('streams a reply in the order of the API and puts it together', async () => {
    const { url } = await start();
    const types: string[] = [];
    const stream = client(url).messages.stream({ ...params, messages: task('first 5 fibonacci numbers') });
    stream.on('streamEvent', (event) => types.push(event.type));
    const message = await stream.finalMessage();
    const order = types.filter((type, i) => type !== types[i - 1]);
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
    expect(order).toEqual(['message_start', ...block, ...block, 'message_delta', 'message_stop']);
    expect(message.stop_reason).toBe('tool_use');
    expect(message.content.map((part) => part.type)).toEqual(['text', 'tool_use']);
    expect(message.content[1]).toMatchObject({ name: 'run_code', input: { language: 'python' } });
    expect(message.usage.input_tokens).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(10);
    expect(stream.request_id).toMatch(/^req_/);
  });

  it('gives the same reply in one piece', async () => {
    const { url } = await start();
    const message = await client(url).messages.create({ ...params, messages: task('first 5 fibonacci numbers') });
    expect(message.content[1]).toMatchObject({ type: 'tool_use', name: 'run_code', input: { language: 'python' } });
    expect(message).toMatchObject({ role: 'assistant', model: 'claude-sonnet-5-5', stop_reason: 'tool_use' });
  });

  it('takes the result of a call and goes on', async () => {
    const { url } = await start();
    const messages = task('first 5 fibonacci numbers');
    const first = await client(url).messages.create({ ...params, messages });
    const id = first.content.flatMap((part) => (part.type === 'tool_use' ? [part.id] : []))[0] ?? '';
    const output = 'Count: 5\nSum: 7\nMean: 1.40\nMedian: 1.0';
    const next: Anthropic.MessageParam[] = [
      ...messages,
      { role: 'assistant', content: first.content as Anthropic.ContentBlockParam[] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: id, content: output }] },
    ];
    const second = await client(url).messages.create({ ...params, messages: next });
    expect(second.stop_reason).toBe('end_turn');
    expect(second.content).toEqual([{ type: 'text', text: expect.stringContaining('add up to **7**') }]);
  });

  it('does not call a tool that it was not given', async () => {
    const { url } = await start();
    const { tools: _, ...bare } = params;
    const message = await client(url).messages.create({ ...bare, messages: task('first 5 fibonacci numbers') });
    expect(message.content.map((part) => part.type)).toEqual(['text']);
    expect(message.stop_reason).toBe('end_turn');
  });

  it('stops at max_tokens', async () => {
    const { url } = await start();
    const message = await client(url).messages.create({ ...params, max_tokens: 4, messages: task('write a poem') });
    expect(message.stop_reason).toBe('max_tokens');
    expect(message.usage.output_tokens).toBe(4);
  });

  it('counts tokens and lists models', async () => {
    const { url } = await start();
    const api = client(url);
    const count = await api.messages.countTokens({ model: 'claude-sonnet-5-5', messages: task('hello there') });
    expect(count.input_tokens).toBeGreaterThan(2);
    const models = await api.models.list();
    expect(models.data.map((model) => model.id)).toContain('claude-sonnet-5-5');
    expect((await api.models.retrieve('threadbox-scripted')).id).toBe('threadbox-scripted');
  });

  it('fails as the SDK expects', async () => {
    const { url } = await start();
    const wrongKey = client(url, 'other').messages.create({ ...params, messages: task('hi') });
    await expect(wrongKey).rejects.toBeInstanceOf(AuthenticationError);
    const unknown = client(url).messages.create({ ...params, model: 'nope', messages: task('hi') });
    await expect(unknown).rejects.toBeInstanceOf(NotFoundError);
  });
});

describe('the model server stops', () => {
  it('at once, in the middle of a reply', async () => {
    let arrive = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const server = await start({
      faults: () => {
        arrive();
        return { kind: 'slow', firstTokenMs: Number.POSITIVE_INFINITY };
      },
    });
    const settled = post(server.url, { ...BODY, stream: true }).then(
      () => 'answered',
      () => 'broken off',
    );
    await arrived;
    await server.stop();
    expect(await settled).toBe('broken off');
  });

  it('refuses a port that is taken', async () => {
    const { url } = await start();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
