/**
 * Spare sandboxes that run before anybody asks, so that the first run of a thread starts at once. They take places like
 * any other, are the first to go when places are short, and never keep anybody waiting.
 */
import type { Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { SandboxId } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import type { Capacity, Hold, Place } from './capacity.ts';
import { AFTER_INTERRUPT_MS, answers, findContext } from './kernel.ts';
import { keepAlive, type Life } from './life.ts';

export interface WarmPoolOptions {
  /** How many are kept ready. */
  readonly size: number;
  readonly capacity: Capacity;
  readonly create: () => Promise<SdkSandbox>;
  readonly kill: (id: SandboxId) => Promise<void>;
  readonly lifeMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface WarmSpare {
  readonly sdk: SdkSandbox;
  readonly hold: Hold;
  readonly endsAtMs: number;
}

export interface WarmPool {
  /** Makes what is missing, where there is room. Returns at once. */
  fill(): void;
  /** One that is ready, no longer a spare; undefined where there is none. */
  take(): WarmSpare | undefined;
  /** Whether it is one of ours, ready or about to be. */
  owns(id: SandboxId): boolean;
  /** Whether some are being made whose ids are not known yet. */
  readonly isFilling: boolean;
  /** Gives one up. Rejects where it could not be ended. */
  evict(id: SandboxId): Promise<void>;
  /** Ends them all. */
  stop(): Promise<void>;
}

interface Spare {
  readonly sdk: SdkSandbox;
  readonly life: Life;
}

const RETRY_MS = 60_000;

export function createWarmPool({ size, capacity, create, kill, lifeMs, clock, log }: WarmPoolOptions): WarmPool {
  const spares = new Map<SandboxId, Spare>();
  const making = new Set<Promise<void>>();
  let isStopped = false;
  let cancelRetry = () => {};

  const retryLater = (): void => {
    cancelRetry();
    cancelRetry = clock.after(RETRY_MS, fill);
  };

  const drop = (id: SandboxId): void => {
    void spares.get(id)?.life.stop();
    spares.delete(id);
  };

  const keep = (sdk: SdkSandbox, place: Place, endsAtMs: number): void => {
    const id = sdk.sandboxId as SandboxId;
    const onGone = () => {
      drop(id);
      capacity.gone(id);
      retryLater();
    };
    const life = keepAlive({
      sdk,
      lifeMs,
      endsAtMs,
      clock,
      log,
      onProlonged: (at) => capacity.prolong(id, at),
      onGone,
    });
    spares.set(id, { sdk, life });
    place.park(id, endsAtMs);
  };

  const make = async (place: Place): Promise<void> => {
    try {
      const endsAtMs = clock.now() + lifeMs;
      const sdk = await create();
      if (!isStopped) await warmUp(sdk);
      if (!isStopped) return keep(sdk, place, endsAtMs);
      place.free();
      await kill(sdk.sandboxId as SandboxId).catch(() => undefined);
    } catch (error) {
      place.free();
      log.info({ err: error }, 'a spare sandbox could not be made');
      retryLater();
    }
  };

  /** The first run finds its kernel started. Where this fails, it starts one. */
  const warmUp = async (sdk: SdkSandbox): Promise<void> => {
    try {
      await answers(sdk, await findContext(sdk, 'python'), 'python', clock, AFTER_INTERRUPT_MS);
    } catch (error) {
      log.info({ err: error, sandbox: sdk.sandboxId }, 'the kernel of a spare sandbox does not answer');
    }
  };

  function fill(): void {
    while (!isStopped && spares.size + making.size < size) {
      const place = capacity.tryReserve();
      if (!place) return;
      const made = make(place).finally(() => making.delete(made));
      making.add(made);
    }
  }

  return {
    fill,
    take() {
      for (const [id, { sdk, life }] of spares) {
        const hold = capacity.hold(id);
        if (!hold) continue;
        const { endsAtMs } = life;
        drop(id);
        return { sdk, hold, endsAtMs };
      }
      return undefined;
    },
    owns: (id) => spares.has(id),
    get isFilling() {
      return making.size > 0;
    },
    async evict(id) {
      await kill(id);
      drop(id);
    },
    async stop() {
      isStopped = true;
      cancelRetry();
      const ids = [...spares.keys()];
      for (const id of ids) drop(id);
      await Promise.allSettled([...ids.map(kill), ...making]);
    },
  };
}
