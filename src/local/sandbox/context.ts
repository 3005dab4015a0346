/** One kernel: runs code, one piece after the other, and tells its story in E2B's words. */
import type { Box } from './box.ts';
import type { Frame, RunFrame } from './frames.ts';
import type { Language } from './languages.ts';
import { type ResultEvent, resultEvent } from './results.ts';

export interface ContextInfo {
  readonly id: string;
  readonly language: Language;
  readonly cwd: string;
}

export type RunEvent =
  | { readonly type: 'number_of_executions'; readonly execution_count: number }
  | { readonly type: 'stdout' | 'stderr'; readonly text: string; readonly timestamp: string }
  | { readonly type: 'error'; readonly name: string; readonly value: string; readonly traceback: string }
  | ResultEvent;

export interface Code {
  readonly code: string;
  readonly envs: Readonly<Record<string, string>>;
}

export interface Audience {
  event(event: RunEvent): void;
  /** The last call. */
  end(): void;
}

export interface Run {
  /** Stops or resumes reading the kernel: it waits, and prints no further. */
  flow(on: boolean): void;
  /** Nobody listens any more: interrupted if it runs, never started if it waits. */
  abandon(): void;
  /** Nobody listens any more: what runs goes on, what waits is dropped. */
  detach(): void;
}

interface Job extends Code {
  audience: Audience | undefined;
  /** Its number in the box, once it runs. */
  id?: number;
  failed: boolean;
}

export class Context {
  readonly info: ContextInfo;
  readonly #box: Box;
  #waiting: Job[] = [];
  #running: Job | undefined;
  #deathExpected = false;
  /** The kernel died between two runs: the next one is told, and does not start on what it believes to be there. */
  #lost: ErrorEvent | undefined;
  /** The kernel waits because a reader is slow. */
  #held = false;

  constructor(box: Box, info: ContextInfo) {
    this.#box = box;
    this.info = info;
  }

  execute(code: Code, audience: Audience): Run {
    const job: Job = { ...code, audience, failed: false };
    this.#waiting.push(job);
    this.#next();
    return {
      flow: (on) => this.#flow(job, on),
      abandon: () => this.#abandon(job),
      detach: () => this.#detach(job),
    };
  }

  /** Whether a death, from now on, was asked for. */
  expectDeath(expected: boolean): void {
    this.#deathExpected = expected;
    this.#lost = undefined;
  }

  /** It died while nothing ran. */
  died(memory: boolean): void {
    this.#lost = this.#deathExpected ? undefined : this.#death(memory);
  }

  /** The kernel is being removed: nothing of it will answer. */
  close(): void {
    const jobs = [...(this.#running ? [this.#running] : []), ...this.#waiting];
    this.#waiting = [];
    this.#running = undefined;
    for (const job of jobs) {
      fail(job, UNEXPECTED_END);
      job.audience?.end();
    }
  }

  #next(): void {
    if (this.#running) return;
    const job = this.#waiting.shift();
    if (!job) return;
    if (this.#lost) this.#tellLoss(job, this.#lost);
    else this.#start(job);
  }

  #start(job: Job): void {
    this.#running = job;
    job.id = this.#box.run({ context: this.info.id, code: job.code, envs: job.envs }, (frame) =>
      this.#take(job, frame),
    );
  }

  #tellLoss(job: Job, loss: ErrorEvent): void {
    this.#lost = undefined;
    // Whoever runs code has its handle before the first event.
    queueMicrotask(() => {
      fail(job, loss);
      job.audience?.end();
    });
    this.#next();
  }

  #take(job: Job, frame: RunFrame | Extract<Frame, { t: 'fail' }>): void {
    if (this.#running !== job) return;
    const event = frame.t === 'died' ? this.#death(frame.memory) : eventOf(frame);
    if (event?.type === 'error') fail(job, event);
    else if (event) job.audience?.event(event);
    if (frame.t !== 'done' && frame.t !== 'died' && frame.t !== 'fail') return;
    // The reader may still have much to read, but that is no business of the next run.
    this.#flow(job, true);
    this.#running = undefined;
    job.audience?.end();
    this.#next();
  }

  #death(memory: boolean): ErrorEvent {
    if (this.#deathExpected) return UNEXPECTED_END;
    return memory ? OUT_OF_MEMORY : RESTARTING;
  }

  #flow(job: Job, on: boolean): void {
    if (this.#running !== job || this.#held === !on) return;
    this.#held = !on;
    this.#box.tell('flow', { context: this.info.id, on });
  }

  #detach(job: Job): void {
    job.audience = undefined;
    this.#waiting = this.#waiting.filter((other) => other !== job);
    this.#flow(job, true);
  }

  #abandon(job: Job): void {
    this.#detach(job);
    if (this.#running === job) this.#box.tell('interrupt', { context: this.info.id, run: job.id });
  }
}

type ErrorEvent = Extract<RunEvent, { type: 'error' }>;

/** E2B's own names; a client tells a dead kernel from an exception by the empty traceback. */
const UNEXPECTED_END: ErrorEvent = {
  type: 'error',
  name: 'UnexpectedEndOfExecution',
  value: 'Connection to the execution was closed before the execution was finished',
  traceback: '',
};
const RESTARTING: ErrorEvent = {
  type: 'error',
  name: 'ContextRestarting',
  value: 'Context was restarted',
  traceback: '',
};
const OUT_OF_MEMORY: ErrorEvent = {
  ...RESTARTING,
  value: 'Context was restarted: the sandbox ran out of memory. Variables are gone, files are still there.',
};

/** A run has one error; what goes wrong after it is a consequence. */
function fail(job: Job, event: ErrorEvent): void {
  if (!job.failed) job.audience?.event(event);
  job.failed = true;
}

function eventOf(frame: Exclude<RunFrame, { t: 'died' }> | Extract<Frame, { t: 'fail' }>): RunEvent | undefined {
  switch (frame.t) {
    case 'begin':
      return { type: 'number_of_executions', execution_count: frame.n };
    case 'stdout':
    case 'stderr':
      return { type: frame.t, text: frame.d, timestamp: new Date().toISOString() };
    case 'data':
      return resultEvent(frame.data, frame.main);
    case 'error':
      return { type: 'error', name: frame.name, value: frame.value, traceback: frame.tb };
    case 'fail':
      return { type: 'error', name: 'KernelUnavailable', value: frame.message, traceback: '' };
    case 'done':
      return undefined;
  }
}
