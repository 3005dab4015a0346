import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelMessage, ToolCall } from '../../src/conversation/events.ts';
import { estimateTokens, fitMessages, OUTPUT_LEFT_OUT } from '../../src/conversation/history.ts';

/** What the instructions take of every request. */
const RESERVED = 1_500;

const user = (text: string): ModelMessage => ({ role: 'user', text });
const says = (text: string): ModelMessage => ({ role: 'assistant', text, calls: [] });
const call = (id: string, source = 'f()'): ToolCall => ({ id, code: { language: 'python', source } });
const calls = (...ids: string[]): ModelMessage => ({ role: 'assistant', text: '', calls: ids.map((id) => call(id)) });
const result = (callId: string, text: string): ModelMessage => ({ role: 'result', callId, text, failed: false });

/** A text of about so many tokens. */
const long = (tokens: number): string => 'word '.repeat(tokens).slice(0, tokens * 4);

function fitted(messages: readonly ModelMessage[], tokens: number): readonly ModelMessage[] {
  return fitMessages(messages, tokens + RESERVED);
}

function size(messages: readonly ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message), 0);
}

describe('history.fit', () => {
  const first = [user('one'), calls('a'), result('a', long(500)), says('first')];
  const second = [user('two'), calls('b'), result('b', long(500)), says('second')];
  const current = [user('three'), calls('c'), result('c', long(500))];
  const all = [...first, ...second, ...current];
  const without = (messages: readonly ModelMessage[]): ModelMessage[] =>
    messages.map((message) => (message.role === 'result' ? { ...message, text: OUTPUT_LEFT_OUT } : message));

  it.each<[string, number, readonly ModelMessage[]]>([
    ['leaves what fits as it is', 2_000, all],
    ['lets the oldest output go first', 1_400, [...without(first), ...second, ...current]],
    ['then the next oldest', 700, [...without(first), ...without(second), ...current]],
    ['then the oldest turn', 620, [...without(second), ...current]],
    ['then the next turn', 570, current],
    ['then the output of the turn under way', 60, without(current)],
    ['and at last its code, but never the question', 20, [user('three')]],
  ])('%s', (_name, tokens, kept) => {
    expect(fitted(all, tokens)).toEqual(kept);
  });

  it('lets older outputs of a long turn go before its newest', () => {
    const turn = [user('q'), calls('a'), result('a', long(300)), calls('b'), result('b', long(300))];
    expect(fitted(turn, 400)).toEqual([...turn.slice(0, 2), result('a', OUTPUT_LEFT_OUT), ...turn.slice(3)]);
  });

  it('shortens a question that is too long by itself, and says so', () => {
    const [message] = fitted([...first, user(`start ${long(9_000)} end`)], 1_000);
    expect(message?.role).toBe('user');
    expect(message?.text).toMatch(/^start [\s\S]*\n\[\d+ bytes left out\]\n[\s\S]* end$/);
    expect(size(message ? [message] : [])).toBeLessThanOrEqual(1_000);
  });

  it('does not replace an output that is shorter than the words that stand for it', () => {
    const messages = [user('one'), calls('a'), result('a', '42'), user(long(300))];
    expect(fitted(messages, 310)).toEqual([user(long(300))]);
  });

  // Any conversation: turns of a question and exchanges, some without an end.
  const exchange = fc
    .tuple(fc.uuid(), fc.uuid(), fc.nat(2_000), fc.nat(2_000), fc.boolean())
    .map(([a, b, one, two, twice]): ModelMessage[] =>
      twice ? [calls(a, b), result(a, long(one)), result(b, long(two))] : [calls(a), result(a, long(one))],
    );
  const turn = fc
    .tuple(fc.nat(1_500), fc.array(exchange, { maxLength: 4 }), fc.nat(400))
    .map(([question, exchanges, answer]) => [user(long(question)), ...exchanges.flat(), says(long(answer))]);
  const conversation = fc
    .tuple(fc.array(turn, { maxLength: 6 }), fc.nat(1_500), fc.array(exchange, { maxLength: 3 }))
    .map(([turns, question, exchanges]) => [...turns.flat(), user(long(question)), ...exchanges.flat()]);
  const budget = fc.integer({ min: 100, max: 20_000 });

  it('is never over the budget', () => {
    fc.assert(
      fc.property(conversation, budget, (messages, tokens) => {
        expect(size(fitted(messages, tokens))).toBeLessThanOrEqual(tokens);
      }),
    );
  });

  it('never parts a call from its result', () => {
    fc.assert(
      fc.property(conversation, budget, (messages, tokens) => {
        const kept = fitted(messages, tokens);
        const called = kept
          .flatMap((message) => (message.role === 'assistant' ? message.calls : []))
          .map(({ id }) => id);
        const answered = kept.flatMap((message) => (message.role === 'result' ? [message.callId] : []));
        expect(answered).toEqual(called);
      }),
    );
  });

  it('always begins with a question and holds the last one', () => {
    fc.assert(
      fc.property(conversation, budget, (messages, tokens) => {
        const kept = fitted(messages, tokens);
        const last = messages.findLast((message) => message.role === 'user');
        expect(kept[0]?.role).toBe('user');
        const asked = kept.findLast((message) => message.role === 'user');
        expect(asked?.text.slice(0, 40)).toBe(last?.text.slice(0, 40));
      }),
    );
  });

  it('keeps everything that fits, and the order', () => {
    fc.assert(
      fc.property(conversation, budget, (messages, tokens) => {
        const kept = fitted(messages, tokens);
        if (size(messages) <= tokens) expect(kept).toEqual(messages);
        const positions = kept.map((message) =>
          message.role === 'result'
            ? messages.findIndex((m) => m.role === 'result' && m.callId === message.callId)
            : -1,
        );
        const known = positions.filter((position) => position >= 0);
        expect(known).toEqual([...known].sort((a, b) => a - b));
      }),
    );
  });

  it('takes whatever a crash left', () => {
    const any = fc.array(
      fc.oneof(
        fc.nat(500).map((tokens) => user(long(tokens))),
        fc.nat(500).map((tokens) => result('x', long(tokens))),
        fc.constant(calls('x')),
        fc.constant(says('words')),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(any, budget, (messages, tokens) => {
        const kept = fitted(messages, tokens);
        expect(kept.length).toBeLessThanOrEqual(messages.length);
      }),
    );
  });
});
