/** Threads: which conversations exist, and the sandbox each is bound to. */
import type { Store, ThreadRow } from '../ports.ts';
import type { Database, Guard } from './database.ts';

type ThreadTable = Pick<Store, 'thread' | 'touchThread' | 'bindSandbox'>;

const COLUMNS = 'key, sandbox, created_ms AS createdMs, last_active_ms AS lastActiveMs';

export function threadTable(db: Database, guard: Guard): ThreadTable {
  const select = db.prepare<[string], ThreadRow>(`SELECT ${COLUMNS} FROM threads WHERE key = ?`);
  const touch = db.prepare<[string, number, number], ThreadRow>(
    `INSERT INTO threads (key, created_ms, last_active_ms) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET last_active_ms = max(last_active_ms, excluded.last_active_ms)
     RETURNING ${COLUMNS}`,
  );
  const bind = db.prepare<[string, string]>('UPDATE threads SET sandbox = ? WHERE key = ?');

  return {
    thread: guard((key) => select.get(key)),
    touchThread: guard((key, nowMs) => {
      const row = touch.get(key, nowMs, nowMs);
      if (!row) throw new Error('an upsert returned no row');
      return row;
    }),
    bindSandbox: guard((key, sandbox) => {
      bind.run(sandbox, key);
    }),
  };
}
