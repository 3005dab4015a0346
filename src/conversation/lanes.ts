/**
 * One lane for each thread: one turn at a time, the others in the order they came. Lanes do not wait for each other, and
 * stopping never waits in a lane. A lane lives only while it has something to do.
 */
import { type StopCause, TurnStopped } from './aborting.ts';
import type { ThreadKey, TurnId } from './events.ts';

export interface Job {
  /** null: work of the thread that is no turn. */
  readonly turn: TurnId | null;
  /** The ts of the message that asked for it. Deliveries overtake each other; what waits stands as it was sent. */
  readonly sentTs?: string | null;
  /** Does the work. A rejection is reported and does not stop the lane. */
  run(signal: AbortSignal): Promise<void>;
  /** The job could not start at once. */
  waits?(): void;
  /** The job was taken out of the queue: `run` will not be called. */
  cancel(cause: StopCause): void;
}

export interface Lanes {
  /** Runs the job at once where the lane is free, as far as it goes without waiting; else queues it. */
  add(thread: ThreadKey, job: Job): void;
  /** The same, but before everything that waits. */
  addFirst(thread: ThreadKey, job: Job): void;
  /** How many jobs wait behind the running one. */
  waiting(thread: ThreadKey): number;
  /** Stops that turn, or the running one when `turn` is null. False when there is nothing to stop. */
  stop(thread: ThreadKey, turn: TurnId | null, cause: StopCause): boolean;
  /** Stops what runs and takes everything out of the queue. */
  clear(thread: ThreadKey, cause: StopCause): void;
  /** Aborts what runs and starts nothing more. Resolves when all that ran has ended. */
  close(cause: StopCause): Promise<void>;
}

interface Running {
  readonly job: Job;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

interface Lane {
  running: Running | null;
  queue: Job[];
}

/** Slack's timestamps have one length, so that they compare as texts. */
function placeIn(queue: readonly Job[], { sentTs }: Job): number {
  const later = sentTs ? queue.findIndex((other) => other.sentTs && other.sentTs > sentTs) : -1;
  return later < 0 ? queue.length : later;
}

export function createLanes(report: (error: unknown, turn: TurnId | null) => void): Lanes {
  const lanes = new Map<ThreadKey, Lane>();
  let closed = false;

  const next = (thread: ThreadKey, lane: Lane): void => {
    lane.running = null;
    const job = closed ? undefined : lane.queue.shift();
    if (job) start(thread, lane, job);
    else if (lane.queue.length === 0) lanes.delete(thread);
  };

  const start = (thread: ThreadKey, lane: Lane, job: Job): void => {
    const controller = new AbortController();
    const ended = job
      .run(controller.signal)
      .catch((error: unknown) => report(error, job.turn))
      .then(() => next(thread, lane));
    lane.running = { job, controller, ended };
  };

  const laneOf = (thread: ThreadKey): Lane => {
    const lane = lanes.get(thread) ?? { running: null, queue: [] };
    lanes.set(thread, lane);
    return lane;
  };

  return {
    add(thread, job) {
      if (closed) return;
      const lane = laneOf(thread);
      if (!lane.running) return start(thread, lane, job);
      lane.queue.splice(placeIn(lane.queue, job), 0, job);
      job.waits?.();
    },
    addFirst(thread, job) {
      if (closed) return;
      const lane = laneOf(thread);
      if (lane.running) lane.queue.unshift(job);
      else start(thread, lane, job);
    },
    waiting: (thread) => lanes.get(thread)?.queue.length ?? 0,
    stop(thread, turn, cause) {
      const lane = lanes.get(thread);
      if (!lane) return false;
      const { running } = lane;
      if (running?.job.turn && (turn === null || running.job.turn === turn)) {
        running.controller.abort(new TurnStopped(cause));
        return true;
      }
      const queued = turn === null ? undefined : lane.queue.find((job) => job.turn === turn);
      lane.queue = lane.queue.filter((job) => job !== queued);
      queued?.cancel(cause);
      return queued !== undefined;
    },
    clear(thread, cause) {
      const lane = lanes.get(thread);
      for (const job of lane?.queue.splice(0) ?? []) job.cancel(cause);
      lane?.running?.controller.abort(new TurnStopped(cause));
    },
    async close(cause) {
      closed = true;
      const running = [...lanes.values()].flatMap((lane) => lane.running ?? []);
      for (const { controller } of running) controller.abort(new TurnStopped(cause));
      await Promise.all(running.map(({ ended }) => ended));
    },
  };
}
