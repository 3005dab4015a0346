/** Reading a thread once, for a mention in the middle of it. */
import type { WebClient } from '@slack/web-api';
import type { Log } from '../log.ts';
import type { Replies } from '../ports.ts';
import type { Cooling } from './cooling.ts';
import { namesIn, quoteThread } from './inbound-context.ts';
import type { People } from './people.ts';
import { slackFailure } from './slack-errors.ts';
import { threadPages } from './thread-pages.ts';

const UNREAD = 'I could not read what was written in this thread before, so I only know your message.';

export function createContext(
  client: WebClient,
  cooling: Cooling,
  botUserId: string,
  people: Pick<People, 'remember'>,
  log: Log,
): Replies['context'] {
  return async ({ channel, threadTs }, beforeTs, signal) => {
    if (threadTs === null) return { ok: true, text: '', files: [] };
    try {
      const root = { channel, ts: threadTs };
      const messages = await threadPages(client, cooling, root, { latest: beforeTs }, signal);
      for (const [id, name] of namesIn(messages)) people.remember(id, name);
      const quoted = quoteThread(messages, beforeTs, botUserId);
      return { ok: true, text: quoted?.text ?? '', files: quoted?.files ?? [] };
    } catch (error) {
      log.warn({ channel, code: slackFailure(error).code }, 'a thread could not be read');
      return { ok: false, message: UNREAD };
    }
  };
}
