/** A log that keeps its lines for assertions and prints nothing. */
import type { Log } from '../../src/log.ts';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly fields: object;
  readonly message: string;
}

export interface QuietLog extends Log {
  readonly lines: LogLine[];
}

export function quietLog(lines: LogLine[] = [], base: object = {}): QuietLog {
  const at = (level: LogLine['level']) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...base, ...fields }, message });
  };
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => quietLog(lines, { ...base, ...fields }),
  };
}
