/**
 * What a model thought before it called the tool. The API wants it back with the results, unchanged and in its place: a
 * newer model writes what it says between two runs there, and reads its own full notes from the seal, not from the
 * text, which is empty unless it was asked for. A seal holds for the model that made it and for the conversation it was
 * made behind; anywhere else the API refuses it, so where anything before it was shortened since, it is left out, which
 * the API allows. Sources: the SDK's ThinkingBlockParam, and "What's new in Claude Sonnet 5.5" of the API's documentation.
 */
import { createHash } from 'node:crypto';
import type { MessageParam } from '@anthropic-ai/sdk/resources';
import type { ThoughtBlock } from '../conversation/events.ts';
import type { WireEvent } from './wire.ts';

/** What stands before a message, as a digest that grows with the conversation. */
export class Prefix {
  readonly #hash = createHash('sha256');
  #count = 0;

  constructor(system: string) {
    this.#hash.update(JSON.stringify(system));
  }

  /** The messages so far, none of which may change any more. */
  behind(messages: readonly MessageParam[]): string {
    for (; this.#count < messages.length; this.#count += 1) this.#hash.update(JSON.stringify(messages[this.#count]));
    return this.#hash.copy().digest('base64');
  }
}

interface Growing {
  readonly type: 'thinking' | 'redacted_thinking' | 'text' | 'call';
  /** The text, the sealed data or the call's id. */
  text: string;
  signature: string;
}

/** The blocks of one reply in their order, collected as they stream. */
export class Thoughts {
  readonly #blocks = new Map<number, Growing>();

  read(event: WireEvent): void {
    if (event.type === 'content_block_start') this.#blocks.set(event.index, begun(event.content_block));
    const block = event.type === 'content_block_delta' ? this.#blocks.get(event.index) : undefined;
    if (event.type !== 'content_block_delta' || !block) return;
    const { delta } = event;
    if (delta.type === 'thinking_delta') block.text += delta.thinking;
    if (delta.type === 'signature_delta') block.signature += delta.signature;
    if (delta.type === 'text_delta') block.text += delta.text;
  }

  /** Undefined where nothing was thought, or something came without its seal, as from servers that make none. */
  get blocks(): readonly ThoughtBlock[] | undefined {
    const blocks = [...this.#blocks.values()].filter(({ type, text }) => type !== 'text' || text.trim() !== '');
    const isThought = blocks.some(({ type }) => type === 'thinking' || type === 'redacted_thinking');
    const isSealed = blocks.every(({ type, signature }) => type !== 'thinking' || signature !== '');
    return isThought && isSealed ? blocks.map(kept) : undefined;
  }
}

function begun(block: Extract<WireEvent, { type: 'content_block_start' }>['content_block']): Growing {
  switch (block.type) {
    case 'thinking':
      return { type: 'thinking', text: block.thinking ?? '', signature: block.signature ?? '' };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', text: block.data, signature: '' };
    case 'text':
      return { type: 'text', text: block.text ?? '', signature: '' };
    case 'tool_use':
      return { type: 'call', text: block.id, signature: '' };
  }
}

function kept({ type, text, signature }: Growing): ThoughtBlock {
  switch (type) {
    case 'thinking':
      return { type, thinking: text, signature };
    case 'redacted_thinking':
      return { type, data: text };
    case 'text':
      return { type, text };
    case 'call':
      return { type, id: text };
  }
}
