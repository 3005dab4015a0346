/** The workspace as the page sees it. Pure. */
import type { PageChannel, PageFile, PageMessage, PagePerson } from '../protocol.ts';
import { botIsMember, replySummary } from '../state/queries.ts';
import type { Channel, Message, Person, StoredFile, WorkspaceState } from '../state/records.ts';

export function pagePerson(person: Person): PagePerson {
  return { ...person };
}

export function pageChannel(state: WorkspaceState, channel: Channel): PageChannel {
  const { id, name, kind, topic, members, isArchived } = channel;
  return { id, name, kind, topic, members, isArchived, botIsMember: botIsMember(state, channel) };
}

export function pageFile(file: StoredFile): PageFile {
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    sizeBytes: file.size,
    url: `/page/file/${file.id}/${encodeURIComponent(file.name)}`,
    altText: file.altText,
    ...(file.width === undefined ? {} : { width: file.width }),
    ...(file.height === undefined ? {} : { height: file.height }),
    ...(file.preview === undefined ? {} : { preview: file.preview }),
  };
}

export function pageMessage(state: WorkspaceState, message: Message, ephemeralFor?: string): PageMessage {
  const replies = replySummary(state, message);
  const files = message.files.map((id) => state.files.get(id)).filter((file) => file !== undefined);
  return {
    channel: message.channel,
    ts: message.ts,
    ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
    user: message.user,
    isBot: message.botId !== undefined,
    text: message.text,
    blocks: message.blocks,
    files: files.map(pageFile),
    reactions: message.reactions,
    ...(message.edited ? { editedTs: message.edited.ts } : {}),
    revision: message.revision,
    ...(message.subtype === undefined ? {} : { subtype: message.subtype }),
    ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
    replyCount: replies.count,
    replyUsers: replies.users,
    ...(replies.latest === undefined ? {} : { latestReply: replies.latest }),
  };
}
