/** Messages as the Web API and the events show them. Pure. */
import type { Json } from '../json.ts';
import { isReply, messageAt, replySummary } from '../state/queries.ts';
import type { Message, WorkspaceState } from '../state/records.ts';
import { wireFile } from './files.ts';

export interface WireOptions {
  /** The server's own address, for file URLs. */
  readonly url: string;
  /** Whether to show `metadata` (`include_all_metadata`). */
  readonly metadata?: boolean;
  /** Whether to show reply counts and reactions: history does, events do not. */
  readonly summary?: boolean;
}

export function wireMessage(state: WorkspaceState, message: Message, options: WireOptions): Json {
  const { team } = state;
  return {
    type: 'message',
    ...(message.subtype === undefined ? {} : { subtype: message.subtype }),
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: team.id,
    ...(message.clientMsgId === undefined ? {} : { client_msg_id: message.clientMsgId }),
    ...(message.botId === undefined ? {} : botFields(state, message.botId)),
    ...(message.inviter === undefined ? {} : { inviter: message.inviter }),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments ? { attachments: message.attachments } : {}),
    ...fileFields(state, message, options),
    ...(message.edited ? { edited: message.edited } : {}),
    ...threadFields(state, message),
    ...(options.summary ? summaryFields(state, message) : {}),
    ...(message.subtype === 'tombstone' ? { hidden: true } : {}),
    ...(options.metadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

function botFields(state: WorkspaceState, botId: string): Json {
  const { team } = state;
  const profile = {
    id: botId,
    app_id: team.appId,
    user_id: team.botUserId,
    name: team.appName,
    deleted: false,
    updated: 0,
    team_id: team.id,
    icons: {},
  };
  return { bot_id: botId, app_id: team.appId, bot_profile: profile };
}

function fileFields(state: WorkspaceState, message: Message, options: WireOptions): Json {
  if (message.files.length === 0) return {};
  const files = message.files.map((id) => {
    const file = state.files.get(id);
    return file ? wireFile(state, file, options.url) : { id, mode: 'tombstone' };
  });
  return { files, upload: false, display_as_bot: false };
}

function threadFields(state: WorkspaceState, message: Message): Json {
  if (message.threadTs === undefined) return {};
  const root = messageAt(state, message.channel, message.threadTs);
  return {
    thread_ts: message.threadTs,
    ...(isReply(message) && root ? { parent_user_id: root.user } : {}),
    ...(message.subtype === 'thread_broadcast' && root
      ? { root: { type: 'message', user: root.user, text: root.text, ts: root.ts, thread_ts: root.ts } }
      : {}),
  };
}

function summaryFields(state: WorkspaceState, message: Message): Json {
  const replies = replySummary(state, message);
  return {
    ...(replies.count > 0
      ? {
          reply_count: replies.count,
          reply_users_count: replies.users.length,
          latest_reply: replies.latest,
          reply_users: replies.users,
          is_locked: false,
          subscribed: message.user === state.team.botUserId,
        }
      : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map(({ name, users }) => ({ name, users, count: users.length })) }
      : {}),
  };
}
