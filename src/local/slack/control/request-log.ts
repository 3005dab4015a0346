/** What the app called, for those who check it. Tokens are never kept. */
import type { Json } from '../json.ts';

export interface LoggedRequest {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly method: string;
  readonly args: Json;
  /** HTTP status; 0 where the connection was cut. */
  status: number;
  answer: unknown;
  /** Milliseconds it took. */
  took: number;
}

/** An answer without the messages and files it repeats: they are kept elsewhere, and would be kept here for every edit. */
export function briefly(answer: object | undefined): object | undefined {
  if (!answer) return undefined;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !REPEATED.has(name)));
}

const REPEATED = new Set(['message', 'messages', 'file', 'files', 'channels', 'members', 'view']);

export interface RequestLog {
  start(method: string, args: Json, at: number): LoggedRequest;
  all(): readonly LoggedRequest[];
}

const REMEMBERED = 3000;

export function createRequestLog(): RequestLog {
  const entries: LoggedRequest[] = [];
  return {
    start: (method, { token: _token, ...args }, at) => {
      const entry: LoggedRequest = { at, method, args, status: 0, answer: undefined, took: 0 };
      entries.push(entry);
      if (entries.length > REMEMBERED) entries.shift();
      return entry;
    },
    all: () => entries,
  };
}
