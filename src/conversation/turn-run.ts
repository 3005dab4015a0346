/** One execution: the sandbox made ready, the code run with its output as events, its files sent, its report written. */
import { pause } from '../clock.ts';
import type { Sandbox } from '../ports.ts';
import { ABORTED, unlessAborted, within } from './aborting.ts';
import { eventQueue } from './event-queue.ts';
import type { Code, Failure, OutputChunk, RunResult, SandboxOrigin, TurnEvent } from './events.ts';
import { boundedReport, needsCut, type RunReport, reportText, wholeReport } from './history-report.ts';
import { type Output, outputFileName } from './output.ts';
import { type KeptOutput, outputExcerpt } from './output-kept.ts';
import { failuresInARow } from './retry.ts';
import { sendArtifacts } from './turn-artifacts.ts';
import type { TurnContext } from './turn-context.ts';
import { RunOutput } from './turn-output.ts';
import { listFiles, type OpenedSandbox, type TurnSandbox } from './turn-sandbox.ts';
import { describeFiles, placeFiles } from './turn-uploads.ts';

export type Execution =
  /** `goesOn`: there is a sandbox for the next run, the same one or another. */
  | { readonly kind: 'ran'; readonly result: RunResult; readonly report: string; readonly goesOn: boolean }
  | { readonly kind: 'notOpened'; readonly failure: Failure }
  | { readonly kind: 'aborted' };

/** After a stop the sandbox interrupts, restarts and kills, each with its own deadline; then we wait no longer. */
const STOP_GRACE_MS = 30_000;
/** Where what the model saw in part lies whole. Hidden, so that it is not sent to the thread. */
const WHOLE_REPORTS = '.threadbox';
const HOME = '/home/user';

const NOT_KEPT =
  'The whole output could not be kept (my disk is full or does not answer): only its start and end are there.';

export const SANDBOX_REPLACED =
  'The sandbox was replaced by a new one: the variables and files of earlier runs are gone.';

const LOST_DURING =
  'The sandbox was lost while this code ran, and how far it came is not known. Decide whether to run it again: what it did ' +
  'outside of the sandbox is done already.';

/** Runs the code as the next step of the turn. */
export async function* execute(
  context: TurnContext,
  own: TurnSandbox,
  code: Code,
): AsyncGenerator<TurnEvent, Execution, undefined> {
  let opened = yield* own.ready();
  if (opened === ABORTED || context.signal.aborted) return { kind: 'aborted' };
  if (!opened.ok) return { kind: 'notOpened', failure: opened.failure };
  yield* announceSandbox(context, own);
  if (context.attempts.length === 0) yield* prepareFiles(context, opened);
  if (context.signal.aborted) return { kind: 'aborted' };

  const step = context.attempts.length + 1;
  const attempt = failuresInARow(context.attempts) + 1;
  context.deps.record.runStarted(step, attempt, code);
  yield { type: 'run.started', at: context.now(), step, attempt, code };
  let ran = yield* runCode(context, opened.sandbox, code, step);
  // Code that had not begun is run again where its sandbox was lost; what may have begun is for the model to decide.
  while (isLost(ran) && ran.result.begun === false) {
    const other = yield* replaceSandbox(context, own);
    if (!other) break;
    opened = other;
    yield* prepareFiles(context, opened);
    ran = yield* runCode(context, opened.sandbox, code, step);
  }
  const { result, output, lastStderrLine } = ran;
  context.attempts.push({ code, result, lastStderrLine });
  yield { type: 'run.finished', at: context.now(), result };
  context.deps.record.runFinished(step, result, outputExcerpt(output));

  const files = yield* sendArtifacts(context, opened.sandbox, { step, code, result, output });
  const other = isLost(ran) ? yield* replaceSandbox(context, own) : undefined;
  if (other) {
    context.notesForModel.unshift(LOST_DURING);
    yield* prepareFiles(context, other);
  }
  const { sandbox } = other ?? opened;
  const report = await boundedText(context, sandbox, step, { result, output, files, notes: takeNotes(context) });
  return { kind: 'ran', result, report, goesOn: result.kind !== 'lost' || other !== undefined };
}

type LostRun = EndedRun & { readonly result: Extract<RunResult, { kind: 'lost' }> };

/** Whether another sandbox can help: not where this one is there, and not after a fault of ours, which may come again. */
function isLost(ran: EndedRun): ran is LostRun {
  return ran.result.kind === 'lost' && ran.result.refused !== true && !ran.isFault;
}

/** In one turn. A service that loses them faster is not worth the wait. */
const MAX_REPLACEMENTS = 2;
/** A service that restarts takes its sandboxes along, and is back after a moment. */
const RESTART_MS = 5_000;

/** A sandbox for what follows, in place of one that was lost; undefined where there is none, or the turn is stopped. */
async function* replaceSandbox(
  context: TurnContext,
  own: TurnSandbox,
): AsyncGenerator<TurnEvent, OpenedSandbox | undefined, undefined> {
  if (context.signal.aborted || context.replacements >= MAX_REPLACEMENTS) return undefined;
  context.replacements += 1;
  let opened = yield* own.replace();
  if (opened !== ABORTED && !opened.ok && opened.failure.reason === 'sandbox-unavailable') {
    await pause(context.deps.clock, RESTART_MS, context.signal);
    opened = yield* own.replace();
  }
  if (opened === ABORTED || !opened.ok || context.signal.aborted) return undefined;
  yield* announceSandbox(context, own);
  return opened;
}

