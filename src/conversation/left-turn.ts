/** A turn whose message does not show its end: what is known of it, and how it is closed. */
import type { PastRun, StoredMessage, TurnEnd, TurnRow } from '../ports.ts';
import type { DeliveryDeps } from './delivery.ts';
import { type Failure, type ThreadRef, type TurnEvent, type TurnId, threadKey } from './events.ts';
import { foldProgress, type Progress, startProgress } from './progress.ts';
import { RESTARTED, WAITED_TOO_LONG } from './turn-endings.ts';

/**
 * Shows what had been done, why it ended and how to have it done again; then marks the turn. In this order: a process
 * that ends between the two finds a message that shows its end already.
 */
export async function closeLeftTurn(deps: DeliveryDeps, row: TurnRow, thread: ThreadRef): Promise<void> {
  const { store, replies, clock, settings } = deps;
  const log = deps.log.child({ turn: row.id, thread: row.thread });
  const end = cutOff(row, store.runsOf(row.id), row.state === 'queued' ? WAITED_TOO_LONG : RESTARTED);
  const last = lastProgress(row, store.runsOf(row.id), saidIn(store, row), end, settings.maxAttempts);
  const ending = await replies.close(thread, last, { replyTs: row.replyTs, sinceMs: row.createdMs });
  log.warn({ ending }, 'a turn of the last process was not finished');
  if (ending === 'settled') store.markInterrupted(row.id, clock.now());
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
    ...(output === '' ? [] : [{ type: 'run.output', at, chunk: { stream: 'stdout', text: output } } as const]),
    ...(result ? [{ type: 'run.finished', at, result } as const] : []),
  ];
}
