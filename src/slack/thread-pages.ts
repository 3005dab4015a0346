/** Reading a part of a thread. */
import type { WebClient } from '@slack/web-api';
import type { Cooling } from './cooling.ts';
import { type Json, objects, text } from './inbound-json.ts';

const PAGE = 200;
/** A part longer than this is read from its beginning only so far. */
const PAGES = 5;

export type Part =
  /** What stands before that ts. */
  | { readonly latest: string }
  /** What stands after that ts. */
  | { readonly oldest: string };

/**
 * Messages of the thread with that root, oldest first; Slack gives the root besides, whatever the part. Waits while Slack
 * limits the method. Rejects as the call does; ends early, with what it has, when the signal aborts.
 */
export async function threadPages(
  client: WebClient,
  cooling: Cooling,
  root: { readonly channel: string; readonly ts: string },
  part: Part,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const messages: Json[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES && !signal.aborted; page += 1) {
    const range = { ...root, ...part, inclusive: false, limit: PAGE, ...(cursor && { cursor }) };
    const answer = await cooling.call('conversations.replies', () => client.conversations.replies(range), signal);
    messages.push(...objects(answer.messages));
    cursor = text(answer.response_metadata?.next_cursor);
    if (!cursor) break;
  }
  return messages;
}
