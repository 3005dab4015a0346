/**
 * Ends the sandboxes that nobody will come back to: what a crash left between making one and writing it down, those of
 * ended threads, those unused for too long. It works from what the service lists, since our own table does not know what
 * it missed; and it takes nothing for ours that does not bear this app's and this instance's name.
 */
import type { SandboxId, ThreadRef } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Clock, ThreadRow } from '../ports.ts';
import type { Running } from './capacity.ts';
import { isOurs, type Labels, threadOf } from './labels.ts';
import { TOO_LATE, within } from './timing.ts';

/** A sandbox as the service lists it. */
export interface Listed {
  readonly sandboxId: string;
  readonly metadata: Labels;
  readonly state: 'running' | 'paused';
  readonly endAt: Date;
}

export interface ReaperOptions {
  /** Bears the instance's labels. */
  readonly own: Labels;
  /** Unused for longer than this, a sandbox is ended. */
  readonly maxAgeMs: number;
  readonly list: (signal: AbortSignal) => Promise<readonly Listed[]>;
  readonly kill: (id: SandboxId, signal: AbortSignal) => Promise<void>;
  /** The thread that a sandbox is bound to. */
  readonly ownerOf: (id: SandboxId) => ThreadRow | undefined;
  readonly isInUse: (id: SandboxId) => boolean;
  readonly isOpening: (thread: ThreadRef) => boolean;
  /** A spare one, ready or about to be. */
  readonly isSpare: (id: SandboxId, labels: Labels) => boolean;
  /** What remains and runs, as of the beginning of the sweep. */
  readonly onListed: (running: readonly Running[], listedMs: number) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Reaper {
  /** Sweeps now, then again and again. */
  start(): void;
  /** One round. Never rejects: what fails is left to the next one. */
  sweep(): Promise<void>;
  stop(): void;
}

const EVERY_MS = 600_000;
const AFTER_FAILURE_MS = 60_000;
const LIST_TIMEOUT_MS = 30_000;
const KILL_TIMEOUT_MS = 15_000;
/** More than these wait for the next round: the service counts calls. */
const MAX_ENDED = 50;

export type Fate = 'keep' | 'orphan' | 'thread ended' | 'unused for too long';

export interface Circumstances {
  readonly owner: ThreadRow | undefined;
  /** A turn or the pool has it, or is about to. */
  readonly isNeeded: boolean;
}

/** What becomes of a listed sandbox. Pure. */
export function fateOf(
  { metadata }: Pick<Listed, 'metadata'>,
  { owner, isNeeded }: Circumstances,
  { own, maxAgeMs }: Pick<ReaperOptions, 'own' | 'maxAgeMs'>,
  nowMs: number,
): Fate {
  if (!isOurs(metadata, own) || isNeeded) return 'keep';
  if (!owner) return 'orphan';
  if (owner.closed) return 'thread ended';
  return nowMs - owner.lastActiveMs > maxAgeMs ? 'unused for too long' : 'keep';
}

export function createReaper(options: ReaperOptions): Reaper {
  const { list, kill, ownerOf, isInUse, isOpening, isSpare, onListed, clock, log } = options;
  let cancel = () => {};
  const stopping = new AbortController();

  /** Looked at anew for each sandbox, right before it is acted upon: turns begin while others are being ended. */
  const circumstances = ({ sandboxId, metadata }: Listed): Circumstances => {
    const id = sandboxId as SandboxId;
    const thread = threadOf(metadata);
    const isNeeded = isInUse(id) || isSpare(id, metadata) || (thread !== undefined && isOpening(thread));
    return { owner: ownerOf(id), isNeeded };
  };

  const bounded = async <T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const limit = new AbortController();
    const signal = AbortSignal.any([stopping.signal, limit.signal]);
    const done = await within(clock, limitMs, work(signal));
    if (done !== TOO_LATE) return done;
    limit.abort();
    throw new Error('the sandbox service did not answer in time');
  };

  /** False when it was not ended: one that the service does not end must not keep the others. */
  const end = async (id: SandboxId, why: Fate): Promise<boolean> => {
    try {
      await bounded(KILL_TIMEOUT_MS, (signal) => kill(id, signal));
      log.info({ sandbox: id, why }, 'a sandbox was ended');
      return true;
    } catch (error) {
      if (!stopping.signal.aborted) log.info({ err: error, sandbox: id, why }, 'a sandbox could not be ended');
      return false;
    }
  };

  /** True when everything was done. */
  const round = async (): Promise<boolean> => {
    const listedMs = clock.now();
    const all = await bounded(LIST_TIMEOUT_MS, list);
    const running: Running[] = [];
    let tried = 0;
    let isDone = true;
    for (const each of all) {
      const id = each.sandboxId as SandboxId;
      const now = circumstances(each);
      const fate = fateOf(each, now, options, clock.now());
      if (fate !== 'keep') {
        if (stopping.signal.aborted) return false;
        if (tried++ < MAX_ENDED && (await end(id, fate))) continue;
        isDone = false;
      }
      // Not for us to pause: what is needed, and what is to go.
      const lastUsedMs = fate !== 'keep' || now.isNeeded ? undefined : now.owner?.lastActiveMs;
      if (each.state === 'running') running.push({ id, endsAtMs: each.endAt.getTime(), lastUsedMs });
    }
    onListed(running, listedMs);
    return isDone;
  };

  const sweep = async (): Promise<void> => {
    cancel();
    let isDone = false;
    try {
      isDone = await round();
    } catch (error) {
      if (!stopping.signal.aborted) log.info({ err: error }, 'the sandboxes could not be looked through');
    }
    if (!stopping.signal.aborted) cancel = clock.after(isDone ? EVERY_MS : AFTER_FAILURE_MS, () => void sweep());
  };

  return {
    sweep,
    start: () => void sweep(),
    stop() {
      stopping.abort();
      cancel();
    },
  };
}
