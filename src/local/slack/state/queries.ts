/** Questions to the workspace's state. Pure. */
import type { Channel, Message, Person, WorkspaceState } from './records.ts';

export function messageAt(state: WorkspaceState, channel: string, ts: string): Message | undefined {
  return state.messages.get(channel)?.get(ts);
}

/** A reply that is not also shown in the channel has its root's ts as `threadTs`. */
export function isReply(message: Message): boolean {
  return message.threadTs !== undefined && message.threadTs !== message.ts;
}

/** What the channel itself shows, oldest first: everything but replies; broadcast replies included. */
export function timeline(state: WorkspaceState, channel: string): readonly Message[] {
  const all = [...(state.messages.get(channel)?.values() ?? [])];
  return all.filter((message) => !isReply(message) || message.subtype === 'thread_broadcast');
}

/** The replies below `root`, oldest first. */
export function repliesTo(state: WorkspaceState, channel: string, root: string): readonly Message[] {
  const all = [...(state.messages.get(channel)?.values() ?? [])];
  return all.filter((message) => message.threadTs === root && message.ts !== root);
}

export interface ReplySummary {
  readonly count: number;
  readonly users: readonly string[];
  readonly latest?: string;
}

export function replySummary(state: WorkspaceState, message: Message): ReplySummary {
  if (message.threadTs !== message.ts) return { count: 0, users: [] };
  const replies = repliesTo(state, message.channel, message.ts);
  const latest = replies.at(-1)?.ts;
  return {
    count: replies.length,
    users: [...new Set(replies.map((reply) => reply.user))],
    ...(latest === undefined ? {} : { latest }),
  };
}

export function isMember(channel: Channel, user: string): boolean {
  return channel.members.includes(user);
}

export function botIsMember(state: WorkspaceState, channel: Channel): boolean {
  return isMember(channel, state.team.botUserId);
}

export function personNamed(state: WorkspaceState, name: string): Person | undefined {
  const wanted = name.toLowerCase();
  return [...state.people.values()].find((person) => person.name.toLowerCase() === wanted);
}

export function channelNamed(state: WorkspaceState, name: string): Channel | undefined {
  const wanted = name.replace(/^#/, '').toLowerCase();
  return [...state.channels.values()].find((channel) => channel.kind !== 'im' && channel.name === wanted);
}

/** The DM between these two, if it was ever opened. */
export function directMessage(state: WorkspaceState, one: string, other: string): Channel | undefined {
  return [...state.channels.values()].find(
    (channel) => channel.kind === 'im' && isMember(channel, one) && isMember(channel, other),
  );
}
