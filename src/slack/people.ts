/**
 * People's names beside their ids, for the model: `@U0123ABC` becomes `@Ada (U0123ABC)`. Reading a name takes the scope
 * users:read, which a workspace may withhold: refused once, it is not asked for again, and ids stay what they are.
 */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { object, text } from './inbound-json.ts';
import { isTokenRefused, slackFailure } from './slack-errors.ts';

/** As a message for the model holds a person without a name. */
const PERSON = /(?<![\w.])@([UW][A-Z0-9]{2,20})\b/g;
/** Of one text: a thread that is quoted has at most 50 messages. */
const MOST_LOOKUPS = 50;
/** users.info is Tier 4, 100 and more a minute for the workspace; a burst is not to take all of it. */
const AT_ONCE = 5;
const REMEMBERED = 1_000;
/** People change their names now and then. */
const LIFETIME_MS = 60 * 60_000;
const NAME_CHARS = 40;

export interface People {
  /** What a message said somebody is called. */
  remember(id: string, name: string): void;
  /** The text with each person's name before the id, where Slack tells it. Never rejects. */
  named(text: string, signal: AbortSignal): Promise<string>;
}

/** A name is somebody's own text: one short line without what would end or imitate a mention. */
export function cleanName(name: string | undefined): string | undefined {
  const line = (name ?? '')
    .replace(/[\p{Cc}\p{Cf}()@<>:]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line === '' ? undefined : [...line].slice(0, NAME_CHARS).join('').trim();
}

export function createPeople(client: WebClient, clock: Clock, log: Log): People {
  /** null: Slack knows no name. */
  const known = new Map<string, { readonly name: string | null; readonly until: number }>();
  let isRefused = false;

  const keep = (id: string, name: string | null): void => {
    known.delete(id);
    known.set(id, { name, until: clock.now() + LIFETIME_MS });
    const oldest = known.keys().next().value;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  };
  const nameOf = (id: string): string | null | undefined => {
    const entry = known.get(id);
    return entry && entry.until > clock.now() ? entry.name : undefined;
  };

  /** False where asking for more is of no use now. */
  const lookUp = async (id: string): Promise<boolean> => {
    try {
      const user = object((await client.users.info({ user: id })).user);
      const profile = object(user['profile']);
      const names = [profile['display_name'], profile['real_name'], user['real_name'], user['name']];
      keep(id, names.map((name) => cleanName(text(name))).find((name) => name !== undefined) ?? null);
      return true;
    } catch (error) {
      const failure = slackFailure(error);
      isRefused ||= isTokenRefused(failure);
      log.info({ code: failure.code }, "a person's name could not be read");
      if (failure.kind === 'refused') keep(id, null);
      return failure.kind === 'refused' && !isRefused;
    }
  };

  return {
    remember: (id, name) => {
      const clean = cleanName(name);
      if (clean !== undefined) keep(id, clean);
    },

    async named(said, signal) {
      const ids = new Set(Array.from(said.matchAll(PERSON), ([, id = '']) => id));
      const unknown = [...ids].filter((id) => nameOf(id) === undefined).slice(0, MOST_LOOKUPS);
      const work = async (): Promise<void> => {
        for (let id = unknown.shift(); id !== undefined && !isRefused && !signal.aborted; id = unknown.shift()) {
          if (!(await lookUp(id))) unknown.length = 0;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return said.replace(PERSON, (mention, id: string) => {
        const name = nameOf(id);
        return name ? `@${name} (${id})` : mention;
      });
    },
  };
}
