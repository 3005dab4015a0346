/** What every Model promises, whatever is behind it. */
import { describe, expect, it } from 'vitest';
import type { Code, Failure } from '../../src/conversation/events.ts';
import type { Model, ModelEvent, ModelMessage, ModelRequest } from '../../src/ports.ts';

/** One reply, as the thing behind the model is to give it. */
export interface PlannedReply {
  readonly words: string;
  readonly run?: Code;
  readonly trouble?: PlannedTrouble;
}

export type PlannedTrouble = 'wrong key' | 'empty' | 'refusal' | 'cut off' | 'broken off';

export interface ModelUnderTest {
  readonly model: Model;
  close(): Promise<void>;
}

const REASONS: Readonly<Record<PlannedTrouble, Failure['reason']>> = {
  'wrong key': 'model-auth',
  empty: 'model-empty',
  refusal: 'model-refused',
  'cut off': 'model-cut-off',
  'broken off': 'model-unavailable',
};

const CODE: Code = { language: 'python', source: 'print("naïve 😀", 1 + 1)\nfor n in range(3):\n    print(n)\n' };
const WORDS = 'I add two numbers, **then** count – naïvely 😀 – to three.';

export function request(messages: readonly ModelMessage[] = [{ role: 'user', text: 'Add 1 and 1' }]): ModelRequest {
  const network = 'The sandbox has no network.';
  const setting = { now: Date.UTC(2026, 10, 21), timeZone: 'UTC', maxAttempts: 3, runTimeoutSeconds: 120, network };
  return { setting, messages };
}

export async function collect(
  model: Model,
  asked: ModelRequest = request(),
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of model.reply(asked, signal)) events.push(event);
  return events;
}

export function modelContract(
  name: string,
  make: (replies: readonly PlannedReply[]) => Promise<ModelUnderTest>,
  troubles: readonly PlannedTrouble[],
): void {
  const withModel = async (replies: readonly PlannedReply[], test: (model: Model) => Promise<void>): Promise<void> => {
    const { model, close } = await make(replies);
    try {
      await test(model);
    } finally {
      await close();
    }
  };

  describe(`${name} keeps the promises of a Model`, () => {
    it('streams words, each delta with its snapshot, and ends once', () =>
      withModel([{ words: WORDS }], async (model) => {
        const events = await collect(model);
        expectSnapshots(events, 'text', WORDS);
        expect(events.filter(isLast)).toEqual([events.at(-1)]);
        expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'done' });
      }));

    it('streams code as it is written, then hands over the whole call', () =>
      withModel([{ words: WORDS, run: CODE }], async (model) => {
        const events = await collect(model);
        expectSnapshots(events, 'text', WORDS);
        expectSnapshots(events, 'code', CODE.source);
        expect(events.filter((event) => event.type === 'call').map((event) => event.call.code)).toEqual([CODE]);
        expect(events.findIndex((event) => event.type === 'call')).toBeGreaterThan(
          events.findLastIndex((event) => event.type === 'code'),
        );
        expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'calls' });
      }));

    it('goes on after the result of its call', () =>
      withModel([{ words: 'I run it.', run: CODE }, { words: 'It is 2.' }], async (model) => {
        const first = await collect(model);
        const call = first.flatMap((event) => (event.type === 'call' ? [event.call] : []));
        const second = await collect(
          model,
          request([
            { role: 'user', text: 'Add 1 and 1' },
            { role: 'assistant', text: 'I run it.', calls: call },
            ...call.map(({ id }) => ({ role: 'result', callId: id, text: '2', failed: false }) as const),
          ]),
        );
        expectSnapshots(second, 'text', 'It is 2.');
        expect(second.at(-1)).toMatchObject({ type: 'end', stop: 'done' });
      }));

    it('counts tokens in whole numbers', () =>
      withModel([{ words: WORDS }], async (model) => {
        const last = (await collect(model)).at(-1);
        const usage = last?.type === 'end' ? last.usage : undefined;
        expect(usage).toEqual({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) });
        expect(Object.values(usage ?? {}).every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      }));

    it('says nothing when it is stopped before it begins', () =>
      withModel([{ words: WORDS }], async (model) => {
        expect(await collect(model, request(), AbortSignal.abort())).toEqual([]);
      }));

    it('ends without a last event when it is stopped in the middle', () =>
      withModel([{ words: WORDS, run: CODE }], async (model) => {
        const stop = new AbortController();
        const events: ModelEvent[] = [];
        for await (const event of model.reply(request(), stop.signal)) {
          events.push(event);
          stop.abort();
        }
        expect(events).toHaveLength(1);
        expect(events.filter(isLast)).toEqual([]);
      }));

    it('can be left by its reader at any time, and asked again', () =>
      withModel([{ words: WORDS }, { words: 'Again.' }], async (model) => {
        for await (const event of model.reply(request(), new AbortController().signal)) {
          expect(event.type).toBe('text');
          break;
        }
        expectSnapshots(await collect(model), 'text', 'Again.');
      }));

    it.each(troubles)('answers trouble (%s) with one failure and a sentence, and throws nothing', (trouble) =>
      withModel([{ words: WORDS, trouble }], async (model) => {
        const events = await collect(model);
        expect(events.filter(isLast)).toEqual([events.at(-1)]);
        expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { reason: REASONS[trouble] } });
        const last = events.at(-1);
        expect(last?.type === 'failed' && last.failure.message).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });
}

function isLast(event: ModelEvent): boolean {
  return event.type === 'end' || event.type === 'failed';
}

/** Every snapshot is what the deltas so far make, and the last is the whole. */
export function expectSnapshots(events: readonly ModelEvent[], type: 'text' | 'code', whole: string): void {
  let sum = '';
  for (const event of events) {
    if (event.type !== type) continue;
    sum += event.delta;
    expect(event.snapshot).toBe(sum);
  }
  expect(sum).toBe(whole);
}
