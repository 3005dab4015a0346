/** The page's reducer: what the person does and what the server sends, folded into the next state. */
import type { PageBoot, PageHistory, PagePush, PageThread } from '../../protocol.ts';
import { type Place, placeKey } from '../place.ts';
import { withDeleted, withHistory, withThread } from './messages.ts';
import { applyPush, withoutView } from './push.ts';
import { channelsFor, firstPlace, latestTs, readMark, threadLatestTs } from './select.ts';
import { readKey, type State } from './state.ts';
import { withToast } from './toasts.ts';

export type Change =
  | { readonly type: 'push'; readonly push: PagePush }
  | { readonly type: 'booted'; readonly boot: PageBoot }
  | {
      readonly type: 'history';
      readonly channel: string;
      readonly page: PageHistory;
      /** Empty for the newest page. */
      readonly before: string;
      /** `state.seq` when it was asked for. */
      readonly since: number;
    }
  | { readonly type: 'thread'; readonly place: Required<Place>; readonly page: PageThread; readonly since: number }
  | { readonly type: 'lost' }
  | { readonly type: 'refused'; readonly reason: string | null }
  | { readonly type: 'go'; readonly place: Place }
  | { readonly type: 'act-as'; readonly person: string }
  | { readonly type: 'seen' }
  | { readonly type: 'toast'; readonly text: string }
  | { readonly type: 'toast.close'; readonly id: number }
  | { readonly type: 'view.close'; readonly viewId: string }
  /** Takes away a message that only this person sees. */
  | { readonly type: 'dismiss'; readonly channel: string; readonly ts: string };

export function reduce(state: State, change: Change): State {
  switch (change.type) {
    case 'push':
      return applyPush(state, change.push);
    case 'booted':
      return booted(state, change.boot);
    case 'history':
      return history(state, change);
    case 'thread':
      return withThread(state, change.place.channel, change.place.threadTs, change.page, change.since);
    case 'lost':
      return { ...state, link: 'lost' };
    case 'refused':
      return { ...state, refusal: change.reason };
    case 'go':
      return go(state, change.place);
    case 'act-as':
      return actAs(state, change.person);
    case 'seen':
      return seen(state);
    case 'toast':
      return withToast(state, change.text);
    case 'toast.close':
      return { ...state, toasts: state.toasts.filter((toast) => toast.id !== change.id) };
    case 'view.close':
      return withoutView(state, change.viewId);
    case 'dismiss':
      return withDeleted(state, change.channel, change.ts);
  }
}

/** The remembered person or place may be gone: a fresh workspace has other ids. */
function booted(state: State, boot: PageBoot): State {
  const people = boot.people.filter((person) => !person.isBot);
  const me = people.some((person) => person.id === state.me) ? state.me : (people[0]?.id ?? '');
  // Threads opened earlier may have missed something; they are fetched again when opened.
  const next: State = { ...state, boot, me, refusal: null, threads: {} };
  if (isOpenTo(next, state.place)) return next;
  const place = firstPlace(next);
  return place === null ? { ...next, place } : go(next, place);
}

function history(state: State, change: Extract<Change, { readonly type: 'history' }>): State {
  const isFirst = state.loaded[change.channel] === undefined;
  const next = withHistory(state, change.channel, change.page, change.before, change.since);
  const isOpen = state.place?.channel === change.channel;
  return isFirst && isOpen ? { ...next, newAfter: newLine(next, change.channel) } : next;
}

/** Where the "New" line stands when a channel is entered. */
function newLine(state: State, channel: string): string {
  const mark = readMark(state, channel);
  return latestTs(state, channel) > mark ? mark : '';
}

function isOpenTo(state: State, place: Place | null): boolean {
  return place !== null && channelsFor(state).some((channel) => channel.id === place.channel);
}

function go(state: State, place: Place): State {
  const entering = state.place?.channel !== place.channel;
  return { ...state, place, newAfter: entering ? newLine(state, place.channel) : state.newAfter };
}

function actAs(state: State, person: string): State {
  const next: State = { ...state, me: person };
  const place = isOpenTo(next, state.place) ? state.place : firstPlace(next);
  return place === null ? { ...next, place } : go({ ...next, place: null }, place);
}

/** Everything in the open channel, and in the open thread, has been seen. */
function seen(state: State): State {
  if (!state.place) return state;
  const { channel, threadTs } = state.place;
  const marks: Record<string, string> = {};
  const latest = latestTs(state, channel);
  if (latest > readMark(state, channel)) marks[readKey(state.me, channel)] = latest;
  if (threadTs !== undefined) {
    const key = placeKey(state.place);
    const latestReply = threadLatestTs(state, channel, threadTs);
    if (latestReply > readMark(state, key)) marks[readKey(state.me, key)] = latestReply;
  }
  return Object.keys(marks).length === 0 ? state : { ...state, read: { ...state.read, ...marks } };
}
