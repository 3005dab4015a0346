/** How a turn comes to its sandbox: the one of last time, a spare one, or a new one, and always with a place reserved first. */
import { RateLimitError, type Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { SandboxId } from '../conversation/events.ts';
import type { Clock, OpeningStage } from '../ports.ts';
import type { Capacity, Hold, Place } from './capacity.ts';
import type { Service } from './service.ts';
import { ABORTED, unlessAborted } from './timing.ts';
import type { WarmPool } from './warm-pool.ts';

export interface OpeningOptions {
  readonly service: Service;
  readonly capacity: Capacity;
  readonly pool: WarmPool;
  readonly lifeMs: number;
  readonly clock: Clock;
  /** Resolves when a sandbox that was just released is at rest. */
  readonly atRest: (id: SandboxId) => Promise<void>;
}

export interface Wanted {
  readonly last: SandboxId | undefined;
  /** Labels of a new one. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly onStage: (stage: OpeningStage) => void;
}

export interface OpenedSandbox {
  readonly sdk: SdkSandbox;
  readonly hold: Hold;
  readonly endsAtMs: number;
  readonly fresh: boolean;
  /** It did not sleep since this process last used it. */
  readonly wasAwake: boolean;
}

export interface Opening {
  /** Rejects with what the SDK throws, or with the signal's reason while it waits for a place. */
  open(wanted: Wanted, signal: AbortSignal): Promise<OpenedSandbox>;
  /** The same for one sandbox; undefined when it is gone. */
  connect(id: SandboxId, onStage: Wanted['onStage'], signal: AbortSignal): Promise<OpenedSandbox | undefined>;
}

/** How long the service may say that it has no room before the turn gives up. */
const PATIENCE_MS = 600_000;

export function createOpening({ service, capacity, pool, lifeMs, clock, atRest }: OpeningOptions): Opening {
  /** Does what needs room at the service, again from the head of the line where there was none. Closes or returns the place. */
  const withRoom = async <T>(
    place: Place,
    work: () => Promise<T>,
    onWait: (ahead: number) => void,
    signal: AbortSignal,
  ): Promise<{ readonly value: T; readonly place: Place }> => {
    const sinceMs = clock.now();
    let at = place;
    for (;;) {
      try {
        signal.throwIfAborted();
        return { value: await work(), place: at };
      } catch (error) {
        if (!(error instanceof RateLimitError) || clock.now() - sinceMs > PATIENCE_MS) {
          at.free();
          throw error;
        }
      }
      at = await at.refused(signal, onWait);
    }
  };

  /** The sandbox where it lives, else a place that is reserved for another. */
  const reach = async (
    id: SandboxId,
    onStage: Wanted['onStage'],
    signal: AbortSignal,
  ): Promise<OpenedSandbox | Place> => {
    if ((await unlessAborted(signal, atRest(id))) === ABORTED) throw signal.reason;
    const hold = capacity.hold(id);
    const endsAtMs = () => clock.now() + lifeMs;
    if (hold) {
      try {
        const sdk = await service.connect(id, lifeMs);
        if (!sdk) return hold.swap();
        hold.prolonged(endsAtMs());
        return { sdk, hold, endsAtMs: endsAtMs(), fresh: false, wasAwake: true };
      } catch (error) {
        hold.release();
        throw error;
      }
    }
    // It may be on its way to sleep, to make room for somebody else.
    const left = capacity.leaving(id);
    if (left && (await unlessAborted(signal, left)) === ABORTED) throw signal.reason;
    const onWait = (ahead: number) => onStage({ kind: 'waiting', ahead });
    const reserved = await capacity.reserve(signal, onWait);
    const wake = () => {
      onStage({ kind: 'resuming' });
      return service.connect(id, lifeMs);
    };
    const { value: sdk, place } = await withRoom(reserved, wake, onWait, signal);
    if (!sdk) return place;
    return { sdk, hold: place.occupy(id, endsAtMs()), endsAtMs: endsAtMs(), fresh: false, wasAwake: false };
  };

  const create = async (given: Place | undefined, { metadata, onStage }: Wanted, signal: AbortSignal) => {
    const spare = given ? undefined : pool.take();
    if (spare) {
      pool.fill();
      return { ...spare, fresh: true, wasAwake: true };
    }
    const onWait = (ahead: number) => onStage({ kind: 'waiting', ahead });
    const reserved = given ?? (await capacity.reserve(signal, onWait));
    const make = () => {
      onStage({ kind: 'creating' });
      return service.create(lifeMs, metadata);
    };
    const { value: sdk, place } = await withRoom(reserved, make, onWait, signal);
    const endsAtMs = clock.now() + lifeMs;
    return { sdk, hold: place.occupy(sdk.sandboxId as SandboxId, endsAtMs), endsAtMs, fresh: true, wasAwake: true };
  };

  return {
    async open(wanted, signal) {
      const { last, onStage } = wanted;
      const reached = last === undefined ? undefined : await reach(last, onStage, signal);
      return reached && 'sdk' in reached ? reached : create(reached, wanted, signal);
    },
    async connect(id, onStage, signal) {
      const reached = await reach(id, onStage, signal);
      if ('sdk' in reached) return reached;
      reached.free();
      return undefined;
    },
  };
}
