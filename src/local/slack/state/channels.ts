/** Making channels and changing who is in them. */
import { newId } from '../ids.ts';
import { postMessage } from './messages.ts';
import { directMessage } from './queries.ts';
import type { Channel } from './records.ts';
import type { Workspace } from './workspace.ts';

/** Lower-case letters, digits, `-` and `_`, at most 80, as Slack demands. */
export const CHANNEL_NAME = /^[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u;

export function createChannel(workspace: Workspace, name: string, creator: string, isPrivate = false): Channel {
  const channel: Channel = {
    id: newId('C'),
    name,
    kind: isPrivate ? 'private' : 'channel',
    topic: '',
    members: [creator],
    isArchived: false,
    created: Math.floor(workspace.clock.now() / 1000),
    creator,
  };
  return saveChannel(workspace, channel);
}

/** The DM between the two; opened if it was not. */
export function openDirectMessage(workspace: Workspace, one: string, other: string): Channel {
  const known = directMessage(workspace.state, one, other);
  if (known) return known;
  return saveChannel(workspace, {
    id: newId('D'),
    name: workspace.state.people.get(other)?.name ?? 'direct message',
    kind: 'im',
    topic: '',
    members: [one, other],
    isArchived: false,
    created: Math.floor(workspace.clock.now() / 1000),
    creator: one,
  });
}

/** Adds a member and says so in the channel. The channel as it was where the person is in it already. */
export function addMember(workspace: Workspace, channel: Channel, user: string, inviter?: string): Channel {
  if (channel.members.includes(user)) return channel;
  const joined = saveChannel(workspace, { ...channel, members: [...channel.members, user] });
  const invited = inviter === undefined || inviter === user ? {} : { inviter };
  workspace.tell({ type: 'joined', channel: joined, user, ...invited });
  postMessage(workspace, {
    channel: channel.id,
    user,
    text: `<@${user}> has joined the channel`,
    blocks: [],
    subtype: 'channel_join',
    ...invited,
  });
  return joined;
}

export function removeMember(workspace: Workspace, channel: Channel, user: string): Channel {
  return saveChannel(workspace, { ...channel, members: channel.members.filter((member) => member !== user) });
}

export function archiveChannel(workspace: Workspace, channel: Channel, isArchived = true): Channel {
  return saveChannel(workspace, { ...channel, isArchived });
}

function saveChannel(workspace: Workspace, channel: Channel): Channel {
  workspace.commit({ put: 'channel', value: channel });
  workspace.tell({ type: 'channel', channel });
  return channel;
}
