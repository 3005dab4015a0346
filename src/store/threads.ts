/** Threads: which conversations exist, the sandbox each is bound to, and which were ended. */
import type { Store, ThreadRow } from '../ports.ts';
import type { Database, Guard } from './database.ts';

type ThreadTable = Pick<
  Store,
  'thread' | 'touchThread' | 'bindSandbox' | 'releaseSandbox' | 'threadOfSandbox' | 'closeThread' | 'threadsBegunBy'
>;

/** SQLite has no booleans. */
type RawThread = Omit<ThreadRow, 'closed'> & { readonly closed: number };

const COLUMNS =
  'key, sandbox, created_ms AS createdMs, last_active_ms AS lastActiveMs, closed_ms IS NOT NULL AS closed';

function toThread(raw: RawThread): ThreadRow {
  return { ...raw, closed: raw.closed !== 0 };
}

/** Keys are `team:channel:ts`, so those of a channel stand together: from "…:" to the character after the colon. */
const OF_CHANNEL = `key >= @team || ':' || @channel || ':' AND key < @team || ':' || @channel || ';'`;

interface Begun {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  readonly limit: number;
}

export function threadTable(db: Database, guard: Guard): ThreadTable {
  const select = db.prepare<[string], RawThread>(`SELECT ${COLUMNS} FROM threads WHERE key = ?`);
  const selectBound = db.prepare<[string], RawThread>(`SELECT ${COLUMNS} FROM threads WHERE sandbox = ?`);
  const touch = db.prepare<[string, number, number], RawThread>(
    `INSERT INTO threads (key, created_ms, last_active_ms) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET last_active_ms = max(last_active_ms, excluded.last_active_ms), closed_ms = NULL
     RETURNING ${COLUMNS}`,
  );
  const bind = db.prepare<[string | null, string]>('UPDATE threads SET sandbox = ? WHERE key = ?');
  const close = db.prepare<[number, string]>('UPDATE threads SET closed_ms = ? WHERE key = ?');
  const begun = db.prepare<[Begun], RawThread>(
    `SELECT ${COLUMNS} FROM threads WHERE ${OF_CHANNEL} AND closed_ms IS NULL
     AND (SELECT user FROM turns WHERE thread = threads.key ORDER BY seq LIMIT 1) = @user
     ORDER BY last_active_ms DESC LIMIT @limit`,
  );
  const release = db.transaction((key: string) => {
    const bound = select.get(key)?.sandbox ?? null;
    bind.run(null, key);
    return bound;
  });

  return {
    thread: guard((key) => {
      const raw = select.get(key);
      return raw && toThread(raw);
    }),
    touchThread: guard((key, nowMs) => {
      const raw = touch.get(key, nowMs, nowMs);
      if (!raw) throw new Error('an upsert returned no row');
      return toThread(raw);
    }),
    bindSandbox: guard((key, sandbox) => {
      bind.run(sandbox, key);
    }),
    releaseSandbox: guard((key) => release.immediate(key)),
    threadOfSandbox: guard((sandbox) => {
      const raw = selectBound.get(sandbox);
      return raw && toThread(raw);
    }),
    closeThread: guard((key, nowMs) => {
      close.run(nowMs, key);
    }),
    threadsBegunBy: guard((team, channel, user, limit) => begun.all({ team, channel, user, limit }).map(toThread)),
  };
}
