/** `chat.*` */
import { escapedBytes } from '../blocks/size.ts';
import { deleteMessage, editMessage, postMessage } from '../state/messages.ts';
import { isMember, isReply, messageAt } from '../state/queries.ts';
import type { Message } from '../state/records.ts';
import { wireMessage } from '../wire/messages.ts';
import type { World } from '../world.ts';
import { type Answer, done, isRefusal, refuse } from './answer.ts';
import type { Args } from './args.ts';
import { type Content, readContent } from './content.ts';
import { findChannel, writable } from './places.ts';

/** Characters of a posted text; what is longer is cut. */
const TEXT_LIMIT = 40_000;
/** Escaped bytes of an edited text; what is longer is refused. */
const EDIT_TEXT_LIMIT = 4000;

/** The root a reply goes to: a reply's own ts counts as its root's. Undefined where no such message is. */
export function threadRoot(world: World, channel: string, ts: string): string | undefined {
  const message = messageAt(world.workspace.state, channel, ts);
  if (!message) return undefined;
  return isReply(message) ? message.threadTs : message.ts;
}

export function chatPostMessage(args: Args, world: World): Answer {
  const channel = writable(args, world);
  if (isRefusal(channel)) return channel;
  const content = readContent(args, world);
  if ('ok' in content) return content;
  if (isEmpty(content)) return refuse('no_text');
  const root = args.has('thread_ts') ? threadRoot(world, channel.id, args.text('thread_ts')) : undefined;
  if (args.has('thread_ts') && root === undefined) return refuse('thread_not_found');
  const { team } = world.workspace.state;
  const message = postMessage(world.workspace, {
    channel: channel.id,
    user: team.botUserId,
    botId: team.botId,
    text: content.text.slice(0, TEXT_LIMIT),
    blocks: content.blocks,
    ...(content.attachments.length > 0 ? { attachments: content.attachments } : {}),
    ...(content.metadata ? { metadata: content.metadata } : {}),
    ...(root === undefined ? {} : { threadTs: root, broadcast: args.flag('reply_broadcast') }),
  });
  if (root !== undefined) world.statuses.clear(channel.id, root);
  const cut = content.text.length > TEXT_LIMIT;
  return done({
    channel: channel.id,
    ts: message.ts,
    message: shown(world, message),
    ...(cut ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } } : {}),
  });
}

function isEmpty(content: Content): boolean {
  return content.text === '' && content.blocks.length === 0 && content.attachments.length === 0;
}

function shown(world: World, message: Message): object {
  return wireMessage(world.workspace.state, message, { url: world.url, metadata: true });
}

/** The app's own message, or the refusal. */
function ownMessage(args: Args, world: World, error: string): Message | Answer {
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  if (channel.isArchived) return refuse('is_archived');
  const message = messageAt(world.workspace.state, channel.id, args.text('ts'));
  if (!message) return refuse('message_not_found');
  return message.botId === world.workspace.state.team.botId ? message : refuse(error);
}

export function chatUpdate(args: Args, world: World): Answer {
  const message = ownMessage(args, world, 'cant_update_message');
  if ('ok' in message) return message;
  const content = readContent(args, world);
  if ('ok' in content) return content;
  const files = args.list('file_ids');
  if (files === 'malformed') return refuse('invalid_arguments', ['[ERROR] file_ids must be an array']);
  if (files !== 'missing' && files.some((id) => !world.workspace.state.files.has(String(id))))
    return refuse('file_not_found');
  if (isEmpty(content) && files === 'missing') return refuse('no_text');
  if (escapedBytes(content.text) > EDIT_TEXT_LIMIT) return refuse('msg_too_long');
  const edited = editMessage(world.workspace, message, {
    text: content.hasText ? content.text : message.text,
    // Text without blocks takes the blocks away.
    blocks: content.hasBlocks || content.hasText ? content.blocks : message.blocks,
    ...(content.attachments.length > 0 ? { attachments: content.attachments } : {}),
    ...(content.metadata ? { metadata: content.metadata } : {}),
    ...(files === 'missing' ? {} : { files: files.map(String) }),
    // Slack marks an app's edit only where the message has no blocks.
    ...(content.blocks.length > 0 ? {} : { editedBy: message.user }),
  });
  return done({ channel: message.channel, ts: message.ts, text: edited.text, message: shown(world, edited) });
}

export function chatDelete(args: Args, world: World): Answer {
  const message = ownMessage(args, world, 'cant_delete_message');
  if ('ok' in message) return message;
  deleteMessage(world.workspace, message);
  return done({ channel: message.channel, ts: message.ts });
}

export function chatPostEphemeral(args: Args, world: World): Answer {
  const channel = writable(args, world);
  if (isRefusal(channel)) return channel;
  const user = args.text('user');
  if (!world.workspace.state.people.has(user)) return refuse('user_not_found');
  if (!isMember(channel, user)) return refuse('user_not_in_channel');
  const content = readContent(args, world);
  if ('ok' in content) return content;
  if (isEmpty(content)) return refuse('no_text');
  const root = args.has('thread_ts') ? threadRoot(world, channel.id, args.text('thread_ts')) : undefined;
  const { message } = world.ephemerals.post({
    channel: channel.id,
    viewer: user,
    text: content.text.slice(0, TEXT_LIMIT),
    blocks: content.blocks,
    ...(root === undefined ? {} : { threadTs: root }),
  });
  return done({ message_ts: message.ts });
}

export function chatGetPermalink(args: Args, world: World): Answer {
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  const message = messageAt(world.workspace.state, channel.id, args.text('message_ts'));
  if (!message) return refuse('message_not_found');
  const thread = isReply(message) ? `?thread_ts=${message.threadTs}&cid=${channel.id}` : '';
  const permalink = `${world.url}/archives/${channel.id}/p${message.ts.replace('.', '')}${thread}`;
  return done({ channel: channel.id, permalink });
}
