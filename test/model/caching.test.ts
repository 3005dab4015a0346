import type { MessageParam } from '@anthropic-ai/sdk/resources';
import { describe, expect, it } from 'vitest';
import { withStablePrefix } from '../../src/model/caching.ts';
import { toMessageParams } from '../../src/model/messages.ts';
import { compose } from '../../src/model/request.ts';
import type { ModelMessage } from '../../src/ports.ts';
import { request } from '../contracts/model.ts';

const user = (text: string): ModelMessage => ({ role: 'user', text });
const says = (text: string): ModelMessage => ({ role: 'assistant', text, calls: [] });
const run = (id: string): ModelMessage[] => [
  { role: 'assistant', text: '', calls: [{ id, code: { language: 'python', source: '1' } }] },
  { role: 'result', callId: id, text: '1', failed: false },
];

/** The number of the message and of its block, for every breakpoint. */
function breakpoints(messages: readonly MessageParam[]): number[][] {
  return messages.flatMap(({ content }, index) =>
    typeof content === 'string'
      ? []
      : content.flatMap((block, at) => ('cache_control' in block && block.cache_control ? [[index, at]] : [])),
  );
}

describe('model.caching', () => {
  it.each<[string, ModelMessage[], number[][]]>([
    ['a first turn', [user('a')], []],
    ['a first turn with a run', [user('a'), ...run('x')], []],
    ['a second turn', [user('a'), says('A'), user('b')], [[1, 0]]],
    ['a second turn with runs', [user('a'), says('A'), user('b'), ...run('x'), ...run('y')], [[1, 0]]],
    ['after a turn that ended with a run', [user('a'), ...run('x'), user('b')], [[1, 0]]],
    ['after runs and words', [user('a'), ...run('x'), says('A'), user('b')], [[3, 0]]],
  ])('marks the end of the turns before: %s', (_name, messages, expected) => {
    expect(breakpoints(withStablePrefix(toMessageParams(messages)))).toEqual(expected);
  });

  it('changes nothing else, and nothing at all in the plain profile', () => {
    const messages = [user('a'), ...run('x'), says('A'), user('b'), ...run('y')];
    const plain = compose(request(messages), { model: 'm', plain: true, maxTokens: 1 }).params;
    const full = compose(request(messages), { model: 'm', plain: false, maxTokens: 1 }).params;
    expect(plain.messages).toEqual(toMessageParams(messages));
    expect(JSON.stringify(plain)).not.toContain('cache_control');
    expect(JSON.parse(JSON.stringify(full.messages).replace(',"cache_control":{"type":"ephemeral"}', ''))).toEqual(
      plain.messages,
    );
  });
});
