/**
 * Where the output of the run that is being started goes. The SDK takes no reader of its own for a run's body: the one
 * who starts a run and the `fetch` that carries it meet here. A key, not a state: it holds for what is called inside.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { OutputSink } from './run-body.ts';

export const runSink = new AsyncLocalStorage<OutputSink>();
