/**
 * One turn, from a task to its end, as a sequence of events. It knows no SDK: the model, the sandbox, the store and the
 * thread are ports. Whatever a port does, the sequence begins with `turn.started` and ends with `turn.finished`.
 */
import { ABORTED } from './aborting.ts';
import type { Code, ModelMessage, TurnEvent, TurnOutcome } from './events.ts';
import { decide } from './retry.ts';
import { runCalls } from './turn-calls.ts';
import { TurnContext, type TurnDeps, type TurnInput } from './turn-context.ts';
import { broken, lostSandbox, SAID_NOTHING, stopped } from './turn-endings.ts';
import { streamReply } from './turn-reply.ts';
import { announceSandbox, execute, takeNotes } from './turn-run.ts';
import { type TurnSandbox, turnSandbox } from './turn-sandbox.ts';
import { describeFiles, namedOnly } from './turn-uploads.ts';

export type TurnStream = AsyncGenerator<TurnEvent, void, undefined>;
type Part<T> = AsyncGenerator<TurnEvent, T, undefined>;

/** Plays one turn. `signal` stops it (its reason is a TurnStopped); everything else that can go wrong is an outcome. */
export async function* runTurn(deps: TurnDeps, input: TurnInput, signal: AbortSignal): TurnStream {
  const context = new TurnContext(deps, input, signal);
  const { maxAttempts } = deps.settings;
  yield { type: 'turn.started', at: context.now(), turn: input.turn, maxAttempts };
  const own = turnSandbox(context);
  let outcome: TurnOutcome;
  try {
    const { task } = input;
    outcome = yield* task.kind === 'ask' ? answer(context, own, task.text) : runAsIs(context, own, task.code);
    yield* tellUnusedSandbox(context, own);
  } catch (error) {
    outcome = broken(context, error);
  } finally {
    own.close();
  }
  yield { type: 'turn.finished', at: context.now(), outcome };
}

/** The model's loop: words, code, result, and again, until it ends with words. */
async function* answer(context: TurnContext, own: TurnSandbox, text: string): Part<TurnOutcome> {
  const files = context.input.files.length > 0 ? yield* lookAtFiles(context, own) : '';
  context.remember([{ role: 'user', text: asked(context, files === '' ? text : `${text}\n\n${files}`) }]);
  // Why the turn gave up; from then on the model is asked for words only, once.
  let gaveUp: string | undefined;
  for (;;) {
    if (context.signal.aborted) return stopped(context);
    const reply = yield* streamReply(context, gaveUp !== undefined, own.begin);
    if (reply.kind === 'aborted') {
      context.remember(words(reply.text));
      return stopped(context);
    }
    if (reply.kind === 'failed') {
      if (gaveUp === undefined) return { kind: 'error', failure: reply.failure };
      yield { type: 'turn.note', at: context.now(), text: reply.failure.message };
      return { kind: 'failed', reason: gaveUp };
    }
    if (gaveUp !== undefined || reply.calls.length === 0) {
      context.remember(words(reply.text));
      if (gaveUp !== undefined) return { kind: 'failed', reason: gaveUp };
      const saidNothing = reply.text.trim() === '' && context.attempts.length === 0;
      return saidNothing ? { kind: 'error', failure: SAID_NOTHING } : { kind: 'done' };
    }
    const { results, next } = yield* runCalls(context, own, reply.calls);
    const { text: said, thought } = reply;
    const calls = reply.calls.map(({ call }) => call);
    context.remember([{ role: 'assistant', text: said, calls, ...(thought && { thought }) }, ...results]);
    if (next.kind === 'end') return next.outcome;
    if (next.kind === 'close') gaveUp = next.reason;
  }
}

/** Puts the files into the sandbox before the model is asked, and resolves to what it is told of them. */
async function* lookAtFiles(context: TurnContext, own: TurnSandbox): Part<string> {
  const opened = yield* own.ready();
  if (opened === ABORTED || !opened.ok) return describeFiles(namedOnly(context.input.files));
  yield* announceSandbox(context, own);
  context.filesTold = true;
  const notes = takeNotes(context).map((note) => `[${note}]`);
  return [...(opened.files.length > 0 ? [describeFiles(opened.files)] : []), ...notes].join('\n');
}

/** A person's own code: run as it is, without the model, and not repaired. */
async function* runAsIs(context: TurnContext, own: TurnSandbox, code: Code): Part<TurnOutcome> {
  const execution = yield* execute(context, own, code);
  if (execution.kind === 'aborted') return stopped(context);
  if (execution.kind === 'notOpened') return { kind: 'error', failure: execution.failure };
  const { result, report, goesOn } = execution;
  const id = `own-${context.input.turn}`;
  context.remember([
    { role: 'user', text: asked(context, 'Run this code of mine as it is.') },
    { role: 'assistant', text: '', calls: [{ id, code }] },
    { role: 'result', callId: id, text: report, failed: result.kind !== 'ok' },
  ]);
  if (result.kind === 'stopped' || context.signal.aborted) return stopped(context);
  if (result.kind === 'lost') return { kind: 'error', failure: lostSandbox(result.reason, goesOn) };
  const decision = decide(context.attempts, { maxAttempts: 1, maxSteps: 1 });
  return decision.kind === 'giveUp' ? { kind: 'failed', reason: decision.reason } : { kind: 'done' };
}

/** A turn whose code never ran may still have found the old sandbox gone: the thread and the model must hear of it. */
async function* tellUnusedSandbox(context: TurnContext, own: TurnSandbox): Part<void> {
  const opened = own.settled();
  if (opened?.ok && (opened.lost || opened.notes.length > 0)) yield* announceSandbox(context, own);
  const notes = takeNotes(context);
  if (notes.length > 0) context.remember([{ role: 'user', text: notes.map((note) => `[${note}]`).join('\n') }]);
}

/** What the person asked, behind what stood in the thread before. */
function asked({ input: { quoted } }: TurnContext, text: string): string {
  return quoted === undefined ? text : `${quoted}\n\n${text}`;
}

function words(text: string): readonly ModelMessage[] {
  return text.trim() === '' ? [] : [{ role: 'assistant', text, calls: [] }];
}
