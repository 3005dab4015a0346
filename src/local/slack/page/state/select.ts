/** Questions the page asks of its state. */
import type { PageChannel, PageMessage, PagePerson } from '../../protocol.ts';
import { type Place, placeKey } from '../place.ts';
import { isSystemMessage, isTopLevel } from './messages.ts';
import { readKey, type State } from './state.ts';

export function personById(state: State, id: string): PagePerson | undefined {
  return state.boot?.people.find((person) => person.id === id);
}

/** What a message's author is called. Slack's own messages come from an id that is no member. */
export function authorName(state: State, message: PageMessage): string {
  if (message.user === 'USLACKBOT') return 'Slackbot';
  return personById(state, message.user)?.realName ?? (message.isBot ? 'App' : 'Somebody');
}

export function channelById(state: State, id: string): PageChannel | undefined {
  return state.boot?.channels.find((channel) => channel.id === id);
}

/** Every channel the acting person can open: public ones, and private ones and DMs they are in. */
export function channelsFor(state: State): readonly PageChannel[] {
  return (state.boot?.channels ?? []).filter(
    (channel) => (channel.kind === 'channel' && !channel.isArchived) || channel.members.includes(state.me),
  );
}

/** The other person of a DM; oneself in a DM with oneself. */
export function dmPartner(state: State, channel: PageChannel): PagePerson | undefined {
  const other = channel.members.find((member) => member !== state.me) ?? state.me;
  return personById(state, other);
}

/** The DM with `person`, if it was ever opened. */
export function dmWith(state: State, person: string): PageChannel | undefined {
  return channelsFor(state).find((channel) => channel.kind === 'im' && dmPartner(state, channel)?.id === person);
}

/** A channel where the person and the bot both are, else any the person is in, else any. */
export function firstPlace(state: State): Place | null {
  const all = channelsFor(state).filter((channel) => channel.kind !== 'im');
  const joined = all.filter((channel) => channel.members.includes(state.me));
  const best = joined.find((channel) => channel.botIsMember) ?? joined[0] ?? all[0] ?? channelsFor(state)[0];
  return best ? { channel: best.id } : null;
}

function isFor(state: State, message: PageMessage): boolean {
  return message.ephemeralFor === undefined || message.ephemeralFor === state.me;
}

function held(state: State, channel: string): PageMessage[] {
  return Object.values(state.messages[channel] ?? {})
    .map((each) => each.message)
    .sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** The channel's top level as far as it is loaded, oldest first. */
export function channelMessages(state: State, channel: string): readonly PageMessage[] {
  const oldest = state.loaded[channel]?.oldest ?? '';
  return held(state, channel).filter((message) => isTopLevel(message) && message.ts >= oldest && isFor(state, message));
}

/** The root, when it is known, and its replies, oldest first. */
export function threadMessages(state: State, channel: string, threadTs: string): readonly PageMessage[] {
  return held(state, channel).filter(
    (message) => (message.ts === threadTs || message.threadTs === threadTs) && isFor(state, message),
  );
}

export function latestTs(state: State, channel: string): string {
  return channelMessages(state, channel).at(-1)?.ts ?? '';
}

export function threadLatestTs(state: State, channel: string, threadTs: string): string {
  const reply = threadMessages(state, channel, threadTs).at(-1)?.ts ?? '';
  const known = state.messages[channel]?.[threadTs]?.message.latestReply ?? '';
  if (reply > known) return reply;
  return known;
}

/** Up to where the acting person has read a channel (its id) or a thread (its place key). */
export function readMark(state: State, place: string): string {
  return state.read[readKey(state.me, place)] ?? state.readSince;
}

export interface Unread {
  readonly isUnread: boolean;
  /** The number on the badge: messages in a DM, mentions elsewhere. */
  readonly badge: number;
}

export function unreadOf(state: State, channel: PageChannel): Unread {
  if (!channel.members.includes(state.me)) return { isUnread: false, badge: 0 };
  const mark = readMark(state, channel.id);
  const fresh = channelMessages(state, channel.id).filter((message) => message.ts > mark && isNews(message, state.me));
  const mention = `<@${state.me}>`;
  const calling = fresh.filter((message) => channel.kind === 'im' || message.text.includes(mention));
  return { isUnread: fresh.length > 0 || unreadThreads(state, channel.id) > 0, badge: calling.length };
}

function isNews(message: PageMessage, me: string): boolean {
  return message.user !== me && message.ephemeralFor === undefined && !isSystemMessage(message);
}

/** Whether somebody else replied in a thread of the acting person since they last looked. */
export function isThreadUnread(state: State, root: PageMessage): boolean {
  if (root.latestReply === undefined || root.ephemeralFor !== undefined) return false;
  const takesPart = root.user === state.me || root.replyUsers.includes(state.me);
  if (!takesPart || !root.replyUsers.some((user) => user !== state.me)) return false;
  const key = placeKey({ channel: root.channel, threadTs: root.ts });
  const last = threadMessages(state, root.channel, root.ts).at(-1);
  const lastIsMine = last !== undefined && last.ts === root.latestReply && last.user === state.me;
  return !lastIsMine && root.latestReply > readMark(state, key);
}

function unreadThreads(state: State, channel: string): number {
  return channelMessages(state, channel).filter((message) => isThreadUnread(state, message)).length;
}

export function pageTitle(state: State): string {
  const team = state.boot?.team.name ?? 'Threadbox';
  const all = channelsFor(state).map((channel) => unreadOf(state, channel));
  const badge = all.reduce((sum, each) => sum + each.badge, 0);
  const lead = badge > 0 ? `(${badge}) ` : all.some((each) => each.isUnread) ? '* ' : '';
  const channel = state.place ? channelById(state, state.place.channel) : undefined;
  return `${lead}${channel ? `${channelTitle(state, channel)} · ` : ''}${team}`;
}

/** "#general", or the other person's name. */
export function channelTitle(state: State, channel: PageChannel): string {
  if (channel.kind === 'im') return dmPartner(state, channel)?.realName ?? channel.name;
  return `#${channel.name}`;
}
