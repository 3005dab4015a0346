/** The calls of one reply: each run or refused, each answered, and what follows from them. */
import type { ModelMessage, TurnEvent, TurnOutcome } from './events.ts';
import { decide, failureLine, stepsUsedUp } from './retry.ts';
import type { TurnContext } from './turn-context.ts';
import { lostSandbox, stopped } from './turn-endings.ts';
import type { RequestedCall } from './turn-reply.ts';
import { execute } from './turn-run.ts';
import type { TurnSandbox } from './turn-sandbox.ts';

type Part<T> = AsyncGenerator<TurnEvent, T, undefined>;

/** What the model is told when its code will not be run any more. */
const CLOSING =
  '[No more code can be run for this request. Explain in plain words what was tried and what went wrong, and what the ' +
  'person can do next.]';

/** What follows a reply's calls: the next reply, a last one in words only, or the end. */
export type Next =
  | { readonly kind: 'goOn' }
  | { readonly kind: 'close'; readonly reason: string }
  | { readonly kind: 'end'; readonly outcome: TurnOutcome };

type ResultMessage = Extract<ModelMessage, { role: 'result' }>;

export interface CallsEnd {
  /** One for each call. */
  readonly results: readonly ResultMessage[];
  readonly next: Next;
}

/** Runs the calls in order. After one that failed the rest is not run: it was written for a success. */
export async function* runCalls(
  context: TurnContext,
  own: TurnSandbox,
  calls: readonly RequestedCall[],
): Part<CallsEnd> {
  const results: ResultMessage[] = [];
  let next: Next = { kind: 'goOn' };
  let failed = false;
  for (const requested of calls) {
    const { id } = requested.call;
    if (failed) {
      results.push({ role: 'result', callId: id, text: 'Not run, because the call before it failed.', failed: true });
      continue;
    }
    const end = yield* runCall(context, own, requested);
    next = end.next;
    failed = end.failed;
    const text = next.kind === 'close' ? `${end.text}\n${CLOSING}` : end.text;
    results.push({ role: 'result', callId: id, text, failed });
  }
  return { results, next };
}

interface CallEnd {
  readonly text: string;
  readonly failed: boolean;
  readonly next: Next;
}

async function* runCall(context: TurnContext, own: TurnSandbox, { call, refusal }: RequestedCall): Part<CallEnd> {
  const { settings } = context.deps;
  if (refusal !== undefined) return refuseCall(context, refusal);
  if (context.attempts.length >= settings.maxSteps) {
    const reason = stepsUsedUp(settings);
    return { text: `Not run. ${reason}`, failed: true, next: { kind: 'close', reason } };
  }
  const execution = yield* execute(context, own, call.code);
  if (execution.kind === 'aborted') return ended('Not run: the turn was stopped.', stopped(context));
  if (execution.kind === 'notOpened') {
    const { failure } = execution;
    return ended(`Not run. ${failure.message}`, { kind: 'error', failure });
  }
  context.badCalls = 0;
  const { result, report, goesOn } = execution;
  if (result.kind === 'stopped' || context.signal.aborted) return ended(report, stopped(context));
  if (result.kind === 'lost') {
    if (goesOn) return { text: report, failed: true, next: { kind: 'goOn' } };
    return ended(report, { kind: 'error', failure: lostSandbox(result.reason) });
  }
  const decision = decide(context.attempts, settings);
  if (decision.kind === 'giveUp')
    return { text: report, failed: true, next: { kind: 'close', reason: decision.reason } };
  if (decision.kind === 'repair') context.repair = { attempt: decision.attempt, error: failureLine(result) };
  return { text: report, failed: decision.kind === 'repair', next: { kind: 'goOn' } };
}

function ended(text: string, outcome: TurnOutcome): CallEnd {
  return { text, failed: true, next: { kind: 'end', outcome } };
}

/** Arguments that are no code cost no execution, but a model that sends nothing else must come to an end too. */
function refuseCall(context: TurnContext, refusal: string): CallEnd {
  context.badCalls += 1;
  const reason = `The model asked for a run that is not possible: ${refusal}`;
  const next: Next =
    context.badCalls >= context.deps.settings.maxAttempts ? { kind: 'close', reason } : { kind: 'goOn' };
  return { text: `Not run. ${refusal}`, failed: true, next };
}
