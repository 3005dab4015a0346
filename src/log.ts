/** The structured log, passed by value. Its fields carry one id from the Slack event to the sandbox run. */
import { type DestinationStream, pino } from 'pino';

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** The same log with more fields on every line. */
  child(fields: object): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Names that may hold a secret or a person's text; pino replaces their values at any of these depths. */
const REDACTED = ['token', 'apiKey', 'authorization', 'text', 'source', 'url', 'body'].flatMap((name) => [
  name,
  `*.${name}`,
  `*.*.${name}`,
]);

/** JSON lines to `destination` (standard output by default). */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = { level, base: null, redact: { paths: REDACTED, censor: '[redacted]' } };
  return destination ? pino(options, destination) : pino(options);
}
