/** One reply of the model, streamed: its events for the turn, then what it said and wants to run. */
import type { ModelEvent, ModelRequest } from '../ports.ts';
import { ABORTED, unlessAborted } from './aborting.ts';
import { costOf } from './cost.ts';
import type { Failure, Thought, TokenUsage, ToolCall, TurnEvent } from './events.ts';
import { fitMessages } from './history.ts';
import type { TurnContext } from './turn-context.ts';

/** A call the model made. `refusal` says why its arguments cannot be run, where they cannot. */
export interface RequestedCall {
  readonly call: ToolCall;
  readonly refusal: string | undefined;
}

export type ReplyEnd =
  | {
      readonly kind: 'replied';
      readonly text: string;
      readonly calls: readonly RequestedCall[];
      readonly thought: Thought | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'aborted'; readonly text: string };

const CUT_OFF: Failure = {
  reason: 'model-cut-off',
  message: "The model's answer broke off before its end. Ask again.",
};

/** Asks the model. With `wordsOnly` the code it writes is not shown: it will not be run. `onCode`: code is coming. */
export async function* streamReply(
  context: TurnContext,
  wordsOnly: boolean,
  onCode: () => void,
): AsyncGenerator<TurnEvent, ReplyEnd, undefined> {
  const { deps, signal } = context;
  const calls: RequestedCall[] = [];
  let text = '';
  yield { type: 'model.started', at: context.now() };
  const events = deps.model.reply(requestOf(context), signal)[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await unlessAborted(events.next(), signal);
      if (next === ABORTED || (next.done && signal.aborted)) return { kind: 'aborted', text };
      if (next.done) return { kind: 'failed', failure: CUT_OFF };
      const event = next.value;
      if (!wordsOnly && (event.type === 'code' || event.type === 'call')) onCode();
      if (!wordsOnly) yield* announceRepair(context, event);
      switch (event.type) {
        case 'text':
          text = event.snapshot;
          yield { type: 'model.text', at: context.now(), delta: event.delta, snapshot: event.snapshot };
          break;
        case 'code':
          if (!wordsOnly) yield { ...event, type: 'model.code', at: context.now() };
          break;
        case 'call':
          calls.push({ call: event.call, refusal: undefined });
          break;
        case 'badCall':
          calls.push({ call: emptyCall(event.callId), refusal: event.message });
          break;
        case 'end':
          yield finished(context, event.usage);
          return { kind: 'replied', text, calls, thought: event.thought };
        case 'failed':
          yield finished(context, event.usage);
          return { kind: 'failed', failure: event.failure };
      }
    }
  } finally {
    // Not awaited: an iterator that hangs after an abort must not hold the turn.
    void new Promise((resolve) => resolve(events.return?.())).catch(() => {});
  }
}

function requestOf({ deps, messages }: TurnContext): ModelRequest {
  const { maxAttempts, runTimeoutSeconds, contextTokens, timeZone, network } = deps.settings;
  const setting = { now: deps.clock.now(), timeZone, maxAttempts, runTimeoutSeconds, network };
  return { setting, messages: fitMessages(messages, contextTokens) };
}

function finished(context: TurnContext, usage: TokenUsage): TurnEvent {
  const { prices } = context.deps.settings;
  return { type: 'model.finished', at: context.now(), usage, ...(prices && { costUsd: costOf(usage, prices) }) };
}

/** A repair has begun when there is new code: a model that only explains the error repairs nothing. */
function* announceRepair(context: TurnContext, event: ModelEvent): Generator<TurnEvent, void, undefined> {
  if (!context.repair || (event.type !== 'code' && event.type !== 'call')) return;
  const { attempt, error } = context.repair;
  context.repair = null;
  const of = context.deps.settings.maxAttempts;
  yield { type: 'attempt.repairing', at: context.now(), attempt, of, error };
}

/** Stands in the conversation for a call whose arguments were no code, so that its answer has something to answer. */
function emptyCall(id: string): ToolCall {
  return { id, code: { language: 'python', source: '' } };
}
