/** A message that a task came from, read again: its words may have been edited since. */
import type { WebClient } from '@slack/web-api';
import type { Log } from '../log.ts';
import type { Replies } from '../ports.ts';
import { askedNow } from './inbound.ts';
import { messageAt } from './message-at.ts';
import { slackFailure } from './slack-errors.ts';

const NOTHING_NOW = 'There is no task in that message any more, so I have started nothing.';
const UNREAD = 'I could not read that message, so I have started nothing. Try it again in a minute, or write it anew.';

export function createReread(client: WebClient, botUserId: string, log: Log): Replies['reread'] {
  return async (thread, messageTs) => {
    try {
      const message = await messageAt(client, thread, messageTs);
      const now = message && askedNow(message, thread, { botUserId, teamId: thread.team });
      return now?.kind === 'task'
        ? { ok: true, task: now.task, files: now.files }
        : { ok: false, message: NOTHING_NOW };
    } catch (error) {
      log.warn({ channel: thread.channel, code: slackFailure(error).code }, 'a message could not be read again');
      return { ok: false, message: UNREAD };
    }
  };
}
