import { describe, expect, it } from 'vitest';
import { readConversation } from '../../../src/local/model/conversation.ts';
import type { Block, Message, Prompt } from '../../../src/local/model/schema.ts';

const user = (...content: Block[]): Message => ({ role: 'user', content }) as Message;
const words = (text: string): Block => ({ type: 'text', text });
const ran = (id: string, code: string): Message => ({
  role: 'assistant',
  content: [{ type: 'tool_use', id, name: 'run_code', input: { language: 'python', code } }],
});
const result = (id: string, text: string, failed = false): Block => ({
  type: 'tool_result',
  tool_use_id: id,
  content: [{ type: 'text', text }],
  is_error: failed,
});

function read(...messages: Message[]) {
  return readConversation({ model: 'm', messages } satisfies Prompt);
}

describe('readConversation', () => {
  it('sees the last task, its runs, and what came before', () => {
    const conversation = read(
      user(words('first')),
      ran('a', 'x = 1'),
      user(result('a', 'one')),
      { role: 'assistant', content: 'Done.' },
      user(words('[The sandbox was replaced.]'), words('second')),
      ran('b', 'x'),
      user(result('b', 'NameError', true)),
    );
    expect(conversation).toEqual({
      task: 'second',
      earlier: ['first', '[The sandbox was replaced.]'],
      earlierCode: ['x = 1'],
      runs: [{ code: 'x', result: 'NameError', failed: true }],
      closed: false,
    });
  });

  it('takes words after a result for a new task', () => {
    const conversation = read(user(words('first')), ran('a', 'x'), user(result('a', 'not run', true), words('second')));
    expect(conversation).toMatchObject({ task: 'second', earlier: ['first'], runs: [] });
  });

  it('hears that no more code will be run', () => {
    const text = 'KeyError\n[No more code can be run for this request. Explain in plain words what was tried.]';
    expect(read(user(words('go')), ran('a', 'x'), user(result('a', text, true)))).toMatchObject({ closed: true });
  });

  it('reads results and messages that are plain strings', () => {
    const conversation = read(
      { role: 'user', content: 'go' },
      ran('a', 'x'),
      user({ type: 'tool_result', tool_use_id: 'a', content: 'out' }),
    );
    expect(conversation).toMatchObject({ task: 'go', runs: [{ result: 'out', failed: false }] });
  });
});
