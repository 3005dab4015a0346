/** Reading what followed a message in its thread, for a mention that is taken up late. */
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Cooling } from './cooling.ts';
import { type Json, text } from './inbound-json.ts';
import { slackFailure } from './slack-errors.ts';
import { threadPages } from './thread-pages.ts';

export interface Place {
  readonly channel: string;
  readonly threadTs: string;
  readonly ts: string;
}

export type After =
  /** Oldest first, as Slack gives them; of a very long part only its beginning. */
  | { readonly ok: true; readonly messages: readonly Json[] }
  /** `isFinal`: Slack will not tell it later either. */
  | { readonly ok: false; readonly isFinal: boolean };

/** The messages after `ts` in that thread. Never rejects. */
export type ReadAfter = (place: Place) => Promise<After>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

/** `closing` ends what is being read, and what waits to be. */
export function createReadAfter(
  client: WebClient,
  cooling: Cooling,
  clock: Clock,
  log: Log,
  closing: AbortSignal,
): ReadAfter {
  return async ({ channel, threadTs, ts }) => {
    for (let attempt = 1; attempt <= ATTEMPTS && !closing.aborted; attempt += 1) {
      try {
        const messages = await threadPages(client, cooling, { channel, ts: threadTs }, { oldest: ts }, closing);
        if (!closing.aborted) return { ok: true, messages: messages.filter((message) => isAfter(message, ts)) };
      } catch (error) {
        const failure = slackFailure(error);
        log.warn({ channel, code: failure.code, attempt }, 'what followed a late mention could not be read');
        if (failure.kind === 'refused') return { ok: false, isFinal: true };
        if (attempt < ATTEMPTS) await pause(clock, FIRST_PAUSE_MS * 2 ** (attempt - 1), closing);
      }
    }
    return { ok: false, isFinal: false };
  };
}

/** Slack's timestamps have one length, so that they compare as texts. */
function isAfter(message: Json, ts: string): boolean {
  return (text(message['ts']) ?? '') > ts;
}
