/** How a turn ends other than well, as data and in words for the person. */
import { StorageError } from '../store/errors.ts';
import { stopCause } from './aborting.ts';
import type { Failure, TurnOutcome } from './events.ts';
import { type Attempt, fate } from './retry.ts';
import type { TurnContext } from './turn-context.ts';

export const SAID_NOTHING: Failure = {
  reason: 'model-empty',
  message: 'The model answered with nothing. Ask again, perhaps in other words.',
};

const SESSION_ENDED = 'The session was ended, and its sandbox with it.';

/** `isReplaced`: the next run has a sandbox, only this one was lost under its code. */
export function lostSandbox(reason: string, isReplaced = false): Failure {
  const next = isReplaced
    ? 'How far the code came is not known. Run it again if that does no harm.'
    : 'Ask again to go on.';
  return { reason: 'sandbox-unavailable', message: `${reason} ${next}` };
}

export function stopped({ signal, attempts }: TurnContext): TurnOutcome {
  const cause = stopCause(signal);
  if (signal.aborted && cause.kind === 'shutdown') return { kind: 'error', failure: RESTARTED };
  if (cause.kind === 'shutdown') return { kind: 'stopped', by: '', note: whatIsLeft(attempts.at(-1)) };
  const note = cause.endsSession ? SESSION_ENDED : whatIsLeft(attempts.at(-1));
  return { kind: 'stopped', by: cause.user, note };
}

function whatIsLeft(last: Attempt | undefined): string {
  if (!last) return 'No code was running.';
  const { result } = last;
  if (result.kind === 'lost') return result.reason;
  if (result.kind === 'died') return sentence(fate({ variables: 'lost' }));
  return sentence(fate('variables' in result ? result : { variables: 'kept' }));
}

/** A turn that ended because the bot did; `code` is a sentence on the code that ran then. */
export function restarted(code = ''): Failure {
  const sentences = [
    'I was restarted while working on this, so it is not finished.',
    code,
    'Press Retry to start it anew.',
  ];
  return { reason: 'restarted', message: sentences.filter((sentence) => sentence !== '').join(' ') };
}

export const RESTARTED: Failure = restarted();

/** A turn that waited while the bot was away, for so long that nobody expects its answer any more. */
export const WAITED_TOO_LONG: Failure = {
  reason: 'restarted',
  message: 'I was away for so long that I have not started on this by myself. Press Retry to start it now.',
};

const STORAGE_SENTENCES: Partial<Record<StorageError['reason'], string>> = {
  full: 'My disk is full, so I cannot keep what this turn does. Somebody has to free space there; then ask again.',
  'read-only': 'I cannot write to my database, so I stopped. Somebody has to make it writable; then ask again.',
  locked: 'My database is locked by another program, so I stopped. Ask again in a moment.',
};

/** A fault of the store or of ours, as words for the person; the details go to the log. */
export function failureOf(error: unknown): Failure {
  if (error instanceof StorageError) {
    const message = STORAGE_SENTENCES[error.reason] ?? 'My database does not work, so I stopped. My log says why.';
    return { reason: 'storage', message };
  }
  return {
    reason: 'internal',
    message: 'Something went wrong in Threadbox itself; its log has the details. Ask again.',
  };
}

/** The end of a turn in which something threw. */
export function broken(context: TurnContext, error: unknown): TurnOutcome {
  context.deps.log.error({ err: error }, 'the turn broke');
  return context.signal.aborted ? stopped(context) : { kind: 'error', failure: failureOf(error) };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
