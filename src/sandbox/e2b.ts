/**
 * The Sandboxes port over the E2B SDK. A custom address (a local host that speaks E2B's wire, or a self-hosted E2B) is
 * only that: nothing else here differs.
 */
import { type SandboxId, type ThreadKey, type ThreadRef, threadKey } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { LeftCode, OpenResult, Sandboxes, Store } from '../ports.ts';
import { Capacity } from './capacity.ts';
import { openFailure } from './faults.ts';
import { isLabelledSpare, ownLabels, spareLabels, threadLabels } from './labels.ts';
import type { RunLimits } from './lane.ts';
import { createOpening, type OpenedSandbox } from './opening.ts';
import { createReaper } from './reaper.ts';
import { createService, type ServiceOptions } from './service.ts';
import { createSession, type KernelLedger, lifeOf, type Session } from './session.ts';
import { ABORTED, unlessAborted, within } from './timing.ts';
import { createWarmPool } from './warm-pool.ts';

export interface SandboxesOptions extends ServiceOptions {
  readonly runTimeoutSeconds: number;
  readonly maxOutputMb: number;
  /** Until an unused sandbox is paused, memory kept. */
  readonly idleMs: number;
  /** Until an unused sandbox is ended. */
  readonly maxAgeMs: number;
  /** Running at once. */
  readonly maxRunning: number;
  /** Spare ones, ready for a thread's first run. */
  readonly warm: number;
  /** Tells the sandboxes of this bot from another's on the same account. */
  readonly instance: string;
  readonly ledger: KernelLedger & Pick<Store, 'threadOfSandbox'>;
  readonly log: Log;
}

export interface OwnSandboxes extends Sandboxes {
  /** Begins to end what is left over, and to make spare ones. */
  start(): void;
  /** Ends the spare ones; those of threads are paused by themselves. Takes no longer than `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
  /** Resolves when nothing of ours is under way in the sandboxes that were released. */
  atRest(): Promise<void>;
}

