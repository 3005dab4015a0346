/** Cursors and time windows. Pure. */

import type { Message } from '../state/records.ts';
import { compareTs, microsOf } from '../state/timestamps.ts';
import { type Answer, refuse } from './answer.ts';
import type { Args } from './args.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Empty on the last page. */
  readonly next: string;
}

/** The part of `all` that `cursor` and `limit` ask for. */
export function pageOf<T>(all: readonly T[], args: Args, limits: { fallback: number; max: number }): Page<T> | Answer {
  const limit = args.has('limit') ? args.number('limit') : limits.fallback;
  if (limit === undefined || limit < 1) return refuse('invalid_limit');
  let start = 0;
  if (args.has('cursor')) {
    const match = /^next:(\d+)$/.exec(Buffer.from(args.text('cursor'), 'base64').toString('utf8'));
    if (!match) return refuse('invalid_cursor');
    start = Number(match[1]);
  }
  const end = start + Math.min(limit, limits.max);
  const next = end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), next };
}

/** Messages later than `oldest` and earlier than `latest`; those two themselves with `inclusive`. */
export function within(messages: readonly Message[], args: Args): readonly Message[] {
  const oldest = bound(args.text('oldest'));
  const latest = bound(args.text('latest'));
  const inclusive = args.flag('inclusive');
  return messages.filter(({ ts }) => {
    const afterOldest = oldest === undefined || compareTs(ts, oldest) > 0 || (inclusive && ts === oldest);
    const beforeLatest = latest === undefined || compareTs(ts, latest) < 0 || (inclusive && ts === latest);
    return afterOldest && beforeLatest;
  });
}

/** A ts, also where it came as whole seconds. */
function bound(text: string): string | undefined {
  if (microsOf(text) !== undefined) return text;
  const seconds = Number(text);
  return text !== '' && seconds > 0 ? `${Math.floor(seconds)}.000000` : undefined;
}
