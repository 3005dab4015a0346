/** Methods that Slack limits: whoever calls one waits until it may be called again, and nobody else does. */
import { type Clock, pause } from '../clock.ts';
import { slackFailure } from './slack-errors.ts';

export interface Cooling {
  /**
   * Calls when the method is not limited, and again after each limit: a call that was limited was not made. Rejects as the
   * call does; with the limit itself once they have been waited out for `patienceMs`.
   */
  call<T>(method: string, call: () => Promise<T>): Promise<T>;
}

export function createCooling(clock: Clock, patienceMs: number): Cooling {
  const until = new Map<string, number>();
  return {
    async call(method, call) {
      const begunAt = clock.now();
      for (;;) {
        const wait = (until.get(method) ?? 0) - clock.now();
        // Where the clock was set back, nothing is waited for longer than it may be.
        if (wait > 0) await pause(clock, Math.min(wait, patienceMs));
        try {
          return await call();
        } catch (error) {
          const failure = slackFailure(error);
          if (failure.kind !== 'limited' || clock.now() - begunAt >= patienceMs) throw error;
          until.set(method, clock.now() + failure.retryAfterMs);
        }
      }
    },
  };
}
