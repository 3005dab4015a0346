import { describe, expect, it } from 'vitest';
import { ReplyReader } from '../../src/model/reply-reader.ts';
import { readWireEvent } from '../../src/model/wire.ts';
import type { ModelEvent } from '../../src/ports.ts';
import { expectSnapshots } from '../contracts/model.ts';

/** Feeds events as they stand on the wire, then ends. */
function read(...wire: readonly object[]): ModelEvent[] {
  const reader = new ReplyReader();
  const events = wire.flatMap((one) => {
    const event = readWireEvent(JSON.stringify(one));
    return event ? reader.read(event) : [];
  });
  return [...events, ...reader.end()];
}

const start = (usage?: object) => ({ type: 'message_start', message: { usage } });
const open = (index: number, block: object) => ({ type: 'content_block_start', index, content_block: block });
const words = (index: number, text: string) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'text_delta', text },
});
const json = (index: number, text: string) => ({
  type: 'content_block_delta',
  index,
  delta: { type: 'input_json_delta', partial_json: text },
});
const close = (index: number) => ({ type: 'content_block_stop', index });
const stop = (reason: string | null, usage?: object) => ({
  type: 'message_delta',
  delta: { stop_reason: reason },
  usage,
});
const call = (index: number, text: string, name = 'run_code') => [
  open(index, { type: 'tool_use', id: `id${index}`, name, input: {} }),
  json(index, text),
  close(index),
];

const types = (events: readonly ModelEvent[]) => events.map((event) => event.type);