/** Before the first run in a sandbox: what the files are, and those that came while the model wrote its code. */
async function* prepareFiles(context: TurnContext, opened: OpenedSandbox): AsyncGenerator<TurnEvent, void, undefined> {
  const late = await placeFiles(context, opened.sandbox, context.signal);
  for (const text of late.notes) yield { type: 'turn.note', at: context.now(), text };
  const untold = [...(context.filesTold ? [] : opened.files), ...late.files];
  if (untold.length > 0) context.notesForModel.push(describeFiles(untold));
  context.notesForModel.push(...late.notes);
  const isSame = late.files.length === 0;
  context.listing = isSame ? opened.listing : await listFiles(context, opened.sandbox, context.signal);
}

/** Says once in a turn which sandbox it is, and to the model what it has lost. */
export function* announceSandbox(context: TurnContext, own: TurnSandbox): Generator<TurnEvent, void, undefined> {
  const opened = own.settled();
  if (!opened?.ok || context.sandboxAnnounced) return;
  context.sandboxAnnounced = true;
  const { sandbox, lost, notes } = opened;
  yield { type: 'sandbox.opened', at: context.now(), id: sandbox.id, origin: originOf(sandbox), lost };
  for (const text of notes) yield { type: 'turn.note', at: context.now(), text };
  context.notesForModel.push(...(lost ? [SANDBOX_REPLACED] : []), ...notes);
}

function originOf({ fresh, resumed }: Sandbox): SandboxOrigin {
  if (fresh) return 'new';
  return resumed ? 'resumed' : 'kept';
}

/** The notes that the model has not seen yet. */
export function takeNotes(context: TurnContext): readonly string[] {
  const notes = context.notesForModel;
  context.notesForModel = [];
  return notes;
}

interface EndedRun {
  readonly result: RunResult;
  readonly output: KeptOutput;
  readonly lastStderrLine: string;
  /** The port broke its promise. */
  readonly isFault: boolean;
}

async function* runCode(
  context: TurnContext,
  sandbox: Sandbox,
  code: Code,
  step: number,
): AsyncGenerator<TurnEvent, EndedRun, undefined> {
  const { log, scratch } = context.deps;
  const output = new RunOutput(() => scratch.create(outputFileName(step)), log);
  // Of several states that wait, the last is the one to show.
  const queue = eventQueue<Output>((_last, next) => next);
  const take = (chunk: OutputChunk): void => {
    output.add(chunk);
    queue.push(output.soFar());
  };
  const running = runToEnd(context, sandbox, code, take).finally(queue.close);
  for await (const soFar of queue) yield { type: 'run.output', at: context.now(), output: soFar };
  const kept = await output.end();
  if (kept.leftOutBytes > 0 && !kept.whole) yield { type: 'turn.note', at: context.now(), text: NOT_KEPT };
  return { ...(await running), output: kept, lastStderrLine: output.lastStderrLine() };
}

/** The port's `run`: its end is data even where the adapter throws, or never answers to a stop. */
async function runToEnd(
  { deps, signal }: TurnContext,
  sandbox: Sandbox,
  code: Code,
  onOutput: (chunk: OutputChunk) => void,
): Promise<Pick<EndedRun, 'result' | 'isFault'>> {
  const started = deps.clock.now();
  const unknown = (reason: string): RunResult => ({
    kind: 'lost',
    reason,
    durationMs: deps.clock.now() - started,
    results: [],
  });
  try {
    const running = sandbox.run(code, onOutput, signal);
    const early = await unlessAborted(running, signal);
    const result = early === ABORTED ? await within(running, STOP_GRACE_MS, deps.clock) : early;
    return { result: result ?? unknown('The sandbox did not answer to the stop.'), isFault: false };
  } catch (error) {
    deps.log.error({ err: error }, 'running code threw');
    return { result: unknown('The run ended because of a fault in Threadbox.'), isFault: true };
  }
}

/** What the model is told of the run. Where that is only a part, the whole is left in the sandbox and its path given. */
async function boundedText(context: TurnContext, sandbox: Sandbox, step: number, report: RunReport): Promise<string> {
  const text = reportText(report);
  const { leftOutBytes, whole } = report.output;
  const bounded = (wholeIn?: string) => boundedReport(text, wholeIn, leftOutBytes);
  const isThere = leftOutBytes === 0 || whole !== undefined;
  const isWanted = needsCut(text, leftOutBytes) && isThere && report.result.kind !== 'lost';
  if (!isWanted || context.signal.aborted) return bounded();
  const path = `${WHOLE_REPORTS}/${context.input.turn}-step-${step}.txt`;
  try {
    const put = await unlessAborted(sandbox.put(path, wholeReport(report), context.signal), context.signal);
    return bounded(put === ABORTED ? undefined : `${HOME}/${path}`);
  } catch (error) {
    context.deps.log.warn({ err: error }, 'a whole report could not be left in the sandbox');
    return bounded();
  }
}
