/** Refuses what the API refuses. Pure: a body in, an error or the typed request out. */
import type { z } from 'zod';
import { type ApiError, apiError, invalid } from './errors.ts';
import { isKnownModel } from './models.ts';
import { type Block, countBody, type Message, type MessagesBody, messagesBody, type Prompt } from './schema.ts';

export type Validated<T> =
  | { readonly ok: true; readonly request: T }
  | { readonly ok: false; readonly error: ApiError };

/** Gone from the API with version 2026-10-21, whatever their value. */
const SAMPLING = ['temperature', 'top_p', 'top_k'];
const MAX_CACHE_BREAKPOINTS = 4;

export function validateMessages(body: unknown): Validated<MessagesBody> {
  return validate(messagesBody, body);
}

export function validateCount(body: unknown): Validated<Prompt> {
  return validate(countBody, body);
}

function validate<T extends Prompt>(schema: z.ZodType<T>, body: unknown): Validated<T> {
  const sampling = SAMPLING.find((name) => typeof body === 'object' && body !== null && name in body);
  if (sampling) return refuse(invalid(`${sampling}: sampling parameters are not supported; leave it out`));
  const read = schema.safeParse(body);
  if (!read.success) return refuse(invalid(describe(read.error)));
  const error =
    unknownModel(read.data.model) ?? checkTools(read.data) ?? checkCache(read.data) ?? checkTurns(read.data);
  return error ? refuse(error) : { ok: true, request: read.data };
}

function refuse(error: ApiError): { readonly ok: false; readonly error: ApiError } {
  return { ok: false, error };
}

/** The first fault, with its path as the API writes it: `messages.0.content: …`. */
function describe(error: z.ZodError): string {
  let issue = error.issues[0];
  const path: PropertyKey[] = [...(issue?.path ?? [])];
  // Of a union, the alternative that came furthest is the one that was meant.
  while (issue?.code === 'invalid_union' && issue.errors.length > 0) {
    const inner = issue.errors.flat().sort((a, b) => b.path.length - a.path.length)[0];
    if (!inner) break;
    path.push(...inner.path);
    issue = inner;
  }
  return `${path.map(String).join('.') || 'body'}: ${issue?.message ?? 'invalid'}`;
}

function unknownModel(model: string): ApiError | undefined {
  return isKnownModel(model) ? undefined : apiError(404, 'not_found_error', `model: ${model}`);
}

function checkTools({ tools = [], messages }: Prompt): ApiError | undefined {
  const names = tools.map((tool) => tool.name);
  if (new Set(names).size < names.length) return invalid('tools: each name may be used once');
  const usesTools = messages.flatMap(blocks).some((block) => block.type === 'tool_use' || block.type === 'tool_result');
  if (usesTools && tools.length === 0) return invalid('tools: required where messages hold tool calls or results');
  return undefined;
}

function checkCache({ cache_control: top, system, tools = [], messages }: Prompt): ApiError | undefined {
  const parts: readonly object[] = [...(Array.isArray(system) ? system : []), ...tools, ...messages.flatMap(blocks)];
  const marked = parts.filter((part) => 'cache_control' in part && part.cache_control).length + (top ? 1 : 0);
  if (marked <= MAX_CACHE_BREAKPOINTS) return undefined;
  return invalid(`cache_control: ${marked} breakpoints, of which ${MAX_CACHE_BREAKPOINTS} are allowed`);
}

/** The order of turns: a person first and last, and every tool call answered at once, each once. */
function checkTurns({ messages }: Prompt): ApiError | undefined {
  const turns = merged(messages);
  if (turns[0]?.role !== 'user') return invalid('messages: the first message must have the role "user"');
  if (turns.at(-1)?.role !== 'user') return invalid('messages: the last message must have the role "user"');
  const seen = new Set<string>();
  for (const [i, turn] of turns.entries()) {
    const calls = turn.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
    for (const id of calls) {
      if (seen.has(id)) return invalid(`messages: the tool_use id ${id} is used twice`);
      seen.add(id);
    }
    const error = turn.role === 'user' ? checkResults(turn.content, turns[i - 1]?.content ?? [], i) : undefined;
    if (error) return error;
  }
  return undefined;
}

function checkResults(content: readonly Block[], before: readonly Block[], index: number): ApiError | undefined {
  const calls = before.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  const results = content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const missing = calls.filter((id) => !results.includes(id));
  if (missing.length > 0) {
    return invalid(`messages.${index}: no tool_result for the tool_use before it: ${missing.join(', ')}`);
  }
  const stray = results.filter((id) => !calls.includes(id));
  if (stray.length > 0) return invalid(`messages.${index}: a tool_result without its tool_use: ${stray.join(', ')}`);
  if (new Set(results).size < results.length) return invalid(`messages.${index}: several results for one tool_use`);
  const late = content.slice(0, results.length).some((block) => block.type !== 'tool_result');
  return late ? invalid(`messages.${index}: tool_result blocks must come first`) : undefined;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: readonly Block[];
}

/** Neighbours of the same role count as one turn. System messages belong to no side. */
export function merged(messages: readonly Message[]): readonly Turn[] {
  const turns: { role: 'user' | 'assistant'; content: Block[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const last = turns.at(-1);
    if (last?.role === message.role) last.content.push(...blocks(message));
    else turns.push({ role: message.role, content: [...blocks(message)] });
  }
  return turns;
}

export function blocks(message: Message): readonly Block[] {
  return typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
}
