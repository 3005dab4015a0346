/**
 * The addresses Slack gives with a slash command. Through them its sender can be answered even where the bot is no
 * member. Each is good for 30 minutes and five answers (Slack's numbers); we keep the newest of each person and channel.
 */
import type { Clock } from '../clock.ts';

const LIFETIME_MS = 30 * 60_000;
const USES = 5;
const REMEMBERED = 500;
const TIMEOUT_MS = 10_000;

export interface ResponseUrls {
  remember(channel: string, user: string, url: string): void;
  /** Shows something to that person only. False when there is no address for it, or it did not work. */
  respond(channel: string, user: string, message: object): Promise<boolean>;
}

export function createResponseUrls(clock: Clock): ResponseUrls {
  const known = new Map<string, { readonly url: string; readonly until: number; uses: number }>();
  const keyOf = (channel: string, user: string) => `${channel}/${user}`;
  return {
    remember(channel, user, url) {
      const key = keyOf(channel, user);
      known.delete(key);
      known.set(key, { url, until: clock.now() + LIFETIME_MS, uses: USES });
      const oldest = known.keys().next().value;
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    },

    async respond(channel, user, message) {
      const entry = known.get(keyOf(channel, user));
      if (!entry || entry.uses === 0 || entry.until <= clock.now()) return false;
      entry.uses -= 1;
      try {
        const response = await fetch(entry.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...message }),
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await response.body?.cancel();
        return response.status === 200;
      } catch {
        return false;
      }
    },
  };
}
