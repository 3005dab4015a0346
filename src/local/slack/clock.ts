/**
 * Time for the whole server. `now` may be injected; `advance` jumps forward (control interface) and runs what came due, in
 * order of its time. One real timer is armed for the earliest task.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Runs `task` once, `ms` from now. Returns its cancellation. */
  after(ms: number, task: () => void): () => void;
  /** Resolves after `ms`, or at once when the clock stops. */
  wait(ms: number): Promise<void>;
  advance(ms: number): void;
  /** Drops every task. */
  stop(): void;
}

interface Task {
  readonly due: number;
  readonly run: () => void;
}

/** The longest delay one timer of Node can hold. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `onError` hears of what a task throws: a timer has no caller. */
export function createClock(base: () => number = Date.now, onError: (error: unknown) => void = rethrow): Clock {
  const tasks = new Set<Task>();
  const waiting = new Set<() => void>();
  let shift = 0;
  let timer: NodeJS.Timeout | undefined;

  const now = () => base() + shift;

  /** Of tasks due at the same time the one added first. */
  function earliest(): Task | undefined {
    let first: Task | undefined;
    for (const task of tasks) if (!first || task.due < first.due) first = task;
    return first;
  }

  function runDue(): void {
    for (let task = earliest(); task && task.due <= now(); task = earliest()) {
      tasks.delete(task);
      try {
        task.run();
      } catch (error) {
        onError(error);
      }
    }
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    timer = undefined;
    const next = earliest();
    if (next) timer = setTimeout(runDue, Math.min(LONGEST_TIMER_MS, Math.max(1, next.due - now())));
  }

  function after(ms: number, run: () => void): () => void {
    const task = { due: now() + ms, run };
    tasks.add(task);
    arm();
    return () => {
      if (tasks.delete(task)) arm();
    };
  }

  return {
    now,
    after,
    wait: (ms) =>
      new Promise((resolve) => {
        const end = () => {
          waiting.delete(end);
          resolve();
        };
        waiting.add(end);
        after(ms, end);
      }),
    advance: (ms) => {
      shift += ms;
      runDue();
    },
    stop: () => {
      tasks.clear();
      clearTimeout(timer);
      for (const end of [...waiting]) end();
    },
  };
}

function rethrow(error: unknown): void {
  throw error;
}