describe('ReplyReader', () => {
  it('puts a gap between two blocks of words', () => {
    const text = (index: number) => open(index, { type: 'text', text: '' });
    const events = read(
      start(),
      text(0),
      words(0, 'One'),
      words(0, '.'),
      close(0),
      text(1),
      words(1, 'Two.'),
      stop('end_turn'),
    );
    expectSnapshots(events, 'text', 'One.\n\nTwo.');
  });

  it('takes words that come with the start of their block', () => {
    expectSnapshots(read(open(0, { type: 'text', text: 'Hi' }), words(0, '!'), stop('end_turn')), 'text', 'Hi!');
  });

  it('shows code before its language is known as Python, and calls it by its name in the end', () => {
    const events = read(...call(0, '{"code":"ls","language":"bash"}'), stop('tool_use'));
    expect(events).toMatchObject([
      { type: 'code', snapshot: 'ls' },
      { type: 'call', call: { id: 'id0', code: { language: 'bash', source: 'ls' } } },
      { type: 'end', stop: 'calls' },
    ]);
  });

  it.each([
    ['py', 'python'],
    ['JavaScript', 'javascript'],
    ['node', 'javascript'],
    ['sh', 'bash'],
  ])('understands %s as %s', (name, language) => {
    const events = read(...call(0, JSON.stringify({ language: name, code: 'x' })), stop('tool_use'));
    expect(events.find((event) => event.type === 'call')).toMatchObject({ call: { code: { language } } });
  });

  it('takes an input that comes whole, without deltas', () => {
    const input = { language: 'python', code: 'print(1)' };
    const events = read(open(0, { type: 'tool_use', id: 'a', name: 'run_code', input }), close(0), stop('tool_use'));
    expectSnapshots(events, 'code', 'print(1)');
    expect(types(events)).toEqual(['code', 'call', 'end']);
  });

  it('takes several calls of one reply, and one whose block is never closed', () => {
    const bash = (code: string) => JSON.stringify({ language: 'bash', code });
    const [first, second] = [call(0, bash('a')), call(1, bash('b')).slice(0, 2)];
    const events = read(...first, ...second, stop('tool_use'));
    expect(types(events)).toEqual(['code', 'call', 'code', 'call', 'end']);
  });

  it('goes by the calls and not by the stop reason, which some servers get wrong', () => {
    const events = read(...call(0, '{"language":"bash","code":"a"}'), stop('end_turn'));
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'calls' });
  });

  it.each([
    ['another tool', 'search', '{"language":"bash","code":"a"}'],
    ['half an object', 'run_code', '{"language":"bash","code":"a'],
    ['no object', 'run_code', '["bash"]'],
    ['an unknown language', 'run_code', '{"language":"ruby","code":"a"}'],
    ['a language that is a property of every object', 'run_code', '{"language":"constructor","code":"a"}'],
    ['no code', 'run_code', '{"language":"bash"}'],
    ['blank code', 'run_code', '{"language":"bash","code":" \\n"}'],
    ['nothing at all', 'run_code', ''],
  ])('reports a call with %s as one to answer, not to run', (_, name, text) => {
    const events = read(...call(0, text, name), stop('tool_use'));
    expect(events.filter((event) => event.type === 'call')).toEqual([]);
    expect(events.slice(-2)).toMatchObject([
      { type: 'badCall', callId: 'id0', message: expect.stringMatching(/\.$/) },
      { type: 'end', stop: 'calls' },
    ]);
  });

  it('passes over thinking and everything it does not know', () => {
    const events = read(
      { type: 'ping' },
      open(0, { type: 'thinking', thinking: '', signature: '' }),
      { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'x' } },
      close(0),
      { type: 'something_new', index: 9 },
      json(7, '{"code":"of no block"}'),
      open(1, { type: 'text', text: '' }),
      words(1, 'Hi'),
      stop('end_turn'),
      { type: 'message_stop' },
    );
    expect(types(events)).toEqual(['text', 'end']);
  });

  it('keeps thoughts in their place beside words and calls, where each has its seal', () => {
    const thought = (index: number, signature = 'seal') => [
      open(index, { type: 'thinking', thinking: '', signature: '' }),
      { type: 'content_block_delta', index, delta: { type: 'signature_delta', signature } },
      close(index),
    ];
    const thoughtsOf = (...wire: readonly object[]) => {
      const reader = new ReplyReader();
      for (const one of wire) {
        const event = readWireEvent(JSON.stringify(one));
        if (event) reader.read(event);
      }
      reader.end();
      return reader.thoughts;
    };
    const code = call(3, '{"language":"bash","code":"ls"}');
    const hidden = open(1, { type: 'redacted_thinking', data: 'sealed' });
    const said = [open(2, { type: 'text', text: 'Look.' }), close(2)];
    expect(thoughtsOf(...thought(0), hidden, ...said, ...code, stop('tool_use'))).toEqual([
      { type: 'thinking', thinking: '', signature: 'seal' },
      { type: 'redacted_thinking', data: 'sealed' },
      { type: 'text', text: 'Look.' },
      { type: 'call', id: 'id3' },
    ]);
    expect(thoughtsOf(...thought(0, ''), ...code, stop('tool_use'))).toBeUndefined();
    expect(thoughtsOf(...thought(0), ...said, stop('end_turn'))).toBeUndefined();
    expect(thoughtsOf(...thought(0), ...call(3, '{"code":1}'), stop('tool_use'))).toBeUndefined();
    expect(thoughtsOf(...said, ...code, stop('tool_use'))).toBeUndefined();
  });

  it('counts cached tokens as input, and takes the last counts', () => {
    const usage = { input_tokens: 3, cache_creation_input_tokens: 100, cache_read_input_tokens: 40, output_tokens: 1 };
    const events = read(start(usage), open(0, { type: 'text', text: 'x' }), stop('end_turn', { output_tokens: 12 }));
    expect(events.at(-1)).toMatchObject({
      usage: { inputTokens: 143, outputTokens: 12, cacheReadTokens: 40, cacheWriteTokens: 100 },
    });
  });

  it('does without counts', () => {
    const events = read(open(0, { type: 'text', text: 'x' }), stop('end_turn'));
    expect(events.at(-1)).toEqual({ type: 'end', stop: 'done', usage: { inputTokens: 0, outputTokens: 0 } });
  });

  it.each([
    ['refusal', 'model-refused'],
    ['max_tokens', 'model-cut-off'],
    ['model_context_window_exceeded', 'model-cut-off'],
    [null, 'model-unavailable'],
  ])('fails a reply that stopped for %s, whatever it said', (reason, failure) => {
    const events = read(open(0, { type: 'text', text: 'Well' }), ...call(1, '{"language":"ba'), stop(reason));
    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { reason: failure } });
    expect(types(events)).not.toContain('badCall');
  });

  it.each(['', ' \n'])('fails a reply that says nothing but %j', (text) => {
    const events = read(open(0, { type: 'text', text }), stop('end_turn'));
    expect(events.at(-1)).toMatchObject({ type: 'failed', failure: { reason: 'model-empty' } });
  });
});
