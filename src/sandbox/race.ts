/** What may end a run from outside: a person's stop, the time limit, the flood. The first one counts. */
import type { Clock } from '../ports.ts';

export type Cause = 'stopped' | 'timedOut' | 'flooded';

export interface Race {
  /** Pending until there is a cause; for ever if there is none. */
  readonly cause: Promise<Cause>;
  flood(): void;
  /** Lets go of the clock and the signal. */
  stop(): void;
}

export function createRace(timeoutMs: number, clock: Clock, signal: AbortSignal): Race {
  let decide: (cause: Cause) => void = () => {};
  const cause = new Promise<Cause>((resolve) => {
    decide = resolve;
  });
  const onAbort = () => decide('stopped');
  const cancel = clock.after(timeoutMs, () => decide('timedOut'));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    cause,
    flood: () => decide('flooded'),
    stop() {
      cancel();
      signal.removeEventListener('abort', onAbort);
    },
  };
}
