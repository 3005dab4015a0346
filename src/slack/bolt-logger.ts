/** Bolt's and the SDK's log lines → ours, without what people wrote and without secrets. */
import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../log.ts';

const SECRETS = /\b(xox[a-z]-|xapp-)[\w-]+|\b(wss?|https?):\/\/\S+/g;
const MAX_CHARS = 300;

function line(parts: readonly unknown[]): string {
  const words = parts.map((part) => {
    if (part instanceof Error) return `${part.name}: ${part.message}`;
    // Objects here are bodies and headers: not for a log.
    return typeof part === 'object' ? '' : String(part);
  });
  return words.filter(Boolean).join(' ').replace(SECRETS, '[…]').slice(0, MAX_CHARS);
}

/** Debug lines are dropped: they hold whole messages. */
export function boltLogger(log: Log): Logger {
  const fields = { from: 'slack-sdk' };
  return {
    debug: () => {},
    info: (...parts: unknown[]) => log.debug(fields, line(parts)),
    warn: (...parts: unknown[]) => log.warn(fields, line(parts)),
    error: (...parts: unknown[]) => log.error(fields, line(parts)),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
