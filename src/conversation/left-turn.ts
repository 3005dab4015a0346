/** A turn whose message does not show its end: what is known of it, and how it is closed. */
import type { PastRun, StoredMessage, TurnEnd, TurnRow } from '../ports.ts';
import type { DeliveryDeps } from './delivery.ts';
import { type Failure, never, type ThreadRef, type TurnEvent, type TurnId, threadKey } from './events.ts';
import { appendOutput, emptyOutput } from './output.ts';
import { foldProgress, type Progress, startProgress } from './progress.ts';
import { fate } from './retry.ts';
import { RESTARTED, restarted, WAITED_TOO_LONG } from './turn-endings.ts';

/**
 * Shows what had been done, why it ended and how to have it done again; then marks the turn. In this order: a process
 * that ends between the two finds a message that shows its end already.
 */
export async function closeLeftTurn(deps: DeliveryDeps, row: TurnRow, thread: ThreadRef): Promise<void> {
  const { store, replies, clock, settings } = deps;
  const log = deps.log.child({ turn: row.id, thread: row.thread });
  const failure = row.state === 'queued' ? WAITED_TOO_LONG : restarted(await stopLeftCode({ ...deps, log }, row));
  const end = cutOff(row, store.runsOf(row.id), failure);
  const last = lastProgress(row, store.runsOf(row.id), saidIn(store, row), end, settings.maxAttempts);
  const ending = await replies.close(thread, last, { replyTs: row.replyTs, sinceMs: row.createdMs });
  log.warn({ ending }, 'a turn of the last process was not finished');
  if (ending === 'settled') store.markInterrupted(row.id, clock.now());
}

/** Somebody may wait in the thread. */
const STOP_PATIENCE_MS = 20_000;

/** Stops the code that the last process left running, and resolves with a sentence on it; empty where none was. */
async function stopLeftCode({ store, sandboxes, log }: DeliveryDeps, row: TurnRow): Promise<string> {
  const sandbox = store.thread(row.thread)?.sandbox;
  const wasRunning = store.runsOf(row.id).some(({ result }) => result === null);
  if (!sandbox || !wasRunning) return '';
  try {
    const left = await sandboxes.takeOver(sandbox, AbortSignal.timeout(STOP_PATIENCE_MS));
    switch (left.kind) {
      case 'none':
        return '';
      case 'stopped':
        return `The code that was running is stopped; ${fate(left)}.`;
      case 'gone':
        return 'Its sandbox is gone, with its variables and files.';
      default:
        return never(left);
    }
  } catch (error) {
    log.warn({ err: error, sandbox }, 'the code of a turn that was cut off could not be stopped');
    return 'I cannot reach its sandbox: the code may still be running there, and is stopped before other code runs.';
  }
}

/**
 * Brings its end to the message of a turn that is over, where it still shows a turn that runs: its channel was archived
 * when it ended, say, and is open again.
 */
export async function showPastEnd(deps: DeliveryDeps, id: TurnId, thread: ThreadRef): Promise<void> {
  const { store, replies, settings } = deps;
  const row = store.turn(id);
  if (!row || row.thread !== threadKey(thread) || (row.state !== 'finished' && row.state !== 'interrupted')) return;
  const runs = store.runsOf(id);
  const end = store.endOf(id) ?? cutOff(row, runs, RESTARTED);
  const last = lastProgress(row, runs, saidIn(store, row), end, settings.maxAttempts);
  await replies.close(thread, last, { replyTs: row.replyTs, sinceMs: row.createdMs });
}

function saidIn(store: DeliveryDeps['store'], row: TurnRow): readonly StoredMessage[] {
  return store.messages(row.thread).filter(({ turn }) => turn === row.id);
}

/** When it ended is not known: its last sign of life is. */
export function cutOff(row: TurnRow, runs: readonly PastRun[], failure: Failure): TurnEnd {
  const endedMs = runs.at(-1)?.startedMs ?? row.createdMs;
  return { outcome: { kind: 'error', failure }, usage: { inputTokens: 0, outputTokens: 0 }, endedMs };
}

/** The turn's last state, from what it had written down. */
export function lastProgress(
  row: TurnRow,
  runs: readonly PastRun[],
  said: readonly StoredMessage[],
  { outcome, usage, endedMs: at }: TurnEnd,
  maxAttempts: number,
): Progress {
  const events = [
    ...lifeOf(runs, said, at),
    { type: 'model.finished', at, usage } as const,
    { type: 'turn.finished', at, outcome } as const,
  ];
  return events.reduce(foldProgress, startProgress(row.id, row.createdMs, maxAttempts, row.task.kind === 'code'));
}

/** The model's words stand before the runs they led to: each of its calls became the next run. */
function lifeOf(runs: readonly PastRun[], said: readonly StoredMessage[], at: number): TurnEvent[] {
  const events: TurnEvent[] = [];
  const left = [...runs];
  for (const { message } of said) {
    if (message.role !== 'assistant') continue;
    if (message.text !== '') events.push({ type: 'model.text', at, delta: message.text, snapshot: message.text });
    for (const run of left.splice(0, message.calls.length)) events.push(...runEvents(run));
  }
  return [...events, ...left.flatMap(runEvents)];
}

function runEvents({ step, attempt, code, startedMs: at, output, result }: PastRun): TurnEvent[] {
  return [
    { type: 'run.started', at, step, attempt, code },
    ...(output === '' ? [] : [{ type: 'run.output', at, output: appendOutput(emptyOutput(), output) } as const]),
    ...(result ? [{ type: 'run.finished', at, result } as const] : []),
  ];
}
