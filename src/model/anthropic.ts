/**
 * The Model over the Messages API, by the SDK. One reply is one streamed request; a request that fails in passing is
 * sent again only while nothing of its reply has been shown. The waits between are ours: the SDK obeys `retry-after`
 * without bound, and a person in a chat would wait in silence.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Anthropic } from '@anthropic-ai/sdk';
import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources';
import { Stream } from '@anthropic-ai/sdk/streaming';
import type { Log } from '../log.ts';
import type { Model, ModelEvent, ModelRequest } from '../ports.ts';
import { type About, failureOf, isPassing, logFields, type Trouble, troubleOf, troubleOfType } from './failures.ts';
import { impatient, type Patience, Silence, within } from './quiet.ts';
import { ReplyReader } from './reply-reader.ts';
import { compose, type Profile } from './request.ts';
import { readWireEvent } from './wire.ts';

export interface ModelOptions {
  readonly apiKey: string;
  /** Another server that speaks the Messages API. */
  readonly baseURL?: string;
  readonly model: string;
  /** Only the core of the API, for servers other than Anthropic's. */
  readonly plain: boolean;
  /** The most the model may write in one reply. */
  readonly maxTokens?: number;
  readonly log: Log;
  readonly fetch?: typeof fetch;
  readonly patience?: Patience;
  /** Waits between tries; rejects or returns early when the signal fires. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const ANTHROPIC_URL = 'https://api.anthropic.com';
/** Small servers have small contexts, and this is taken off them. */
const PLAIN_MAX_TOKENS = 8_192;
/** Newer models think unasked, and their thinking counts. */
const MAX_TOKENS = 16_384;
/** A ping comes every few seconds from a server that is alive; a long think is ten minutes, the SDK's own limit. */
const PATIENCE: Patience = { silenceMs: 120_000, thinkingMs: 600_000 };
/** How long to wait for the end of a stream whose reply is whole. */
const LINGER_MS = 250;
const MAX_RETRIES = 2;
const LONGEST_WAIT_MS = 20_000;
const FIRST_BACKOFF_MS = 500;

export function createModel(options: ModelOptions): Model {
  const client = new Anthropic({
    apiKey: options.apiKey,
    // Always given, so that the SDK reads nothing from the environment.
    baseURL: options.baseURL ?? ANTHROPIC_URL,
    maxRetries: 0,
    // Its debug lines hold whole requests; what matters is logged here.
    logLevel: 'off',
    ...(options.fetch && { fetch: options.fetch }),
  });
  const maxTokens = options.maxTokens ?? (options.plain ? PLAIN_MAX_TOKENS : MAX_TOKENS);
  const profile = { model: options.model, plain: options.plain, maxTokens };
  return { reply: (request, signal) => reply(client, options, profile, request, signal) };
}

async function* reply(
  client: Anthropic,
  options: ModelOptions,
  profile: Profile,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const about: About = { model: options.model, customServer: options.baseURL !== undefined };
  const wait = options.wait ?? pause;
  const { params, behind } = compose(request, profile);
  for (let retries = 0; !signal.aborted; retries += 1) {
    const reader = new ReplyReader();
    const trouble = yield* ask(client, params, reader, options, signal);
    if (signal.aborted) return;
    if (!trouble) {
      yield* unlessAborted(withThought(reader, behind), signal);
      return;
    }
    const waitMs =
      !reader.shown && retries < MAX_RETRIES && isPassing(trouble) ? waitBefore(trouble, retries) : undefined;
    if (waitMs === undefined) {
      yield { type: 'failed', failure: failureOf(trouble, about), usage: reader.usage };
      return;
    }
    options.log.info({ trouble, waitMs }, 'the model request is sent again');
    await wait(waitMs, signal);
  }
}

/** The end of a reply, with what was thought before its calls. */
function withThought(reader: ReplyReader, behind: string | undefined): readonly ModelEvent[] {
  const events = reader.end();
  const blocks = reader.thoughts;
  if (behind === undefined || !blocks) return events;
  return events.map((event) => (event.type === 'end' ? { ...event, thought: { blocks, behind } } : event));
}

/** One request and its stream: the events of the reply, then what went wrong, if anything did. Throws nothing. */
async function* ask(
  client: Anthropic,
  params: MessageCreateParamsStreaming,
  reader: ReplyReader,
  options: ModelOptions,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, Trouble | undefined, undefined> {
  const patience = options.patience ?? PATIENCE;
  // Of this request alone: ended by the caller's signal, by our patience, and always at the end.
  const connection = new AbortController();
  const disconnect = (): void => connection.abort();
  signal.addEventListener('abort', disconnect);
  let answered = false;
  try {
    const sent = client.messages.create(params, { signal: connection.signal }).asResponse();
    const response = await within(sent, patience.silenceMs, disconnect);
    answered = true;
    // Not the SDK's event stream, which swallows pings: they tell a long think from a dead connection.
    const events = Stream.rawEvents(response, connection);
    for await (const { event, data } of impatient(events, isPing, patience, disconnect)) {
      const read = event === 'ping' ? undefined : readWireEvent(data);
      if (read?.type === 'error') {
        options.log.warn(logFields(read.error, options.apiKey), 'the model service reports an error in its stream');
        return troubleOfType(read.error.type);
      }
      if (read) yield* unlessAborted(reader.read(read), signal);
      if (read?.type === 'message_stop') {
        // A body read to its end leaves its connection for the next request of the turn.
        await within(events.next(), LINGER_MS, disconnect).catch(() => undefined);
        break;
      }
    }
    return reader.complete ? undefined : { kind: 'cut' };
  } catch (error) {
    if (signal.aborted) return undefined;
    options.log.warn(logFields(error, options.apiKey), 'the model request failed');
    if (error instanceof Silence) return { kind: 'silent' };
    const trouble = troubleOf(error, Date.now());
    return answered && trouble.kind === 'unreachable' ? { kind: 'cut' } : trouble;
  } finally {
    signal.removeEventListener('abort', disconnect);
    disconnect();
  }
}

function* unlessAborted(events: readonly ModelEvent[], signal: AbortSignal): Generator<ModelEvent, void, undefined> {
  for (const event of events) {
    if (signal.aborted) return;
    yield event;
  }
}

/** How long to wait before the next try; undefined when the service asks for longer than a person should wait. */
function waitBefore(trouble: Trouble, retries: number): number | undefined {
  const asked = trouble.kind === 'refused' ? trouble.waitMs : undefined;
  if (asked === undefined) return FIRST_BACKOFF_MS * 2 ** retries * (1 + Math.random() / 4);
  return asked <= LONGEST_WAIT_MS ? asked : undefined;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  // Rejects only for an abort, which the caller sees on the signal.
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

function isPing(item: { readonly event: string | null }): boolean {
  return item.event === 'ping';
}
