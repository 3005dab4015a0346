/** What Slack delivers → what a person asks for. Pure: everything it must know of the world is in the context. */
import type {
  ControlWord,
  InboundFile,
  Language,
  OwnWord,
  Request,
  RequestSource,
  Task,
  ThreadRef,
  TurnId,
} from '../conversation/events.ts';
import { isChange, readChange } from './inbound-changes.ts';
import { codeAlone } from './inbound-code.ts';
import { onlySnippet } from './inbound-files.ts';
import { type Json, object, objects, text } from './inbound-json.ts';
import {
  type Ignored,
  type InboundIdentity,
  ignored,
  type Message,
  readMessage,
  saysNotForUs,
} from './inbound-message.ts';
import { fromRichText } from './inbound-rich-text.ts';
import { type Segment, spoken, words } from './inbound-segments.ts';
import { fromText } from './inbound-text.ts';
import { STOP_ACTION } from './render-chrome.ts';
import { DIRECT_ACTION, offeredTask } from './render-offer.ts';

export interface InboundContext extends InboundIdentity {
  /** Whether we have worked in this thread. */
  readonly knownThread: (channel: string, threadTs: string) => boolean;
  /** Whether a turn that waits or runs came from this message. */
  readonly activeMessage: (channel: string, ts: string) => boolean;
  /** True: a reply without a mention is never for us. */
  readonly mentionRequired: boolean;
}

export type { Ignored };

export const COMMAND = '/run';

/** What a message with files and no words asks for. */
const LOOK_AT_FILES = 'Take a look at what is attached and tell me what is in it.';

const RESET_HINT = 'A thread has its own sandbox: write `reset` in the thread that needs a fresh one.';

/** Everything a Slack delivery can ask of us. Never throws, whatever the payload. */
export function understand(payload: unknown, context: InboundContext): Request | Ignored {
  const body = object(payload);
  if (body['type'] === 'event_callback') return understandEvent(body, context);
  if (body['type'] === 'block_actions') return understandAction(body, context);
  if (body['command'] === COMMAND) return understandCommand(body, context);
  return ignored('not for us');
}

// ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Why a message that does not mention us is not for us; undefined when it is. */
function notForUs(message: Message, context: InboundContext): string | undefined {
  if (message.isDirect) return saysNotForUs(message, context);
  if (message.threadTs === undefined) return 'no mention';
  if (context.mentionRequired) return 'no mention, and one is required';
  if (!context.knownThread(message.channel, message.threadTs)) return 'a thread we do not know';
  return saysNotForUs(message, context);
}

/** The message is one of ours to follow: what it asks for now, or that it is gone. */
function understandChange(body: Json, context: InboundContext): Request | Ignored {
  const event = object(body['event']);
  const change = readChange(event, context.botUserId);
  if (typeof change === 'string') return ignored(change);
  const { channel, user, ts } = change;
  if (!context.activeMessage(channel, ts)) return ignored('no turn of ours waits for it');
  const team = text(body['team_id']) ?? context.teamId;
  const isDirect = event['channel_type'] === 'im' || channel.startsWith('D');
  const thread: ThreadRef = { team, channel, threadTs: change.threadTs ?? (isDirect ? null : ts) };
  const base = { team, channel, user, messageTs: ts, thread };
  if (!change.now) return { ...base, kind: 'deleted' };
  return { ...base, kind: 'changed', now: askedNow(change.now, thread, context) };
}

/** What a message that was addressed to us once asks for as it stands now; null where that is nothing. */
export function askedNow(now: Json, thread: ThreadRef, context: InboundIdentity): Request | null {
  const { team, channel } = thread;
  const message = readMessage({ team_id: team, event: { ...now, type: 'message', channel } }, context);
  if ('kind' in message) return null;
  // Without the mention it still is for us, unless its words say otherwise.
  const isOurs = message.mentioned || !saysNotForUs(message, context);
  return isOurs ? asked(message, context, { thread, source: 'mention', messageTs: null }) : null;
}

function understandEvent(body: Json, context: InboundContext): Request | Ignored {
  if (isChange(object(body['event']))) return understandChange(body, context);
  const message = readMessage(body, context);
  if ('kind' in message) return message;
  const { team, channel, ts, isDirect, mentioned } = message;
  const isMention = object(body['event'])['type'] === 'app_mention';
  if (isMention && !mentioned) return ignored('mentioned only inside code');
  if (!mentioned) {
    const reason = notForUs(message, context);
    if (reason) return ignored(reason);
  }
  // The top level of a direct message is one session; in a channel every mention opens a thread.
  const thread: ThreadRef = { team, channel, threadTs: message.threadTs ?? (isDirect ? null : ts) };
  const source: RequestSource = isDirect ? 'dm' : mentioned ? 'mention' : 'reply';
  return asked(message, context, { thread, source, messageTs: ts });
}

