/** Waiting under a signal without leaving listeners on it, and who it was that aborted. */
import type { Clock } from '../clock.ts';

/** Who ended a turn before its time. */
export type StopCause =
  /** `endsSession`: the sandbox ends with the turn. */
  { readonly kind: 'person'; readonly user: string; readonly endsSession?: boolean } | { readonly kind: 'shutdown' };

/** The reason a turn's signal is aborted with. */
export class TurnStopped extends Error {
  readonly stop: StopCause;

  constructor(stop: StopCause) {
    super('the turn was stopped');
    this.name = 'TurnStopped';
    this.stop = stop;
  }
}

/** Who aborted this signal. */
export function stopCause(signal: AbortSignal): StopCause {
  const reason: unknown = signal.reason;
  return reason instanceof TurnStopped ? reason.stop : { kind: 'shutdown' };
}

export const ABORTED = Symbol('aborted');

/** The promise's value, or ABORTED as soon as the signal fires; what the promise does after that is ignored. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
  promise.catch(() => {
    // Whoever still waits sees the rejection below; after an abort nobody does.
  });
  if (signal.aborted) return ABORTED;
  let stopListening = (): void => {};
  const aborted = new Promise<typeof ABORTED>((resolve) => {
    const onAbort = (): void => resolve(ABORTED);
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stopListening();
  }
}

/** The promise's value, or undefined when it takes longer than `ms`, or than the signal lets it. */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T | undefined> {
  let cancel = (): void => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  try {
    const inTime = Promise.race([promise, late]);
    if (!signal) return await inTime;
    const value = await unlessAborted(inTime, signal);
    return value === ABORTED ? undefined : value;
  } finally {
    cancel();
  }
}

export interface LinkedAbort {
  readonly signal: AbortSignal;
  /** Aborts this signal only, and lets go of the other. */
  end(): void;
}

/** A signal that follows `signal` until it is ended by itself. */
export function linkedTo(signal: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const follow = (): void => controller.abort(signal.reason);
  if (signal.aborted) follow();
  else signal.addEventListener('abort', follow, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      signal.removeEventListener('abort', follow);
      controller.abort();
    },
  };
}
