/** What only one person sees. Slack keeps no such message, so it cannot be looked for: rather twice than never. */
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { ThreadRef } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Cooling } from './cooling.ts';
import type { Content } from './post.ts';
import type { ResponseUrls } from './response-urls.ts';
import { slackFailure } from './slack-errors.ts';

/** Shows something to one person; in the channel where `thread` is null. Never rejects. */
export type Whisper = (channel: string, user: string, thread: ThreadRef | null, content: Content) => Promise<void>;

export interface WhisperOptions {
  readonly client: WebClient;
  readonly responseUrls: ResponseUrls;
  readonly cooling: Cooling;
  readonly clock: Clock;
  readonly log: Log;
}

const ATTEMPTS = 3;
const PAUSE_MS = 1_000;

export function createWhisper({ client, responseUrls, cooling, clock, log }: WhisperOptions): Whisper {
  return async (channel, user, thread, content) => {
    const { text } = content;
    const blocks = [...content.blocks];
    // What answers a command goes the way the command gave us: it works where we are no member.
    if (!thread && (await responseUrls.respond(channel, user, { text, ...(blocks.length > 0 && { blocks }) }))) return;
    const threadTs = thread?.threadTs;
    const args = { channel, user, text, blocks, ...(threadTs && { thread_ts: threadTs }) };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        await cooling.call('chat.postEphemeral', () => client.chat.postEphemeral(args));
        return;
      } catch (error) {
        const failure = slackFailure(error);
        log.warn({ channel, code: failure.code, attempt }, 'a private answer could not be shown');
        if (failure.kind === 'refused') return;
        if (attempt < ATTEMPTS) await pause(clock, PAUSE_MS);
      }
    }
  };
}
