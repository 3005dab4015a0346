/** One request of the Messages API, in one of two profiles. Pure. */
import type { MessageCreateParamsStreaming, MessageParam, Tool } from '@anthropic-ai/sdk/resources';
import type { ModelRequest } from '../ports.ts';
import { withStablePrefix } from './caching.ts';
import { instructions, RUN_CODE_TOOL } from './instructions.ts';
import { toMessageParams } from './messages.ts';
import { Prefix } from './thoughts.ts';

export interface Profile {
  readonly model: string;
  /** For servers that only speak the core of the API: no caching, no tool choice, no tool options. */
  readonly plain: boolean;
  /** The most the model may write in one reply, its thinking included. */
  readonly maxTokens: number;
}

export interface Composed {
  readonly params: MessageCreateParamsStreaming;
  /** A digest of what the reply will be made behind; undefined in the plain profile, which sends no thoughts back. */
  readonly behind: string | undefined;
}

export function compose(request: ModelRequest, profile: Profile): Composed {
  const system = instructions(request.setting);
  const prefix = profile.plain ? undefined : new Prefix(system);
  const messages = toMessageParams(request.messages, prefix);
  return { params: toParams(system, messages, profile), behind: prefix?.behind(messages) };
}

function toParams(system: string, messages: MessageParam[], profile: Profile): MessageCreateParamsStreaming {
  const core = { model: profile.model, max_tokens: profile.maxTokens, stream: true, messages } as const;
  if (profile.plain) return { ...core, system, tools: [runCodeTool()] };
  return {
    ...core,
    // Three breakpoints: tools and system, which all threads share for a day; the turns before this one; and
    // (automatically) the end of the request, which the next request of the turn continues.
    messages: withStablePrefix(messages),
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    cache_control: { type: 'ephemeral' },
    // Without it the API holds the arguments back until they are whole, and code would not stream.
    tools: [{ ...runCodeTool(), eager_input_streaming: true }],
    tool_choice: { type: 'auto', disable_parallel_tool_use: true },
  };
}

function runCodeTool(): Tool {
  const { name, description, input_schema: schema } = RUN_CODE_TOOL;
  return { name, description, input_schema: { ...schema, required: [...schema.required] } };
}
