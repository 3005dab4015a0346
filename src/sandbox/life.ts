/** A sandbox ends at its time whether it is used or not: while somebody needs it, its life is prolonged. */
import { SandboxNotFoundError, type Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';

export interface LifeOptions {
  readonly sdk: SdkSandbox;
  /** Given with each prolongation. */
  readonly lifeMs: number;
  /** Epoch milliseconds, as it is now. */
  readonly endsAtMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProlonged: (endsAtMs: number) => void;
  readonly onGone: () => void;
}

export interface Life {
  readonly endsAtMs: number;
  /** Nobody needs it any more. Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** When this part of its life is left, it is prolonged: a service that does not answer has the rest to come back. */
const PROLONGED_AT = 1 / 2;
const RETRY_MS = 15_000;

/** Begins at once and goes on until it is stopped, or the sandbox is gone. */
export function keepAlive({ sdk, lifeMs, clock, log, onProlonged, onGone, ...first }: LifeOptions): Life {
  let { endsAtMs } = first;
  let cancel = () => {};
  let isOver = false;
  let underWay: Promise<void> = Promise.resolve();

  const prolong = async (): Promise<void> => {
    const asked = clock.now();
    try {
      await sdk.setTimeout(lifeMs);
      endsAtMs = asked + lifeMs;
      onProlonged(endsAtMs);
    } catch (error) {
      if (error instanceof SandboxNotFoundError) {
        isOver = true;
        return onGone();
      }
      log.warn({ sandbox: sdk.sandboxId, err: error }, 'the life of the sandbox could not be prolonged');
      return wait(RETRY_MS);
    }
    wait(endsAtMs - clock.now() - lifeMs * PROLONGED_AT);
  };
  const wait = (delayMs: number): void => {
    if (isOver) return;
    cancel = clock.after(Math.max(0, delayMs), () => {
      underWay = prolong();
    });
  };

  wait(endsAtMs - clock.now() - lifeMs * PROLONGED_AT);
  return {
    get endsAtMs() {
      return endsAtMs;
    },
    stop() {
      isOver = true;
      cancel();
      return underWay;
    },
  };
}
