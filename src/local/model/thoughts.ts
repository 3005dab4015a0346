/**
 * Thinking blocks as the API gives them and takes them back: their text is left out unless it is asked for, a seal holds
 * the whole, and a block that was changed, or stands behind another conversation or under another model, is refused.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { type ApiError, invalid } from './errors.ts';
import type { Message, Prompt } from './schema.ts';

export interface SealedThought {
  readonly type: 'thinking';
  readonly thinking: string;
  readonly signature: string;
}

export interface Seals {
  seal(prompt: Prompt, thought: string): SealedThought;
  /** What is wrong with the thinking blocks of a request; undefined where nothing is. */
  check(prompt: Prompt): ApiError | undefined;
}

export function createSeals(): Seals {
  const key = randomBytes(32);
  const sealOf = ({ model, system, tools }: Prompt, before: readonly Message[], thought: string): string => {
    const sealed = Buffer.from(thought).toString('base64url');
    // Where the cache may begin is no part of what is said.
    const said = JSON.stringify([model, system, tools, before, thought], (name, value: unknown) =>
      name === 'cache_control' ? undefined : value,
    );
    return `${sealed}.${createHmac('sha256', key).update(said).digest('base64url')}`;
  };
  return {
    seal: (prompt, thought) => ({
      type: 'thinking',
      thinking: prompt.thinking?.['display'] === 'summarized' ? thought : '',
      signature: sealOf(prompt, prompt.messages, thought),
    }),
    check: (prompt) => {
      for (const [at, message] of prompt.messages.entries()) {
        if (message.role !== 'assistant' || typeof message.content === 'string') continue;
        for (const [index, block] of message.content.entries()) {
          if (block.type !== 'thinking') continue;
          const thought = Buffer.from(block.signature.split('.')[0] ?? '', 'base64url').toString();
          const isWhole = block.thinking === '' || block.thinking === thought;
          if (isWhole && block.signature === sealOf(prompt, prompt.messages.slice(0, at), thought)) continue;
          return invalid(`messages.${at}.content.${index}: Invalid \`signature\` in \`thinking\` block`);
        }
      }
      return undefined;
    },
  };
}