export function createSandboxes(options: SandboxesOptions): OwnSandboxes {
  const { ledger, clock, log, idleMs } = options;
  const limits: RunLimits = { timeoutSeconds: options.runTimeoutSeconds, maxOutputMb: options.maxOutputMb };
  const lifeMs = lifeOf(idleMs, limits);
  const own = ownLabels(options.instance);
  const service = createService(options);
  /** Those that this process has used and that have not slept since. */
  const trusted = new Set<SandboxId>();
  const resting = new Map<SandboxId, Promise<void>>();
  const opening = new Map<ThreadKey, number>();

  const kill = async (id: SandboxId, signal?: AbortSignal): Promise<void> => {
    await service.kill(id, signal);
    trusted.delete(id);
    capacity.gone(id);
    ledger.forgetKernels(id);
  };
  const capacity: Capacity = new Capacity({
    max: options.maxRunning,
    clock,
    evict: async (id, kind) => {
      trusted.delete(id);
      if (kind === 'spare') await pool.evict(id);
      else await service.pause(id);
    },
  });
  const pool = createWarmPool({
    size: options.warm,
    capacity,
    create: () => service.create(lifeMs, spareLabels(own)),
    kill: (id) => kill(id),
    lifeMs,
    clock,
    log,
  });
  const isAtRest = async (id: SandboxId): Promise<void> => resting.get(id);
  const openings = createOpening({ service, capacity, pool, lifeMs, clock, atRest: isAtRest });
  const reaper = createReaper({
    own,
    maxAgeMs: options.maxAgeMs,
    list: (signal) => service.list(own, signal),
    kill,
    ownerOf: (id) => ledger.threadOfSandbox(id),
    isInUse: (id) => capacity.isHeld(id),
    isOpening: (thread) => opening.has(threadKey(thread)),
    isSpare: (id, labels) => pool.owns(id) || (pool.isFilling && isLabelledSpare(labels)),
    onListed: (running, listedMs) => {
      const awake = new Set(running.map(({ id }) => id));
      for (const id of trusted) if (!awake.has(id)) trusted.delete(id);
      capacity.reconcile(running, listedMs);
      pool.fill();
    },
    clock,
    log,
  });

  const sessionOf = (opened: OpenedSandbox): Session => {
    const id = opened.sdk.sandboxId as SandboxId;
    const onRelease = (idle: Promise<void>): void => {
      const rest = idle.then(() => {
        if (resting.get(id) === rest) resting.delete(id);
        pool.fill();
      });
      resting.set(id, rest);
    };
    return createSession({ ...opened, limits, lifeMs, idleMs, ledger, onRelease, clock, log });
  };

  /** Checked unless it was with us all the time; undefined when it turned out to be gone. */
  const trust = async (opened: OpenedSandbox): Promise<Session | undefined> => {
    const session = sessionOf(opened);
    const { id, fresh } = session;
    const isKnown = fresh || (opened.wasAwake && trusted.has(id) && !ledger.kernels(id).some(({ busy }) => busy));
    if (!isKnown && (await session.check()) === 'gone') {
      opened.hold.gone();
      session.release();
      return undefined;
    }
    trusted.add(id);
    return session;
  };

  const openSession = async (
    thread: ThreadRef,
    last: SandboxId | undefined,
    signal: AbortSignal,
    onStage: Parameters<Sandboxes['open']>[3],
  ): Promise<Session> => {
    const wanted = { metadata: threadLabels(own, thread), onStage: onStage ?? (() => {}) };
    const first = await trust(await openings.open({ ...wanted, last }, signal));
    // It may answer to its name and be gone when it is looked at.
    const session = first ?? (await trust(await openings.open({ ...wanted, last: undefined }, signal)));
    if (!session) throw new Error('a new sandbox is never checked');
    if (last !== undefined && session.id !== last) ledger.forgetKernels(last);
    return session;
  };

  /** The reaper keeps away from the thread until this has ended, however it ends. */
  const whileOpening = async <T>(thread: ThreadRef, work: () => Promise<T>): Promise<T> => {
    const key = threadKey(thread);
    opening.set(key, (opening.get(key) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const others = (opening.get(key) ?? 1) - 1;
      if (others > 0) opening.set(key, others);
      else opening.delete(key);
    }
  };

  /** Nobody waits for this sandbox any more: one that was made for nobody must not stay. */
  const discard = async (abandoned: Promise<Session>): Promise<void> => {
    try {
      const session = await abandoned;
      session.release();
      if (session.fresh) await kill(session.id);
    } catch (error) {
      log.info({ error: error instanceof Error ? error.name : typeof error }, 'an abandoned sandbox was not opened');
    }
  };

  return {
    async open(thread, last, signal, onStage): Promise<OpenResult> {
      signal.throwIfAborted();
      const session = whileOpening(thread, () => openSession(thread, last, signal, onStage));
      try {
        const opened = await unlessAborted(signal, session);
        if (opened !== ABORTED) return { ok: true, sandbox: opened };
        void discard(session);
      } catch (error) {
        signal.throwIfAborted();
        const failure = openFailure(error, { custom: options.apiUrl !== undefined });
        log.warn({ reason: failure.reason, error: error instanceof Error ? error.name : typeof error }, 'no sandbox');
        return { ok: false, failure };
      }
      throw signal.reason;
    },

    async takeOver(id, signal): Promise<LeftCode> {
      if (!ledger.kernels(id).some(({ busy }) => busy)) return { kind: 'none' };
      const work = openings.connect(id, () => {}, signal).then((opened) => opened && trust(opened));
      const session = await unlessAborted(signal, work);
      if (session === ABORTED) {
        void work.then((late) => late?.release()).catch(() => undefined);
        throw signal.reason;
      }
      if (!session) return { kind: 'gone' };
      session.release();
      if (ledger.kernels(id).some(({ busy }) => busy))
        throw new Error('the sandbox did not say whether its code was stopped');
      return session.left;
    },

    end: (id, signal) => kill(id, signal),

    state: (id, signal) => service.state(id, signal),

    start() {
      reaper.start();
      pool.fill();
    },

    async atRest() {
      await Promise.all(resting.values());
    },

    async stop(deadlineMs) {
      reaper.stop();
      await within(clock, deadlineMs, pool.stop());
      capacity.stop();
    },
  };
}
