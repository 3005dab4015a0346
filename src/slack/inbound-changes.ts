/** Messages that were edited or deleted, as Slack tells of them. Most of what comes this way is our own editing. */
import { type Json, object, objects, text } from './inbound-json.ts';

export interface MessageChange {
  readonly channel: string;
  readonly user: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  /** The message as it stands now; undefined when it was deleted. */
  readonly now: Json | undefined;
}

const CHANGES = new Set<unknown>(['message_changed', 'message_deleted']);

export function isChange(event: Json): boolean {
  return event['type'] === 'message' && CHANGES.has(event['subtype']);
}

/** What happened to a person's message; or why it concerns nobody. */
export function readChange(event: Json, botUserId: string): MessageChange | string {
  const [now, before] = [object(event['message']), object(event['previous_message'])];
  // First, and cheap: every edit of our own comes back this way.
  if (now['bot_id'] !== undefined || before['bot_id'] !== undefined) return 'a change by an app';
  if (now['user'] === botUserId || before['user'] === botUserId) return 'a change by an app';
  // A deleted message that has replies stays as a stone.
  const isGone = event['subtype'] === 'message_deleted' || now['subtype'] === 'tombstone';
  const channel = text(event['channel']);
  const ts = text(now['ts']) ?? text(event['deleted_ts']) ?? text(before['ts']);
  if (!channel || !ts) return 'incomplete';
  // Link previews and the like are changes too.
  if (!isGone && saysTheSame(now, before)) return 'the words are the same';
  const threadTs = text(now['thread_ts']) ?? text(before['thread_ts']);
  return {
    channel,
    user: text(before['user']) ?? text(now['user']) ?? 'USLACKBOT',
    ts,
    threadTs: threadTs === ts ? undefined : threadTs,
    now: isGone ? undefined : now,
  };
}

function saysTheSame(now: Json, before: Json): boolean {
  const files = (message: Json) => objects(message['files']).map(({ id, mode }) => `${id}:${mode}`);
  return now['text'] === before['text'] && files(now).join() === files(before).join();
}
