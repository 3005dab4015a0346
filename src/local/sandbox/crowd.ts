/**
 * Keeps a crowd of threads from taking the machine's processors: a fork bomb leaves nobody else any, and its priority
 * does not help where the scheduler shares by session. A crowd runs for a moment and rests for a longer one.
 */
import { processTree, runnable, signal } from './process-tree.ts';

/** Rounds of the watchdog that a crowd rests for each one that it runs. */
const REST_ROUNDS = 4;
/** The sandbox's first process and its agent: they neither crowd nor rest. */
const OWN = 2;

export class Crowd {
  #rest = 0;
  #stopped: readonly number[] = [];

  get rests(): boolean {
    return this.#rest > 0;
  }

  /** One more round of a rest; then it goes on. */
  tick(): void {
    this.#rest -= 1;
    if (this.#rest > 0) return;
    for (const each of this.#stopped) signal(each, 'SIGCONT');
    this.#stopped = [];
  }

  /** Begins a rest if more threads want to run than `share`. `tasks` is how many there are at all. */
  look(pid: number, tasks: number, share: number): void {
    if (tasks <= share) return;
    const pids = processTree(pid).slice(OWN);
    if (runnable(pids) <= share) return;
    for (const each of pids) signal(each, 'SIGSTOP');
    this.#stopped = pids;
    this.#rest = REST_ROUNDS;
  }
}

/** How many threads of each of the busy sandboxes may want to run at once. */
export function shareOf(processors: number, busy: number): number {
  return Math.max(LEAST_SHARE, Math.floor((THREADS_PER_PROCESSOR * processors) / Math.max(1, busy)));
}

const THREADS_PER_PROCESSOR = 8;
const LEAST_SHARE = 6;
