/** Reading a thread once, for a mention in the middle of it. */
import type { WebClient } from '@slack/web-api';
import type { Log } from '../log.ts';
import type { Replies } from '../ports.ts';
import type { Cooling } from './cooling.ts';
import { namesIn, quoteThread } from './inbound-context.ts';
import { type Json, objects, text } from './inbound-json.ts';
import type { People } from './people.ts';
import { slackFailure } from './slack-errors.ts';

const PAGE = 200;
/** A thread longer than this is read from its beginning only so far. */
const PAGES = 5;

const UNREAD = 'I could not read what was written in this thread before, so I only know your message.';

export function createContext(
  client: WebClient,
  cooling: Cooling,
  botUserId: string,
  people: Pick<People, 'remember'>,
  log: Log,
): Replies['context'] {
  async function read(channel: string, ts: string, latest: string, signal: AbortSignal): Promise<readonly Json[]> {
    const messages: Json[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES && !signal.aborted; page += 1) {
      const range = { channel, ts, latest, inclusive: false, limit: PAGE, ...(cursor && { cursor }) };
      const method = 'conversations.replies';
      const answer = await cooling.call(method, () => client.conversations.replies(range), signal);
      messages.push(...objects(answer.messages));
      cursor = text(answer.response_metadata?.next_cursor);
      if (!cursor) break;
    }
    return messages;
  }

  return async ({ channel, threadTs }, beforeTs, signal) => {
    if (threadTs === null) return { ok: true, text: '', files: [] };
    try {
      const messages = await read(channel, threadTs, beforeTs, signal);
      for (const [id, name] of namesIn(messages)) people.remember(id, name);
      const quoted = quoteThread(messages, beforeTs, botUserId);
      return { ok: true, text: quoted?.text ?? '', files: quoted?.files ?? [] };
    } catch (error) {
      log.warn({ channel, code: slackFailure(error).code }, 'a thread could not be read');
      return { ok: false, message: UNREAD };
    }
  };
}
