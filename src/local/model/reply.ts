/** A whole reply: what the brain said, in the API's blocks, with its stop reason and its price. Pure. */
import type { Answer } from './conversation.ts';
import type { Prompt } from './schema.ts';
import type { SealedThought } from './thoughts.ts';

export type ReplyBlock =
  | SealedThought
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: object };

export type StopReason = 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal' | 'model_context_window_exceeded';

export interface Reply {
  readonly id: string;
  readonly model: string;
  readonly content: readonly ReplyBlock[];
  readonly stopReason: StopReason;
  readonly usage: { readonly inputTokens: number; readonly outputTokens: number };
}

/** About how many characters make a token. */
const CHARS_PER_TOKEN = 4;
const TOOL_NAME = 'run_code';

export function inputTokens(prompt: Prompt): number {
  const { messages, system = '', tools = [] } = prompt;
  return tokens(JSON.stringify([messages, system, tools]));
}

export interface Making {
  /** Makes the part of an id that is unique. */
  readonly newId: () => string;
  readonly seal: (prompt: Prompt, thought: string) => SealedThought;
}

export function replyOf(answer: Answer, prompt: Prompt, maxTokens: number, { newId, seal }: Making): Reply {
  const thought: ReplyBlock[] = answer.thought === undefined ? [] : [seal(prompt, answer.thought)];
  const words: ReplyBlock[] = answer.words === '' ? [] : [{ type: 'text', text: answer.words }];
  const canRun = prompt.tools?.some((tool) => tool.name === TOOL_NAME) ?? false;
  const call: ReplyBlock[] =
    answer.run && canRun ? [{ type: 'tool_use', id: `toolu_${newId()}`, name: TOOL_NAME, input: answer.run }] : [];
  const content = [...thought, ...words, ...call];
  const written = tokens(content.map(blockText).join(''));
  const usage = { inputTokens: inputTokens(prompt), outputTokens: Math.min(written, maxTokens) };
  const base = { id: `msg_${newId()}`, model: prompt.model, usage };
  if (written > maxTokens) return { ...base, content: cut(content, maxTokens), stopReason: 'max_tokens' };
  return { ...base, content, stopReason: call.length > 0 ? 'tool_use' : 'end_turn' };
}

/** The body of a reply that is not streamed. */
export function replyBody(reply: Reply): object {
  return { ...messageHead(reply), content: reply.content, stop_reason: reply.stopReason, usage: usageBody(reply) };
}

export function messageHead(reply: Reply): object {
  const { id, model } = reply;
  return { id, type: 'message', role: 'assistant', model, content: [], stop_reason: null, stop_sequence: null };
}

export function usageBody(reply: Reply, outputTokens = reply.usage.outputTokens): object {
  return {
    input_tokens: reply.usage.inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
  };
}

export function blockText(block: ReplyBlock): string {
  if (block.type === 'thinking') return block.thinking;
  return block.type === 'text' ? block.text : JSON.stringify(block.input);
}

function tokens(text: string): number {
  return Math.ceil(text.length / CHARS_PER_TOKEN);
}

/** Whole blocks as long as they fit, and the beginning of a text that does not. */
function cut(content: readonly ReplyBlock[], maxTokens: number): ReplyBlock[] {
  let left = maxTokens * CHARS_PER_TOKEN;
  return content.flatMap((block) => {
    const text = blockText(block).slice(0, left);
    const whole = text.length === blockText(block).length;
    left -= text.length;
    if (whole) return [block];
    return block.type === 'text' && text !== '' ? [{ type: 'text', text }] : [];
  });
}
