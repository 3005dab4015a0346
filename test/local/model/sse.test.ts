import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/local/model/reply.ts';
import { frame, pieces, replyEvents } from '../../../src/local/model/sse.ts';

const REPLY: Reply = {
  id: 'msg_1',
  model: 'm',
  content: [
    { type: 'text', text: 'I run it now.' },
    { type: 'tool_use', id: 'toolu_1', name: 'run_code', input: { language: 'bash', code: 'echo "a"\n' } },
  ],
  stopReason: 'tool_use',
  usage: { inputTokens: 7, outputTokens: 9 },
};

describe('pieces', () => {
  it('are together the whole text, and none is empty', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cut = pieces(text);
        expect(cut.join('')).toBe(text);
        expect(cut).not.toContain('');
      }),
    );
  });

  it('are a few words each', () => {
    expect(pieces('one two three four five')).toEqual(['one two three', ' four five']);
  });
});

describe('replyEvents', () => {
  it('come in the order of the API, with a ping, and with only deltas paced', () => {
    const events = [...replyEvents(REPLY)];
    const types = events.map((event) => event.type).filter((type, i, all) => type !== all[i - 1]);
    const block = ['content_block_start', 'content_block_delta', 'content_block_stop'];
    expect(types).toEqual(['message_start', 'ping', ...block, ...block, 'message_delta', 'message_stop']);
    expect(events.every((event) => event.isDelta === (event.type === 'content_block_delta'))).toBe(true);
    expect(events[0]?.data).toMatchObject({ message: { content: [], usage: { input_tokens: 7 } } });
    expect(events.at(-2)?.data).toMatchObject({ delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } });
  });

  it('stand on the wire as an event line, one data line and a blank line', () => {
    const [first] = replyEvents(REPLY);
    expect(first && frame(first)).toMatch(/^event: message_start\ndata: \{"type":"message_start".*\}\n\n$/);
  });
});
