/**
 * Our conversation as the Messages API takes it. The API refuses a tool call without its result in the next message and
 * a result without its call, so both are made impossible here, whatever a crash, a stop or a trimmed history left:
 * a call that nothing answers gets a failed result, and a result that answers nothing becomes text.
 */
import type {
  MessageParam,
  RedactedThinkingBlockParam,
  TextBlockParam,
  ThinkingBlockParam,
  ToolResultBlockParam,
  ToolUseBlockParam,
} from '@anthropic-ai/sdk/resources';
import type { Thought } from '../conversation/events.ts';
import type { ModelMessage, ToolCall } from '../ports.ts';
import { RUN_CODE_TOOL } from './instructions.ts';
import type { Prefix } from './thoughts.ts';

export const NOT_RUN = 'This code was not run.';
const NO_TEXT = '(no text)';
const TRIMMED = '(The conversation before this point was left out.)';

type Result = Extract<ModelMessage, { role: 'result' }>;
type AssistantBlock = TextBlockParam | ToolUseBlockParam | ThinkingBlockParam | RedactedThinkingBlockParam;

/** Without a `prefix` thoughts are left out. */
export function toMessageParams(messages: readonly ModelMessage[], prefix?: Prefix): MessageParam[] {
  const params = new Params();
  for (let i = 0; i < messages.length; ) {
    const message = messages[i];
    i += 1;
    if (message === undefined) break;
    if (message.role === 'user') params.user(textBlock(message.text));
    // A result that follows no assistant message.
    else if (message.role === 'result') params.user(orphan(message));
    else {
      const results: Result[] = [];
      for (let next = messages[i]; next?.role === 'result'; next = messages[i]) {
        results.push(next);
        i += 1;
      }
      const thought =
        message.thought && prefix && params.standsBehind(prefix, message.thought) ? message.thought : null;
      addExchange(params, message, thought, results);
    }
  }
  return params.list;
}

type Assistant = Extract<ModelMessage, { role: 'assistant' }>;

/** One assistant message and the results that follow it, which go together into one user message. */
function addExchange(params: Params, said: Assistant, thought: Thought | null, results: readonly Result[]): void {
  const { text, calls } = said;
  const ids = calls.map((call) => params.toolId(call.id));
  const addCall = (call: ToolCall, i: number): void => params.assistant(toolUse(ids[i] ?? '', call));
  if (thought) addThought(params, thought, calls, addCall);
  else {
    if (text.trim() !== '') params.assistant(textBlock(text));
    calls.forEach(addCall);
  }
  // Results come first in a user message; text after them.
  for (const [i, call] of calls.entries()) {
    const result = results.find((candidate) => candidate.callId === call.id);
    params.user(toolResult(ids[i] ?? '', result));
  }
  const known = new Set(calls.map((call) => call.id));
  for (const result of results) if (!known.has(result.callId)) params.user(orphan(result));
}

/** The blocks of a reply as they came: the API takes a thought only where it stood. */
function addThought(
  params: Params,
  { blocks }: Thought,
  calls: readonly ToolCall[],
  addCall: (call: ToolCall, index: number) => void,
): void {
  for (const block of blocks) {
    if (block.type === 'text') params.assistant(textBlock(block.text));
    else if (block.type !== 'call') params.assistant({ ...block });
    else {
      const at = calls.findIndex(({ id }) => id === block.id);
      const call = calls[at];
      if (call) addCall(call, at);
    }
  }
}

/** Merges neighbours of the same role: not every server that speaks this API accepts them. */
class Params {
  readonly list: MessageParam[] = [];
  #ids = new Map<string, number>();

  /**
   * The API wants ids of few characters and each once in a request. Servers that a thread was moved from may have made
   * others, or the same one in every reply. The same conversation always gives the same ids.
   */
  toolId(id: string): string {
    const plain = id.replace(/[^A-Za-z0-9_-]/g, '_') || '_';
    const uses = (this.#ids.get(plain) ?? 0) + 1;
    this.#ids.set(plain, uses);
    return uses === 1 ? plain : this.toolId(`${plain}-${uses}`);
  }

  user(block: TextBlockParam | ToolResultBlockParam): void {
    this.#add('user', block);
  }

  /** Whether a thought would stand behind what it was made behind. */
  standsBehind(prefix: Prefix, { behind }: Thought): boolean {
    // What an assistant message follows may still grow, unless it is a person's.
    return this.list.at(-1)?.role === 'user' && prefix.behind(this.list) === behind;
  }

  assistant(block: AssistantBlock): void {
    // The first message must be a person's.
    if (this.list.length === 0) this.user(textBlock(TRIMMED));
    this.#add('assistant', block);
  }

  #add(role: 'user' | 'assistant', block: AssistantBlock | ToolResultBlockParam): void {
    const last = this.list.at(-1);
    if (last?.role === role && Array.isArray(last.content)) last.content.push(block);
    else this.list.push({ role, content: [block] });
  }
}

function textBlock(text: string): TextBlockParam {
  return { type: 'text', text: wellFormed(text.trim() === '' ? NO_TEXT : text) };
}

function toolUse(id: string, call: ToolCall): ToolUseBlockParam {
  const input = { language: call.code.language, code: wellFormed(call.code.source) };
  return { type: 'tool_use', id, name: RUN_CODE_TOOL.name, input };
}

function toolResult(id: string, result: Result | undefined): ToolResultBlockParam {
  const content = [textBlock(result?.text ?? NOT_RUN)];
  const failed = result?.failed ?? true;
  return { type: 'tool_result', tool_use_id: id, content, ...(failed && { is_error: true }) };
}

function orphan(result: Result): TextBlockParam {
  return textBlock(`Result of an earlier run${result.failed ? ', which failed' : ''}:\n${result.text}`);
}

/** Half of a surrogate pair, as cutting a text by length may leave, is no valid UTF-8. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
