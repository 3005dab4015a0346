/**
 * Threads whose mention has come and may not have become a turn yet. What comes in together is taken side by side, so a
 * reply may be judged before its thread's mention is written down; without this it would be nobody's. For a moment only,
 * and only in this process: the next one finds the mention, and what followed it, by itself.
 */
import type { Clock } from '../clock.ts';
import type { Request } from '../conversation/events.ts';

export interface Arriving {
  /** What was asked just now. */
  note(request: Request): void;
  has(channel: string, threadTs: string): boolean;
}

/** Far longer than a mention takes to be written down. */
const MOMENT_MS = 10_000;

export function createArriving(clock: Clock): Arriving {
  /** By when they came, the oldest first. */
  const cameMs = new Map<string, number>();
  const keyOf = (channel: string, threadTs: string) => `${channel}:${threadTs}`;

  return {
    note(request) {
      const now = clock.now();
      for (const [key, at] of cameMs) if (Math.abs(now - at) > MOMENT_MS) cameMs.delete(key);
      const threadTs = request.kind === 'task' && request.source === 'mention' ? request.thread?.threadTs : undefined;
      if (threadTs) cameMs.set(keyOf(request.channel, threadTs), now);
    },
    has(channel, threadTs) {
      const at = cameMs.get(keyOf(channel, threadTs));
      return at !== undefined && Math.abs(clock.now() - at) <= MOMENT_MS;
    },
  };
}