function isControlWord(word: string): word is ControlWord {
  return word === 'status' || word === 'reset' || word === 'end';
}

function isOwnWord(word: string): word is OwnWord {
  return word === 'status' || word === 'stop' || word === 'end' || word === 'model';
}

interface Asked {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly mentioned: boolean;
  readonly segments: readonly Segment[];
  readonly files: readonly InboundFile[];
}

interface Place {
  readonly thread: ThreadRef | null;
  readonly source: RequestSource;
  readonly messageTs: string | null;
}

/** A control word, code, or a task: the same for messages and for the slash command. */
function asked(from: Asked, context: InboundIdentity, place: Place): Request {
  const { team, channel, user, mentioned, files } = from;
  const { thread, messageTs } = place;
  const base = { team, channel, user, messageTs };
  const said = words(from.segments, context.botUserId);
  const word = said.toLowerCase();
  if (word === 'stop' && thread) return { ...base, kind: 'stop', thread, turn: null };
  if (!thread && isOwnWord(word)) return { ...base, kind: 'own', word, thread };
  if (thread && isControlWord(word)) return { ...base, kind: 'control', word, thread };
  if (word === 'reset') return { ...base, kind: 'refused', thread, message: RESET_HINT };
  if (word === 'help') return { ...base, kind: 'help', thread, reason: 'asked' };
  const alone = codeAlone(spoken(from.segments, context.botUserId));
  const isEmpty = alone?.ok ? alone.code.source.trim() === '' : said === '';
  if (isEmpty && files.length === 0) return { ...base, kind: 'help', thread, reason: 'empty' };
  if (alone && !alone.ok) return { ...base, kind: 'refused', thread, message: alone.message };
  const ask: Task = { kind: 'ask', text: isEmpty ? LOOK_AT_FILES : said };
  const task: Task = alone && !isEmpty ? { kind: 'code', code: alone.code } : ask;
  return { ...base, kind: 'task', ...place, mentioned, task, files };
}

/**
 * The snippet file of a message that holds nothing else: its code is to run as it is, once somebody has fetched it.
 * `understand` takes the same message for a task about an attached file.
 */
export function snippetAlone(
  payload: unknown,
  context: InboundContext,
): { readonly file: InboundFile; readonly language: Language } | undefined {
  const event = object(object(payload)['event']);
  const segments = fromRichText(event['blocks']) ?? fromText(text(event['text']) ?? '');
  return words(segments, context.botUserId) === '' ? onlySnippet(event['files']) : undefined;
}

// ── The slash command and buttons ────────────────────────────────────────────────────────────────────────────────────

function understandCommand(body: Json, context: InboundContext): Request | Ignored {
  const [channel, user] = [text(body['channel_id']), text(body['user_id'])];
  if (!channel || !user) return ignored('incomplete');
  const team = text(body['team_id']) ?? context.teamId;
  const segments = fromText(text(body['text']) ?? '');
  const place: Place = { thread: null, source: 'command', messageTs: null };
  return asked({ team, channel, user, mentioned: true, segments, files: [] }, context, place);
}

function understandAction(body: Json, context: InboundContext): Request | Ignored {
  const offered = objects(body['actions']).find((action) => action['action_id'] === DIRECT_ACTION);
  if (offered) return understandOffer(body, context, offered);
  const press = objects(body['actions']).find((action) => action['action_id'] === STOP_ACTION);
  if (!press) return ignored('a button that is not ours');
  const [container, message] = [object(body['container']), object(body['message'])];
  const channel = text(object(body['channel'])['id']) ?? text(container['channel_id']);
  const user = text(object(body['user'])['id']);
  if (!channel || !user) return ignored('incomplete');
  const team = text(object(body['team'])['id']) ?? context.teamId;
  const threadTs = text(message['thread_ts']) ?? text(container['thread_ts']);
  const messageTs = text(message['ts']) ?? text(container['message_ts']);
  const thread = { team, channel, threadTs: threadTs ?? (channel.startsWith('D') ? null : (messageTs ?? null)) };
  return { team, channel, user, kind: 'stop', thread, turn: (text(press['value']) as TurnId | undefined) ?? null };
}

/** The button that takes a task to the direct message. It stands in a message that only its person sees. */
function understandOffer(body: Json, context: InboundContext, action: Json): Request | Ignored {
  const container = object(body['container']);
  const channel = text(object(body['channel'])['id']) ?? text(container['channel_id']);
  const user = text(object(body['user'])['id']);
  const task = offeredTask(action['value']);
  if (!channel || !user || !task) return ignored('incomplete');
  const team = text(object(body['team'])['id']) ?? context.teamId;
  const messageTs = text(container['message_ts']) ?? null;
  return { team, channel, user, messageTs, thread: null, kind: 'direct', task };
}
