/** How a run ended, from what the SDK answered. Pure. */
import { stripVTControlCharacters } from 'node:util';
import type { Execution } from '@e2b/code-interpreter';
import type { Halted, Language, RichResult, RunError, RunResult } from '../conversation/events.ts';
import type { Trouble } from './faults.ts';
import type { Cause } from './race.ts';

/** What E2B's server says of a kernel that is no more. User code can raise the same names, but not without a traceback. */
const DEATHS = new Set(['ContextRestarting', 'UnexpectedEndOfExecution']);

export function kernelDied(error: Execution['error']): boolean {
  return error !== undefined && DEATHS.has(error.name) && error.traceback === '';
}

interface Limits {
  readonly timeoutSeconds: number;
  readonly maxOutputMb: number;
}

/** What is known of a run however it ends. */
export interface Known {
  readonly durationMs: number;
  readonly results: readonly RichResult[];
}

export function endOfExecution(execution: Execution, known: Known): RunResult {
  const { error } = execution;
  if (!error) return { kind: 'ok', ...known };
  if (kernelDied(error)) {
    return { kind: 'died', reason: 'The kernel ended while the code ran, as when memory runs out.', ...known };
  }
  return { kind: 'failed', error: runError(error), ...known };
}

/** The fields come from the sandbox: any of them may be something else than text. */
function runError(error: { name: unknown; value: unknown; traceback: unknown }): RunError {
  const clean = (value: unknown) => (typeof value === 'string' ? stripVTControlCharacters(value) : '');
  return { name: clean(error.name) || 'Error', value: clean(error.value), traceback: clean(error.traceback) };
}

/** The run was halted from outside. */
export function endOfCause(cause: Cause, halted: Halted, limits: Limits, known: Known): RunResult {
  switch (cause) {
    case 'stopped':
      return { kind: 'stopped', ...halted, ...known };
    case 'timedOut':
      return { kind: 'timedOut', limitSeconds: limits.timeoutSeconds, ...halted, ...known };
    case 'flooded':
      return { kind: 'flooded', limitMb: limits.maxOutputMb, ...halted, ...known };
  }
}

/** The sandbox cannot start a kernel of this language: the model may well choose another one. */
export function noKernelFor(language: Language, known: Known): RunResult {
  const error = { name: 'KernelUnavailable', value: `This sandbox cannot run ${language}.`, traceback: '' };
  return { kind: 'failed', error, ...known };
}

export function endOfTrouble(trouble: Trouble, known: Known): RunResult {
  switch (trouble) {
    case 'no-kernel':
      return { kind: 'died', reason: 'The kernel was no longer there.', ...known };
    case 'gone':
      return { kind: 'lost', reason: 'The sandbox has ended.', ...known };
    case 'unreachable':
    case 'cut':
      return { kind: 'lost', reason: 'The sandbox does not answer.', ...known };
    case 'refused':
      return { kind: 'lost', reason: 'The sandbox service refused to run the code.', refused: true, ...known };
  }
}

/** The same end, of code that had no chance to begin: losing its sandbox, it may be run again in another one. */
export function unbegun(result: RunResult): RunResult {
  return result.kind === 'lost' ? { ...result, begun: false } : result;
}

/** The connection ended before the run did; `kernel` is what was found there afterwards. */
export function endOfCut(kernel: 'kept' | 'lost', known: Known): RunResult {
  const variables = kernel === 'kept' ? 'its variables are still there' : 'its variables are gone';
  const reason = `The connection to the sandbox was cut, so how the code ended is not known; ${variables}.`;
  return { kind: 'lost', reason, ...known };
}
