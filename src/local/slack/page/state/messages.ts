/**
 * Messages by channel, merged from pushes and loads. The race: a load that left the server before a push arrives after it.
 * Each held message remembers the push that brought it, and a load gives way to any push that came since it was asked for.
 */
import type { PageHistory, PageMessage, PageThread } from '../../protocol.ts';
import { placeKey } from '../place.ts';
import type { Held, State } from './state.ts';

type Messages = State['messages'];

export function withPushed(state: State, message: PageMessage, seq: number): State {
  return { ...state, messages: put(state.messages, message, seq) };
}

export function withDeleted(state: State, channel: string, ts: string): State {
  return {
    ...state,
    messages: drop(state.messages, channel, (held) => held.message.ts === ts),
    removed: { ...state.removed, [placeKey({ channel, threadTs: ts })]: true },
  };
}

/** `since` is `state.seq` at the time of asking; `before` is empty for the newest page. */
export function withHistory(state: State, channel: string, page: PageHistory, before: string, since: number): State {
  const first = page.messages[0]?.ts ?? before;
  const newest = before === '';
  const previous = state.loaded[channel];
  // Inside the window the server's answer is the truth: what it lacks was deleted while nobody told us.
  const gone = (held: Held): boolean =>
    held.seq <= since &&
    isTopLevel(held.message) &&
    held.message.ephemeralFor === undefined &&
    held.message.ts >= first &&
    (newest || held.message.ts < before);
  const cleared = drop(state.messages, channel, gone);
  // Loaded again: older pages stay in the window when this page joins on to them without a hole.
  const joins = newest && previous !== undefined && state.messages[channel]?.[first] !== undefined;
  const window =
    joins && previous.oldest < first ? previous : { oldest: page.hasMore ? first : '', hasMore: page.hasMore };
  return {
    ...state,
    messages: load({ ...state, messages: cleared }, page.messages, since),
    loaded: { ...state.loaded, [channel]: window },
  };
}

export function withThread(state: State, channel: string, ts: string, page: PageThread, since: number): State {
  const gone = (held: Held): boolean =>
    held.seq <= since && held.message.threadTs === ts && held.message.ephemeralFor === undefined;
  const cleared = drop(state.messages, channel, (held) => gone(held) && held.message.ts !== ts);
  return {
    ...state,
    messages: load({ ...state, messages: cleared }, page.messages, since),
    threads: { ...state.threads, [placeKey({ channel, threadTs: ts })]: true },
  };
}

export function withoutSeqs(messages: Messages): Messages {
  const channels = Object.entries(messages).map(([channel, all]) => {
    const reset = Object.entries(all).map(([ts, { message }]) => [ts, { message, seq: 0 }] as const);
    return [channel, Object.fromEntries(reset)] as const;
  });
  return Object.fromEntries(channels);
}

/** Shown in the channel itself: roots, plain messages, and replies also sent to the channel. */
export function isTopLevel(message: PageMessage): boolean {
  return message.threadTs === undefined || message.threadTs === message.ts || message.subtype === 'thread_broadcast';
}

const systemSubtypes = new Set(['channel_join', 'channel_leave', 'group_join', 'group_leave', 'tombstone']);

/** Not said by anybody: joins, and what is left of a deleted root. */
export function isSystemMessage({ subtype }: PageMessage): boolean {
  return subtype !== undefined && systemSubtypes.has(subtype);
}

function load(state: State, messages: readonly PageMessage[], since: number): Messages {
  let out = state.messages;
  for (const message of messages) {
    const held = out[message.channel]?.[message.ts];
    const wasRemoved = state.removed[placeKey({ channel: message.channel, threadTs: message.ts })] === true;
    if (wasRemoved || (held !== undefined && held.seq > since)) continue;
    out = put(out, message, 0);
  }
  return out;
}

function put(messages: Messages, message: PageMessage, seq: number): Messages {
  return { ...messages, [message.channel]: { ...messages[message.channel], [message.ts]: { message, seq } } };
}

function drop(messages: Messages, channel: string, isGone: (held: Held) => boolean): Messages {
  const all = messages[channel] ?? {};
  const kept = Object.entries(all).filter(([, held]) => !isGone(held));
  return { ...messages, [channel]: Object.fromEntries(kept) };
}
