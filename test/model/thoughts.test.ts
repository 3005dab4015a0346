/** Thoughts on their way out and back, with the real SDK, against a server that seals them as the API does. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Answer, Conversation } from '../../src/local/model/conversation.ts';
import { type ModelServer, startModelServer } from '../../src/local/model/server.ts';
import { createModel } from '../../src/model/anthropic.ts';
import type { ModelEvent, ModelMessage } from '../../src/ports.ts';
import { collect, request } from '../contracts/model.ts';
import { keptLog } from './kept-log.ts';

const KEY = 'sk-ant-test';
const RUN = { language: 'python', code: '1 + 1' } as const;
const servers: ModelServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

type Body = {
  readonly messages: readonly { readonly role: string; readonly content: readonly Record<string, unknown>[] }[];
};

/** A model that thinks before each run and runs code twice, and what it was sent. */
async function thinking(plain = false, brain: (conversation: Conversation) => Answer = twice) {
  const server = await startModelServer({ apiKey: KEY, log: () => {}, paceMs: 0, brain });
  servers.push(server);
  const sent: Body[] = [];
  const model = createModel({
    apiKey: KEY,
    baseURL: server.url,
    model: 'claude-sonnet-5-5',
    plain,
    log: keptLog(),
    fetch: async (input, init) => {
      sent.push(JSON.parse(String(init?.body)));
      return fetch(input, init);
    },
  });
  return { ask: (messages: readonly ModelMessage[]) => collect(model, request(messages)), sent };
}

function twice({ runs }: Conversation): Answer {
  if (runs.length === 2) return { words: 'It is 2.', thought: 'Done.' };
  return { thought: `Thinking, ${runs.length} runs so far.`, words: 'I run it.', run: RUN };
}

/** The reply as the engine remembers it, and a result for its call. */
function answered(events: readonly ModelEvent[], text = 'Value: 2'): ModelMessage[] {
  const end = events.find((event) => event.type === 'end');
  const calls = events.flatMap((event) => (event.type === 'call' ? [event.call] : []));
  const thought = end?.type === 'end' ? end.thought : undefined;
  const results = calls.map(({ id }) => ({ role: 'result', callId: id, text, failed: false }) as const);
  return [{ role: 'assistant', text: 'I run it.', calls, ...(thought && { thought }) }, ...results];
}

const ASKED: ModelMessage = { role: 'user', text: 'Add 1 and 1' };
const types = (body: Body | undefined) =>
  (body?.messages ?? [])
    .filter(({ role }) => role === 'assistant')
    .map(({ content }) => content.map(({ type }) => type));

describe('thoughts', () => {
  it('go back unchanged, in their place, as long as the turn calls the tool', async () => {
    const { ask, sent } = await thinking();
    const messages: ModelMessage[] = [ASKED];
    messages.push(...answered(await ask(messages)));
    messages.push(...answered(await ask(messages)));
    const last = await ask(messages);
    expect(last.at(-1)).toMatchObject({ type: 'end', stop: 'done' });
    expect(last.at(-1)).not.toHaveProperty('thought');
    expect(types(sent[2])).toEqual([
      ['thinking', 'text', 'tool_use'],
      ['thinking', 'text', 'tool_use'],
    ]);
    const [first] = sent[2]?.messages[1]?.content ?? [];
    expect(first).toEqual({ type: 'thinking', thinking: '', signature: expect.stringMatching(/^\S{40,}$/) });
  });

  it('are left out where something before them was shortened, and those behind them too', async () => {
    const { ask, sent } = await thinking();
    const messages: ModelMessage[] = [ASKED];
    messages.push(...answered(await ask(messages)));
    messages.push(...answered(await ask(messages)));
    const shortened = messages.map((message) => (message === messages[2] ? { ...messages[2], text: '…' } : message));
    expect((await ask(shortened as ModelMessage[])).at(-1)).toMatchObject({ type: 'end' });
    expect(types(sent[2])).toEqual([
      ['thinking', 'text', 'tool_use'],
      ['text', 'tool_use'],
    ]);
    const other = [{ role: 'user', text: 'Something else' } as const, ...messages.slice(1)];
    expect((await ask(other)).at(-1)).toMatchObject({ type: 'end' });
    expect(types(sent[3])).toEqual([
      ['text', 'tool_use'],
      ['text', 'tool_use'],
    ]);
  });

  it('are neither kept nor sent back in the plain profile', async () => {
    const { ask, sent } = await thinking(true);
    const first = await ask([ASKED]);
    expect(first.at(-1)).not.toHaveProperty('thought');
    await ask([ASKED, ...answered(first)]);
    expect(types(sent[1])).toEqual([['text', 'tool_use']]);
  });

  it('show nothing of themselves', async () => {
    const { ask } = await thinking();
    expect(JSON.stringify((await ask([ASKED])).filter(({ type }) => type !== 'end'))).not.toContain('Thinking');
  });
});
