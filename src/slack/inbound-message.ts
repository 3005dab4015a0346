/** The message of an event: what a person wrote, and whether its words are for us at all. Pure. */
import type { InboundFile } from '../conversation/events.ts';
import { inboundFiles } from './inbound-files.ts';
import { type Json, object, text } from './inbound-json.ts';
import { fromRichText } from './inbound-rich-text.ts';
import { beginsWithOther, isOnlyEmoji, mentions, type Segment, words } from './inbound-segments.ts';
import { fromText } from './inbound-text.ts';

/** Who we are. */
export interface InboundIdentity {
  readonly botUserId: string;
  /** For payloads that name no workspace. */
  readonly teamId: string;
}

export interface Ignored {
  readonly kind: 'ignored';
  readonly reason: string;
}

export function ignored(reason: string): Ignored {
  return { kind: 'ignored', reason };
}

/** The subtypes of messages that people write; everything else is Slack, an app, or a change of an old message. */
const WRITTEN: ReadonlySet<unknown> = new Set([undefined, 'file_share', 'thread_broadcast']);

export interface Message {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  readonly isDirect: boolean;
  readonly mentioned: boolean;
  readonly segments: readonly Segment[];
  readonly files: readonly InboundFile[];
}

/** The message of an event, or why it is none that a person wrote. */
export function readMessage(body: Json, context: InboundIdentity): Message | Ignored {
  const event = object(body['event']);
  if (event['type'] !== 'message' && event['type'] !== 'app_mention') return ignored('no message');
  if (!WRITTEN.has(event['subtype']) || event['hidden'] === true) return ignored('not a new message of a person');
  const [channel, user, ts] = [text(event['channel']), text(event['user']), text(event['ts'])];
  if (!channel || !user || !ts) return ignored('incomplete');
  if (event['bot_id'] !== undefined || user === context.botUserId || user === 'USLACKBOT')
    return ignored('from an app');
  const plain = fromText(text(event['text']) ?? '');
  const segments = fromRichText(event['blocks']) ?? plain;
  const threadTs = text(event['thread_ts']);
  return {
    team: text(body['team_id']) ?? context.teamId,
    channel,
    user,
    ts,
    threadTs: threadTs === ts ? undefined : threadTs,
    isDirect: event['channel_type'] === 'im' || channel.startsWith('D'),
    // Neither form has a mention where it only stands inside code.
    mentioned: mentions(segments, context.botUserId) || mentions(plain, context.botUserId),
    segments,
    files: inboundFiles(event['files']),
  };
}

/** Why a message that does not mention us is no request, by its words alone; undefined when it may be one. */
export function saysNotForUs(message: Message, { botUserId }: InboundIdentity): string | undefined {
  const { segments, files, isDirect } = message;
  // Whoever is named first in a direct message does not read it.
  if (!isDirect && beginsWithOther(segments, botUserId)) return 'for somebody else';
  if (/^!aside\b/i.test(words(segments, botUserId))) return 'an aside';
  if (isOnlyEmoji(segments) && files.length === 0) return 'only emoji';
  return undefined;
}
