/** Who is where: channels made and joined, the app invited and removed, DMs opened. */
import type { PageAnswer } from '../protocol.ts';
import { addMember, CHANNEL_NAME, createChannel, openDirectMessage, removeMember } from '../state/channels.ts';
import { channelNamed, isMember, messageAt } from '../state/queries.ts';
import type { Channel, Person } from '../state/records.ts';
import type { World } from '../world.ts';
import { type ActionOf, refused } from './targets.ts';

export function changeMembers(
  world: World,
  person: Person,
  action: ActionOf<'join' | 'invite-bot' | 'remove-bot'>,
): PageAnswer {
  const { state } = world.workspace;
  const channel = state.channels.get(action.channel);
  if (!channel || channel.kind === 'im') return refused('That channel does not exist.');
  if (channel.isArchived) return refused('That channel is archived.');
  if (action.type === 'join') {
    if (channel.kind === 'private') return refused('Somebody in the channel has to add you.');
    addMember(world.workspace, channel, person.id);
    return { ok: true, channel: channel.id };
  }
  if (!isMember(channel, person.id)) return refused('Join the channel first.');
  if (action.type === 'invite-bot') {
    addMember(world.workspace, channel, state.team.botUserId, person.id);
    deliverHeldMention(world, channel);
  } else {
    removeMember(world.workspace, channel, state.team.botUserId);
  }
  return { ok: true, channel: channel.id };
}

/** The mention that led to the invitation reaches the app, as in Slack. */
function deliverHeldMention(world: World, channel: Channel): void {
  const ts = world.mentionsWithoutBot.get(channel.id);
  world.mentionsWithoutBot.delete(channel.id);
  const message = ts === undefined ? undefined : messageAt(world.workspace.state, channel.id, ts);
  if (message && message.subtype !== 'tombstone') world.tellMention(message);
}

export function newChannel(world: World, person: Person, wanted: string): PageAnswer {
  const name = wanted.trim().replace(/^#/, '').toLowerCase().replace(/\s+/g, '-');
  if (!CHANNEL_NAME.test(name)) {
    return refused('A channel name has at most 80 lower-case letters, digits, hyphens and underscores.');
  }
  if (channelNamed(world.workspace.state, name)) return refused(`There is a channel #${name} already.`);
  return { ok: true, channel: createChannel(world.workspace, name, person.id).id };
}

export function newDirectMessage(world: World, person: Person, other: string): PageAnswer {
  const partner = world.workspace.state.people.get(other);
  if (!partner || partner.id === person.id) return refused('Nobody by that name is in this workspace.');
  return { ok: true, channel: openDirectMessage(world.workspace, person.id, partner.id).id };
}
