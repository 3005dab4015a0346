/** Where a request says that the service may keep what stands before. Pure. */
import type { MessageParam } from '@anthropic-ai/sdk/resources';

/**
 * The messages with a breakpoint where the turn under way begins: what stands before it, later requests of the thread
 * begin with too. A first turn has none. One at most; a request may have four in all.
 */
export function withStablePrefix(messages: readonly MessageParam[]): MessageParam[] {
  const asked = messages.findLastIndex(({ role, content }) => role === 'user' && hasWords(content));
  return messages.map((message, index) => (index === asked - 1 ? marked(message) : message));
}

/** A person's message, in contrast to one that only holds results. */
function hasWords(content: MessageParam['content']): boolean {
  return typeof content === 'string' || content.some(({ type }) => type === 'text');
}

/** Neighbours have different roles, so before a person's message stands one of the model's. */
function marked(message: MessageParam): MessageParam {
  if (message.role !== 'assistant' || typeof message.content === 'string') return message;
  const last = message.content.at(-1);
  if (last?.type !== 'text' && last?.type !== 'tool_use') return message;
  return {
    role: 'assistant',
    content: [...message.content.slice(0, -1), { ...last, cache_control: { type: 'ephemeral' } }],
  };
}
