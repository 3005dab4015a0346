/** The events an app hears, from what happened in the workspace. Pure: which of them it hears is decided elsewhere. */
import type { Json } from '../json.ts';
import type { Channel, Message, WorkspaceState } from '../state/records.ts';
import type { Happening } from '../state/workspace.ts';
import { wireMessage } from '../wire/messages.ts';
import { channelType } from '../wire/places.ts';

/** An event before its envelope. `channel` is where the app must be a member to hear it. */
export interface AppEvent {
  readonly event: Json;
  readonly channel?: string;
}

export interface BuildOptions {
  readonly url: string;
  /** A ts for the event itself, unique in the channel. */
  readonly eventTs: (channel: string) => string;
}

/** Every event that the happening could give; none for a happening apps never hear of. */
export function eventsOf(state: WorkspaceState, happening: Happening, options: BuildOptions): readonly AppEvent[] {
  switch (happening.type) {
    case 'posted':
      return postedEvents(state, happening.message, options);
    case 'changed':
      return withChannel(state, happening.message.channel, (channel) => [
        changedEvent(state, channel, happening.message, happening.previous, options),
      ]);
    case 'deleted':
      return withChannel(state, happening.message.channel, (channel) => [
        deletedEvent(state, channel, happening.message, options),
      ]);
    case 'reacted':
    case 'unreacted':
      return [reactionEvent(happening, options)];
    case 'joined':
      return [joinedEvent(state, happening.channel, happening.user, happening.inviter, options)];
    case 'touched':
    case 'channel':
    case 'file':
      return [];
  }
}

function withChannel(
  state: WorkspaceState,
  id: string,
  build: (channel: Channel) => readonly AppEvent[],
): readonly AppEvent[] {
  const channel = state.channels.get(id);
  return channel ? build(channel) : [];
}

function postedEvents(state: WorkspaceState, message: Message, options: BuildOptions): readonly AppEvent[] {
  return withChannel(state, message.channel, (channel) => {
    const body = wireMessage(state, message, { url: options.url });
    const place = { channel: channel.id, event_ts: message.ts, channel_type: channelType(channel) };
    const plain = { event: { ...body, ...place }, channel: channel.id };
    return isMention(state, channel, message) ? [mentionEvent(state, message, options), plain] : [plain];
  });
}

/** Whether a person wrote the app's name: never in a DM, and never for what a bot wrote. */
export function isMention(state: WorkspaceState, channel: Channel, message: Message): boolean {
  if (channel.kind === 'im' || message.botId !== undefined) return false;
  if (message.subtype !== undefined && message.subtype !== 'file_share' && message.subtype !== 'thread_broadcast') {
    return false;
  }
  return message.text.includes(`<@${state.team.botUserId}>`);
}

export function mentionEvent(state: WorkspaceState, message: Message, options: BuildOptions): AppEvent {
  const { subtype: _subtype, ...body } = wireMessage(state, message, { url: options.url });
  return {
    event: { ...body, type: 'app_mention', channel: message.channel, event_ts: message.ts },
    channel: message.channel,
  };
}

function changedEvent(
  state: WorkspaceState,
  channel: Channel,
  message: Message,
  previous: Message,
  options: BuildOptions,
): AppEvent {
  const ts = options.eventTs(channel.id);
  return {
    channel: channel.id,
    event: {
      type: 'message',
      subtype: 'message_changed',
      message: wireMessage(state, message, { url: options.url, summary: true }),
      previous_message: wireMessage(state, previous, { url: options.url, summary: true }),
      channel: channel.id,
      hidden: true,
      ts,
      event_ts: ts,
      channel_type: channelType(channel),
    },
  };
}

function deletedEvent(state: WorkspaceState, channel: Channel, message: Message, options: BuildOptions): AppEvent {
  const ts = options.eventTs(channel.id);
  return {
    channel: channel.id,
    event: {
      type: 'message',
      subtype: 'message_deleted',
      previous_message: wireMessage(state, message, { url: options.url }),
      channel: channel.id,
      hidden: true,
      deleted_ts: message.ts,
      ts,
      event_ts: ts,
      channel_type: channelType(channel),
    },
  };
}

function reactionEvent(happening: Extract<Happening, { name: string }>, options: BuildOptions): AppEvent {
  const { message, user, name } = happening;
  return {
    channel: message.channel,
    event: {
      type: happening.type === 'reacted' ? 'reaction_added' : 'reaction_removed',
      user,
      reaction: name,
      item: { type: 'message', channel: message.channel, ts: message.ts },
      item_user: message.user,
      event_ts: options.eventTs(message.channel),
    },
  };
}

function joinedEvent(
  state: WorkspaceState,
  channel: Channel,
  user: string,
  inviter: string | undefined,
  options: BuildOptions,
): AppEvent {
  return {
    channel: channel.id,
    event: {
      type: 'member_joined_channel',
      user,
      channel: channel.id,
      channel_type: channel.kind === 'private' ? 'G' : 'C',
      team: state.team.id,
      ...(inviter === undefined ? {} : { inviter }),
      event_ts: options.eventTs(channel.id),
    },
  };
}
