/** `conversations.*` */
import { addMember, CHANNEL_NAME, createChannel, openDirectMessage } from '../state/channels.ts';
import { botIsMember, channelNamed, isReply, messageAt, repliesTo, timeline } from '../state/queries.ts';
import type { Message } from '../state/records.ts';
import { wireMessage } from '../wire/messages.ts';
import { wireChannel } from '../wire/places.ts';
import type { World } from '../world.ts';
import { type Answer, done, isRefusal, missing, refuse } from './answer.ts';
import type { Args } from './args.ts';
import { pageOf, within } from './paging.ts';
import { findChannel, isVisible, lacksScope, readable } from './places.ts';

/** The scope to see a conversation, by its kind. */
const READ = { channel: 'channels:read', private: 'groups:read', im: 'im:read' } as const;
const KINDS = { channel: 'public_channel', private: 'private_channel', im: 'im' } as const;

export function conversationsList(args: Args, world: World): Answer {
  const { state } = world.workspace;
  const wanted = (args.text('types') || 'public_channel').split(',').map((type) => type.trim());
  const kinds = (['channel', 'private', 'im'] as const).filter((kind) => wanted.includes(KINDS[kind]));
  for (const kind of kinds) {
    const refusal = lacksScope(world, READ[kind]);
    if (refusal) return refusal;
  }
  const channels = [...state.channels.values()].filter(
    (channel) =>
      kinds.includes(channel.kind) &&
      isVisible(world, channel) &&
      !(channel.isArchived && args.flag('exclude_archived')),
  );
  const page = pageOf(channels, args, { fallback: 100, max: 1000 });
  if (isRefusal(page)) return page;
  return done({
    channels: page.items.map((channel) => wireChannel(state, channel)),
    response_metadata: { next_cursor: page.next },
  });
}

export function conversationsInfo(args: Args, world: World): Answer {
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  return lacksScope(world, READ[channel.kind]) ?? done({ channel: wireChannel(world.workspace.state, channel) });
}

export function conversationsMembers(args: Args, world: World): Answer {
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  const refusal = lacksScope(world, READ[channel.kind]);
  if (refusal) return refusal;
  const page = pageOf(channel.members, args, { fallback: 100, max: 1000 });
  if (isRefusal(page)) return page;
  return done({ members: page.items, response_metadata: { next_cursor: page.next } });
}

export function conversationsHistory(args: Args, world: World): Answer {
  const channel = readable(args, world);
  if (isRefusal(channel)) return channel;
  const newestFirst = timeline(world.workspace.state, channel.id).toReversed();
  return messagesAnswer(within(newestFirst, args), args, world);
}

/** The root first, then its replies, oldest first. A reply's ts gives that reply alone. */
export function conversationsReplies(args: Args, world: World): Answer {
  const channel = readable(args, world);
  if (isRefusal(channel)) return channel;
  if (!args.has('ts')) return missing('ts');
  const { state } = world.workspace;
  const root = messageAt(state, channel.id, args.text('ts'));
  if (!root) return refuse('thread_not_found');
  const replies = isReply(root) ? [] : repliesTo(state, channel.id, root.ts);
  return messagesAnswer([root, ...within(replies, args)], args, world);
}

function messagesAnswer(messages: readonly Message[], args: Args, world: World): Answer {
  const page = pageOf(messages, args, { fallback: 100, max: 999 });
  if (isRefusal(page)) return page;
  const options = { url: world.url, metadata: args.flag('include_all_metadata'), summary: true };
  return done({
    messages: page.items.map((message) => wireMessage(world.workspace.state, message, options)),
    has_more: page.next !== '',
    ...(page.next === '' ? {} : { response_metadata: { next_cursor: page.next } }),
  });
}

export function conversationsOpen(args: Args, world: World): Answer {
  const { state } = world.workspace;
  const known = findChannel(world, args.text('channel'));
  if (known?.kind === 'im') return done({ channel: wireChannel(state, known) });
  const users = args
    .text('users')
    .split(',')
    .filter((user) => user !== '');
  if (users.length === 0) return refuse('users_list_not_supplied');
  const person = state.people.get(users[0] ?? '');
  if (!person || person.isBot || users.length > 1) return refuse('user_not_found');
  const channel = openDirectMessage(world.workspace, person.id, state.team.botUserId);
  return done({ channel: args.flag('return_im') ? wireChannel(state, channel) : { id: channel.id } });
}

export function conversationsJoin(args: Args, world: World): Answer {
  const { state } = world.workspace;
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  if (channel.kind !== 'channel') return refuse('method_not_supported_for_channel_type');
  if (channel.isArchived) return refuse('is_archived');
  const already = botIsMember(state, channel);
  const joined = addMember(world.workspace, channel, state.team.botUserId);
  return done({ channel: wireChannel(state, joined), ...(already ? { warning: 'already_in_channel' } : {}) });
}

export function conversationsCreate(args: Args, world: World): Answer {
  const name = args.text('name');
  if (name === '') return refuse('invalid_name_required');
  if (name.length > 80) return refuse('invalid_name_maxlength');
  if (!CHANNEL_NAME.test(name)) return refuse('invalid_name_specials');
  const { state } = world.workspace;
  if (channelNamed(state, name)) return refuse('name_taken');
  const channel = createChannel(world.workspace, name, state.team.botUserId, args.flag('is_private'));
  return done({ channel: wireChannel(state, channel) });
}

export function conversationsInvite(args: Args, world: World): Answer {
  const { state } = world.workspace;
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  if (channel.isArchived) return refuse('is_archived');
  if (!botIsMember(state, channel)) return refuse('not_in_channel');
  const users = args
    .text('users')
    .split(',')
    .filter((user) => user !== '');
  if (users.length === 0) return refuse('no_user');
  if (users.includes(state.team.botUserId)) return refuse('cant_invite_self');
  if (users.some((user) => !state.people.has(user))) return refuse('user_not_found');
  if (users.every((user) => channel.members.includes(user))) return refuse('already_in_channel');
  const joined = users.reduce(
    (current, user) => addMember(world.workspace, current, user, state.team.botUserId),
    channel,
  );
  return done({ channel: wireChannel(state, joined) });
}
