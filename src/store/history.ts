/** What a turn left behind: its runs, and the conversation as the model will read it again. */
import type { RunError, RunResult } from '../conversation/events.ts';
import { excerpt } from '../conversation/output-excerpt.ts';
import type { ModelMessage, PastRun, RunRow, Store, StoredMessage, TurnRow } from '../ports.ts';
import type { Database, Guard } from './database.ts';

type HistoryTable = Pick<Store, 'insertRun' | 'finishRun' | 'runsOf' | 'appendMessages' | 'messages'>;

/** A run's output in the database, which is a record and no archive: the whole went to the thread as a file. */
const KEPT_OUTPUT = { headBytes: 4_000, tailBytes: 12_000 };

/** The result without its displayed values, which may be images. */
function toRecord(result: RunResult): string {
  const { results, ...rest } = result;
  const record = { ...rest, displayed: results.length };
  if (rest.kind !== 'failed') return JSON.stringify(record);
  const { name, value, traceback } = rest.error;
  const error = { name, value: excerpt(value, KEPT_OUTPUT), traceback: excerpt(traceback, KEPT_OUTPUT) };
  return JSON.stringify({ ...record, error });
}

function fromRecord(record: string): RunResult {
  const { displayed: _displayed, ...rest } = JSON.parse(record) as RunResult & { readonly displayed: number };
  return { ...rest, results: [] };
}

type RawRun = Omit<RunRow, 'code'> &
  RunRow['code'] & { readonly result: string | null; readonly output: string | null };

/** The inverse of what `insertRun` and `toRecord` wrote. */
function toPastRun({ language, source, result: record, output, ...run }: RawRun): PastRun {
  const result = record === null ? null : fromRecord(record);
  const raised: RunError | undefined = result?.kind === 'failed' ? result.error : undefined;
  const error = raised ? { name: raised.name, value: raised.value } : null;
  return { ...run, code: { language, source }, result, output: output ?? '', error };
}

export function historyTable(db: Database, guard: Guard): HistoryTable {
  const insertRun = db.prepare<[string, number, number, string, string, number]>(
    'INSERT INTO runs (turn, step, attempt, language, source, started_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const finishRun = db.prepare<[string, string, number, string, number]>(
    'UPDATE runs SET result = ?, output = ?, finished_ms = ? WHERE turn = ? AND step = ?',
  );
  const selectRuns = db.prepare<[string], RawRun>(
    'SELECT turn, step, attempt, language, source, started_ms AS startedMs, result, output FROM runs WHERE turn = ? ORDER BY step',
  );
  const insertMessage = db.prepare<[string, string, string, number]>(
    'INSERT INTO messages (thread, turn, message, created_ms) VALUES (?, ?, ?, ?)',
  );
  const select = db.prepare<[string], { readonly turn: TurnRow['id']; readonly message: string }>(
    'SELECT turn, message FROM messages WHERE thread = ? ORDER BY id',
  );
  const append = db.transaction((thread: string, turn: string, messages: readonly ModelMessage[], nowMs: number) => {
    for (const message of messages) insertMessage.run(thread, turn, JSON.stringify(message), nowMs);
  });

  return {
    insertRun: guard(({ turn, step, attempt, code, startedMs }) => {
      insertRun.run(turn, step, attempt, code.language, code.source, startedMs);
    }),
    finishRun: guard((turn, step, result, output, nowMs) => {
      finishRun.run(toRecord(result), excerpt(output, KEPT_OUTPUT), nowMs, turn, step);
    }),
    runsOf: guard((turn): readonly PastRun[] => selectRuns.all(turn).map(toPastRun)),
    // One transaction: a call is never stored without its result.
    appendMessages: guard((thread, turn, messages, nowMs) => append.immediate(thread, turn, messages, nowMs)),
    messages: guard((thread): readonly StoredMessage[] =>
      select.all(thread).map(({ turn, message }) => ({ turn, message: JSON.parse(message) as ModelMessage })),
    ),
  };
}
