/** Response URLs: an app may answer a gesture with one, five times within half an hour. */
import type { Clock } from '../clock.ts';
import { newSecret } from '../ids.ts';

const LIFETIME_MS = 30 * 60_000;
const USES = 5;
const REMEMBERED = 1000;

/** What an answer to the URL is about. */
export interface ResponseTarget {
  readonly channel: string;
  readonly user: string;
  /** The message whose button was pressed: what `replace_original` replaces. */
  readonly messageTs?: string;
  readonly threadTs?: string;
  /** The command as it was typed, shown with an answer `in_channel`. */
  readonly typed?: string;
}

export interface ResponseUrls {
  create(target: ResponseTarget): string;
  /** Counts one use. Undefined where the URL is unknown, expired or used up. */
  use(id: string): ResponseTarget | undefined;
}

export function createResponseUrls(clock: Clock, url: string): ResponseUrls {
  const known = new Map<string, { readonly target: ResponseTarget; readonly until: number; uses: number }>();
  return {
    create: (target) => {
      const id = newSecret();
      known.set(id, { target, until: clock.now() + LIFETIME_MS, uses: USES });
      const oldest = known.keys().next().value;
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return `${url}/respond/${id}`;
    },
    use: (id) => {
      const entry = known.get(id);
      if (!entry || entry.until < clock.now() || entry.uses === 0) return undefined;
      entry.uses -= 1;
      return entry.target;
    },
  };
}
