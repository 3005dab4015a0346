/** `assistant.threads.setStatus`: the scope chat:write is enough, and the app need be no assistant. */
import type { WebClient } from '@slack/web-api';
import type { Log } from '../log.ts';
import { slackFailure } from './slack-errors.ts';
import type { SetStatus } from './statuses.ts';

/** Refusals that speak of one thread; every other one speaks of the workspace or the app. */
const OF_THE_THREAD = new Set([
  'channel_not_found',
  'invalid_thread_ts',
  'is_archived',
  'message_not_found',
  'not_in_channel',
  'thread_not_found',
]);

export function createSetStatus(client: WebClient, log: Log): SetStatus {
  return async ({ channel, threadTs }, status) => {
    try {
      await client.assistant.threads.setStatus({ channel_id: channel, thread_ts: threadTs, status });
      return { kind: 'shown' };
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind === 'limited') return { kind: 'limited', retryAfterMs: failure.retryAfterMs };
      if (failure.kind === 'unclear') return { kind: 'unclear' };
      const where = OF_THE_THREAD.has(failure.code) ? 'thread' : 'workspace';
      if (where === 'workspace') log.info({ code: failure.code }, 'Slack shows no status here; edits alone show life');
      return { kind: 'refused', where };
    }
  };
}
