/** Methods that Slack limits: whoever calls one waits until it may be called again, and nobody else does. */
import { type Clock, pause } from '../clock.ts';
import { slackFailure } from './slack-errors.ts';

export interface Cooling {
  /**
   * Calls when the method is not limited, and again after each limit: a call that was limited was not made. Rejects as the
   * call does; with the limit itself once limits have been waited out for ten minutes, or the signal aborts.
   */
  call<T>(method: string, call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

const PATIENCE_MS = 10 * 60_000;

export function createCooling(clock: Clock): Cooling {
  const until = new Map<string, number>();
  return {
    async call(method, call, signal) {
      const begunAt = clock.now();
      for (;;) {
        const wait = (until.get(method) ?? 0) - clock.now();
        // Where the clock was set back, nothing is waited for longer than it may be.
        if (wait > 0) await pause(clock, Math.min(wait, PATIENCE_MS), signal);
        try {
          return await call();
        } catch (error) {
          const failure = slackFailure(error);
          if (failure.kind !== 'limited' || signal?.aborted || clock.now() - begunAt >= PATIENCE_MS) throw error;
          until.set(method, clock.now() + failure.retryAfterMs);
        }
      }
    },
  };
}
