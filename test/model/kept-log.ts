/** A log that keeps its lines, so that a test can look for what must not be in them. */
import type { Log } from '../../src/log.ts';

export interface KeptLog extends Log {
  readonly lines: readonly string[];
}

export function keptLog(): KeptLog {
  const lines: string[] = [];
  const keep = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const log: KeptLog = { lines, debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}
