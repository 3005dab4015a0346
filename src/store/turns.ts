/** Turns and the messages they came from. A turn is a row before it is a promise. */
import { type InboundFile, parseThreadKey, type Task, type TurnOutcome } from '../conversation/events.ts';
import type { Store, TurnRow } from '../ports.ts';
import type { Database, Guard } from './database.ts';

type TurnTable = Pick<
  Store,
  | 'claimMessage'
  | 'acceptTurn'
  | 'addFiles'
  | 'filesBefore'
  | 'turnOfMessage'
  | 'changeTask'
  | 'insertTurn'
  | 'startTurn'
  | 'setReply'
  | 'finishTurn'
  | 'endOf'
  | 'turn'
  | 'hasNewerTurn'
  | 'unfinishedTurns'
  | 'markInterrupted'
>;

/** JSON columns are written by this file only, so what is read back is what was put in. */
type RawTurn = Omit<TurnRow, 'task' | 'files'> & { readonly task: string; readonly files: string };

const COLUMNS = `id, thread, user, source_ts AS sourceTs, task, files, state, reply_ts AS replyTs, created_ms AS createdMs`;

function toTurn(raw: RawTurn): TurnRow {
  return { ...raw, task: JSON.parse(raw.task) as TurnRow['task'], files: JSON.parse(raw.files) as InboundFile[] };
}

function turnStatements(db: Database) {
  return {
    claim: db.prepare<[string, string, string, string | null, number]>(
      'INSERT INTO claims (team, channel, ts, turn, claimed_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    insert: db.prepare<[Omit<TurnRow, 'task' | 'files'> & { task: string; files: string }]>(
      `INSERT INTO turns (id, thread, user, source_ts, task, files, state, reply_ts, created_ms)
       VALUES (@id, @thread, @user, @sourceTs, @task, @files, @state, @replyTs, @createdMs)`,
    ),
    start: db.prepare<[number, string]>(`UPDATE turns SET state = 'running', started_ms = ? WHERE id = ?`),
    setReply: db.prepare<[string, string]>('UPDATE turns SET reply_ts = ? WHERE id = ?'),
    finish: db.prepare<[string, number, number, number, string]>(
      `UPDATE turns SET state = 'finished', outcome = ?, input_tokens = ?, output_tokens = ?, finished_ms = ? WHERE id = ?`,
    ),
    end: db.prepare<[string], { outcome: string; inputTokens: number; outputTokens: number; endedMs: number }>(
      `SELECT outcome, input_tokens AS inputTokens, output_tokens AS outputTokens, finished_ms AS endedMs
       FROM turns WHERE id = ? AND state = 'finished'`,
    ),
    interrupt: db.prepare<[number, string]>(`UPDATE turns SET state = 'interrupted', finished_ms = ? WHERE id = ?`),
    select: db.prepare<[string], RawTurn>(`SELECT ${COLUMNS} FROM turns WHERE id = ?`),
    newer: db.prepare<[string]>(
      `SELECT 1 FROM turns AS later, turns AS this WHERE this.id = ? AND later.seq > this.seq
       AND later.thread = this.thread AND (later.state IN ('queued', 'running') OR later.reply_ts IS NOT NULL) LIMIT 1`,
    ),
    unfinished: db.prepare<[], RawTurn>(
      `SELECT ${COLUMNS} FROM turns WHERE state IN ('queued', 'running') ORDER BY seq`,
    ),
    openOfMessage: db.prepare<[string, string, string], RawTurn>(
      `SELECT ${COLUMNS} FROM turns WHERE state IN ('queued', 'running')
       AND id = (SELECT turn FROM claims WHERE team = ? AND channel = ? AND ts = ?)`,
    ),
    ofMessage: db.prepare<[string, string, string], RawTurn>(
      `SELECT ${COLUMNS} FROM turns WHERE id = (SELECT turn FROM claims WHERE team = ? AND channel = ? AND ts = ?)`,
    ),
    change: db.prepare<[string, string, string]>(
      `UPDATE turns SET task = ?, files = ? WHERE id = ? AND state = 'queued'`,
    ),
    filesBefore: db.prepare<[string], { readonly files: string }>(
      `SELECT earlier.files FROM turns AS earlier, turns AS this WHERE this.id = ? AND earlier.thread = this.thread
       AND earlier.seq < this.seq AND earlier.files <> '[]' ORDER BY earlier.seq`,
    ),
    setFiles: db.prepare<[string, string]>('UPDATE turns SET files = ? WHERE id = ?'),
  };
}

