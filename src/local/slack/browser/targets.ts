/** What a person's action is about: found and allowed, or the sentence that says why not. */
import type { PageAction, PageAnswer } from '../protocol.ts';
import { isMember, messageAt } from '../state/queries.ts';
import type { Channel, Message, Person } from '../state/records.ts';
import type { World } from '../world.ts';

export type ActionOf<T extends PageAction['type']> = Extract<PageAction, { readonly type: T }>;

export type Refusal = Extract<PageAnswer, { readonly ok: false }>;

export function refused(error: string): Refusal {
  return { ok: false, error };
}

export function isRefused(value: object): value is Refusal {
  return 'ok' in value && value.ok === false;
}

/** A channel the person is in and may write to. */
export function channelFor(world: World, person: Person, id: string): Channel | Refusal {
  const channel = world.workspace.state.channels.get(id);
  if (!channel) return refused('That channel does not exist.');
  if (!isMember(channel, person.id)) return refused('Join the channel first.');
  if (channel.isArchived) return refused('That channel is archived: it can be read, not written to.');
  return channel;
}

/** A message that is still there, in such a channel. */
export function messageFor(world: World, person: Person, channelId: string, ts: string): Message | Refusal {
  const channel = channelFor(world, person, channelId);
  if (isRefused(channel)) return channel;
  const message = messageAt(world.workspace.state, channel.id, ts);
  return message && message.subtype !== 'tombstone' ? message : refused('That message is gone.');
}
