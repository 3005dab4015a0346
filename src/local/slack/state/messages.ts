/** Writing, editing and deleting messages. Who may do it was decided before. */
import type { Block } from '../protocol.ts';
import { isReply, messageAt, repliesTo } from './queries.ts';
import type { Message, MessageMetadata } from './records.ts';
import type { Workspace } from './workspace.ts';

export interface Draft {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly botId?: string;
  /** A root's ts; checked by the caller. */
  readonly threadTs?: string;
  readonly broadcast?: boolean;
  readonly attachments?: readonly unknown[];
  readonly files?: readonly string[];
  readonly metadata?: MessageMetadata;
  readonly clientMsgId?: string;
  readonly subtype?: string;
  readonly inviter?: string;
}

/** Slack's own user, whose name deleted roots bear. */
export const SLACKBOT = 'USLACKBOT';

export function postMessage(workspace: Workspace, draft: Draft): Message {
  const { broadcast, files, ...rest } = draft;
  const subtype = draft.subtype ?? subtypeOf(broadcast === true && draft.threadTs !== undefined, files ?? []);
  const message: Message = {
    ...rest,
    ts: workspace.nextTs(draft.channel),
    files: files ?? [],
    reactions: [],
    revision: 0,
    changedAt: workspace.clock.now(),
    ...(subtype === undefined ? {} : { subtype }),
  };
  const root = draft.threadTs === undefined ? undefined : messageAt(workspace.state, draft.channel, draft.threadTs);
  workspace.commit({ put: 'message', value: message });
  shareFiles(workspace, message);
  if (root && root.threadTs === undefined) {
    workspace.commit({ put: 'message', value: { ...root, threadTs: root.ts } });
  }
  workspace.tell({ type: 'posted', message });
  if (root) touch(workspace, root.channel, root.ts);
  return message;
}

function subtypeOf(broadcast: boolean, files: readonly string[]): string | undefined {
  if (broadcast) return 'thread_broadcast';
  return files.length > 0 ? 'file_share' : undefined;
}

function shareFiles(workspace: Workspace, message: Message): void {
  for (const id of message.files) {
    const file = workspace.state.files.get(id);
    if (!file || file.shares.some((share) => share.channel === message.channel && share.ts === message.ts)) continue;
    const share = {
      channel: message.channel,
      ts: message.ts,
      ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
    };
    workspace.commit({ put: 'file', value: { ...file, shares: [...file.shares, share] } });
  }
}

export type Edit = Partial<Pick<Message, 'text' | 'blocks' | 'attachments' | 'files' | 'metadata'>> & {
  /** Set where Slack marks the message "(edited)". */
  readonly editedBy?: string;
};

export function editMessage(workspace: Workspace, previous: Message, edit: Edit): Message {
  const { editedBy, ...content } = edit;
  const message: Message = {
    ...previous,
    ...content,
    revision: previous.revision + 1,
    changedAt: workspace.clock.now(),
    ...(editedBy === undefined ? {} : { edited: { user: editedBy, ts: workspace.nextTs(previous.channel) } }),
  };
  workspace.commit({ put: 'message', value: message });
  shareFiles(workspace, message);
  workspace.tell({ type: 'changed', message, previous });
  return message;
}

/** A root with replies stays as a tombstone, as in Slack; anything else goes. */
export function deleteMessage(workspace: Workspace, message: Message): void {
  const { state } = workspace;
  if (repliesTo(state, message.channel, message.ts).length > 0) {
    const { botId: _botId, edited: _edited, metadata: _metadata, clientMsgId: _id, attachments: _a, ...rest } = message;
    const tombstone: Message = {
      ...rest,
      user: SLACKBOT,
      subtype: 'tombstone',
      text: 'This message was deleted.',
      blocks: [],
      files: [],
      reactions: [],
      revision: message.revision + 1,
      changedAt: workspace.clock.now(),
    };
    workspace.commit({ put: 'message', value: tombstone });
    workspace.tell({ type: 'changed', message: tombstone, previous: message });
    return;
  }
  workspace.commit({ remove: 'message', channel: message.channel, ts: message.ts });
  workspace.tell({ type: 'deleted', message });
  if (isReply(message) && message.threadTs !== undefined) settleRoot(workspace, message.channel, message.threadTs);
}

/** After a reply went: a root without replies is no thread any more, and a tombstone without replies goes too. */
function settleRoot(workspace: Workspace, channel: string, ts: string): void {
  const root = messageAt(workspace.state, channel, ts);
  if (!root) return;
  if (repliesTo(workspace.state, channel, ts).length > 0) {
    touch(workspace, channel, ts);
  } else if (root.subtype === 'tombstone') {
    workspace.commit({ remove: 'message', channel, ts });
    workspace.tell({ type: 'deleted', message: root });
  } else {
    const { threadTs: _threadTs, ...plain } = root;
    workspace.commit({ put: 'message', value: plain });
    touch(workspace, channel, ts);
  }
}

function touch(workspace: Workspace, channel: string, ts: string): void {
  const message = messageAt(workspace.state, channel, ts);
  if (message) workspace.tell({ type: 'touched', message });
}

/** Adds or takes back one person's reaction. False where there was nothing to do. */
export function react(workspace: Workspace, message: Message, user: string, name: string, add: boolean): boolean {
  const current = message.reactions.find((reaction) => reaction.name === name)?.users ?? [];
  if (current.includes(user) === add) return false;
  const users = add ? [...current, user] : current.filter((id) => id !== user);
  const known = message.reactions.some((reaction) => reaction.name === name);
  const changed = known
    ? message.reactions.map((reaction) => (reaction.name === name ? { name, users } : reaction))
    : [...message.reactions, { name, users }];
  const next = { ...message, reactions: changed.filter((reaction) => reaction.users.length > 0) };
  workspace.commit({ put: 'message', value: next });
  workspace.tell({ type: add ? 'reacted' : 'unreacted', message: next, user, name });
  return true;
}
