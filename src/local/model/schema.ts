/** The body of a Messages request, as strict as the API: an unknown field is an error. Parts we never send are loose. */
import { z } from 'zod';

const cacheControl = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const cached = { cache_control: cacheControl.nullish() };
const toolName = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/);
const toolId = z.string().regex(/^[A-Za-z0-9_-]+$/);
const text = z.string().refine((value) => value.trim() !== '', 'must contain text that is not white space');

const textBlock = z.strictObject({ type: z.literal('text'), text, citations: z.unknown().optional(), ...cached });
const imageBlock = z.strictObject({ type: z.literal('image'), source: z.looseObject({ type: z.string() }), ...cached });

const toolUse = z.strictObject({
  type: z.literal('tool_use'),
  id: toolId,
  name: toolName,
  input: z.record(z.string(), z.unknown()),
  ...cached,
});

const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: toolId,
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock]))]).optional(),
  is_error: z.boolean().optional(),
  ...cached,
});

const thinking = z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string() });
const redactedThinking = z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() });

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.literal('user'),
    content: z.union([text, z.array(z.discriminatedUnion('type', [textBlock, imageBlock, toolResult])).min(1)]),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: z.union([
      text,
      z.array(z.discriminatedUnion('type', [textBlock, toolUse, thinking, redactedThinking])).min(1),
    ]),
  }),
  z.strictObject({ role: z.literal('system'), content: z.union([text, z.array(textBlock).min(1)]) }),
]);

const tool = z.strictObject({
  type: z.literal('custom').nullish(),
  name: toolName,
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean().optional(),
  eager_input_streaming: z.boolean().nullish(),
  defer_loading: z.boolean().optional(),
  allowed_callers: z.array(z.string()).optional(),
  input_examples: z.array(z.record(z.string(), z.unknown())).optional(),
  ...cached,
});

const parallel = { disable_parallel_tool_use: z.boolean().optional() };
const toolChoice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('auto'), ...parallel }),
  z.strictObject({ type: z.literal('any'), ...parallel }),
  z.strictObject({ type: z.literal('tool'), name: toolName, ...parallel }),
  z.strictObject({ type: z.literal('none') }),
]);

/** What counting and writing have in common. */
const prompt = {
  model: z.string(),
  messages: z.array(message).min(1, 'at least one message is required'),
  system: z.union([text, z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: toolChoice.optional(),
  thinking: z.looseObject({ type: z.enum(['adaptive', 'enabled', 'between_tools', 'disabled']) }).optional(),
  output_config: z.looseObject({}).optional(),
  cache_control: cacheControl.nullish(),
};

export const countBody = z.strictObject(prompt);

export const messagesBody = z.strictObject({
  ...prompt,
  max_tokens: z.int().min(1).max(128_000),
  stream: z.boolean().optional(),
  stop_sequences: z.array(z.string().min(1)).optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.enum(['auto', 'standard_only']).optional(),
  container: z.unknown().optional(),
  diagnostics: z.looseObject({}).nullish(),
  inference_geo: z.string().nullish(),
  speed: z.enum(['standard', 'fast']).nullish(),
});

export type MessagesBody = z.infer<typeof messagesBody>;
export type Prompt = z.infer<typeof countBody>;
export type Message = z.infer<typeof message>;
export type Block = Exclude<Message['content'], string>[number];
