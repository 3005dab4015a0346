/**
 * Who wants to know of the run that is being started. The SDK takes no reader of its own for a run's body and hides the
 * status of its answer: the one who starts a run and the `fetch` that carries it meet here. A key, not a state: it holds for what is called inside.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { OutputSink } from './run-body.ts';

export interface RunSink {
  readonly output: OutputSink;
  /** The request was answered with a refusal, such as 502 for a sandbox that is gone: the code has not begun. */
  refused(): void;
}

export const runSink = new AsyncLocalStorage<RunSink>();
