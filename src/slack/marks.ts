/** Reactions of ours on people's messages: a sign, never a condition. What fails is given up. */
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Replies } from '../ports.ts';
import { slackFailure } from './slack-errors.ts';

const ATTEMPTS = 3;
const PAUSE_MS = 1_000;
/** It is as it should be, or there is no message to mark. */
const SETTLED = new Set(['already_reacted', 'no_reaction', 'message_not_found']);

export function createMark(client: WebClient, clock: Clock, log: Log): Replies['mark'] {
  return async (channel, ts, name, on) => {
    const item = { channel, timestamp: ts, name };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        await (on ? client.reactions.add(item) : client.reactions.remove(item));
        return;
      } catch (error) {
        const failure = slackFailure(error);
        if (failure.kind === 'refused') {
          if (!SETTLED.has(failure.code))
            log.info({ channel, name, on, code: failure.code }, 'a message was not marked');
          return;
        }
        if (attempt < ATTEMPTS) await pause(clock, failure.kind === 'limited' ? failure.retryAfterMs : PAUSE_MS);
      }
    }
    log.info({ channel, name, on }, 'a message was not marked in time');
  };
}