export function turnTable(db: Database, guard: Guard, touchThread: Store['touchThread']): TurnTable {
  const sql = turnStatements(db);

  const insertTurn = (turn: TurnRow): void => {
    sql.insert.run({ ...turn, task: JSON.stringify(turn.task), files: JSON.stringify(turn.files) });
  };

  const accept = db.transaction((turn: TurnRow, claim: string | undefined): 'accepted' | 'taken' => {
    const ref = parseThreadKey(turn.thread);
    const source = turn.sourceTs ?? claim;
    if (ref && source !== undefined) {
      const claimed = sql.claim.run(ref.team, ref.channel, source, turn.id, turn.createdMs);
      if (claimed.changes === 0) return 'taken';
    }
    touchThread(turn.thread, turn.createdMs);
    insertTurn(turn);
    return 'accepted';
  });

  const addFiles = db.transaction((team: string, channel: string, ts: string, files: readonly InboundFile[]): void => {
    const raw = sql.openOfMessage.get(team, channel, ts);
    if (!raw) return;
    const known = toTurn(raw).files;
    const added = files.filter((file) => !known.some((other) => other.id === file.id));
    if (added.length > 0) sql.setFiles.run(JSON.stringify([...known, ...added]), raw.id);
  });

  return {
    claimMessage: guard((team, channel, ts, nowMs) =>
      sql.claim.run(team, channel, ts, null, nowMs).changes === 0 ? 'taken' : 'claimed',
    ),
    acceptTurn: guard((turn, other) => accept.immediate(turn, other)),
    addFiles: guard((team, channel, ts, files) => addFiles.immediate(team, channel, ts, files)),
    filesBefore: guard((id) => sql.filesBefore.all(id).map(({ files }) => JSON.parse(files) as InboundFile[])),
    turnOfMessage: guard((team, channel, ts) => {
      const raw = sql.ofMessage.get(team, channel, ts);
      return raw && toTurn(raw);
    }),
    changeTask: guard(
      (id, task: Task, files) => sql.change.run(JSON.stringify(task), JSON.stringify(files), id).changes > 0,
    ),
    insertTurn: guard(insertTurn),
    startTurn: guard((id, nowMs) => {
      sql.start.run(nowMs, id);
    }),
    setReply: guard((id, replyTs) => {
      sql.setReply.run(replyTs, id);
    }),
    finishTurn: guard((id, outcome, usage, nowMs) => {
      sql.finish.run(JSON.stringify(outcome), usage.inputTokens, usage.outputTokens, nowMs, id);
    }),
    endOf: guard((id) => {
      const raw = sql.end.get(id);
      if (!raw) return undefined;
      const { inputTokens, outputTokens, endedMs } = raw;
      return { outcome: JSON.parse(raw.outcome) as TurnOutcome, usage: { inputTokens, outputTokens }, endedMs };
    }),
    turn: guard((id) => {
      const raw = sql.select.get(id);
      return raw && toTurn(raw);
    }),
    hasNewerTurn: guard((id) => sql.newer.get(id) !== undefined),
    unfinishedTurns: guard(() => sql.unfinished.all().map(toTurn)),
    markInterrupted: guard((id, nowMs) => {
      sql.interrupt.run(nowMs, id);
    }),
  };
}
