/** Waiting with a limit, on the clock that was passed in. */
import type { Clock } from '../ports.ts';

/** How long a step of stopping a run may take before the next, harder one. */
export const STEP_MS = 3_000;

/** What `within` answers when the time is over first. */
export const TOO_LATE = Symbol('too late');

/** The value of `work`, or TOO_LATE after `limitMs`; `work` itself goes on. Rejects as `work` does. */
export function within<T>(clock: Clock, limitMs: number, work: Promise<T>): Promise<T | typeof TOO_LATE> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(limitMs, () => resolve(TOO_LATE));
    work.then(resolve, reject).finally(cancel);
  });
}

/** What `unlessAborted` answers when the signal was first. */
export const ABORTED = Symbol('aborted');

/** The value of `work`, or ABORTED as soon as the signal fires; `work` itself goes on. Rejects as `work` does. */
export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T | typeof ABORTED> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(ABORTED);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** One at a time, in order. `enter` resolves with the function that lets the next one in. */
export interface Queue {
  enter(): Promise<() => void>;
}

export function createQueue(): Queue {
  let last: Promise<void> = Promise.resolve();
  return {
    async enter() {
      const before = last;
      let leave = () => {};
      last = new Promise((resolve) => {
        leave = resolve;
      });
      await before;
      return leave;
    },
  };
}
