/** Raw events: written before Slack hears that we have them, kept until they are handled and a while longer. */
import type { RecordedEvent, Store } from '../ports.ts';
import type { Database, Guard } from './database.ts';

type EventTable = Pick<Store, 'recordEvent' | 'unhandledEvents' | 'markHandled' | 'pruneEvents'>;

export function eventTable(db: Database, guard: Guard): EventTable {
  const insert = db.prepare<[string, number, string]>(
    'INSERT INTO events (dedup_key, received_ms, body) VALUES (?, ?, ?) ON CONFLICT (dedup_key) DO NOTHING',
  );
  const unhandled = db.prepare<[], RecordedEvent>(
    'SELECT id, dedup_key AS dedupKey, received_ms AS receivedMs, body FROM events WHERE handled = 0 ORDER BY id',
  );
  const handle = db.prepare<[number]>('UPDATE events SET handled = 1 WHERE id = ?');
  const prune = db.prepare<[number]>('DELETE FROM events WHERE handled = 1 AND received_ms < ?');

  return {
    recordEvent: guard((dedupKey, body, nowMs) => {
      const { changes, lastInsertRowid } = insert.run(dedupKey, nowMs, body);
      return changes === 0 ? 'duplicate' : { id: Number(lastInsertRowid), dedupKey, receivedMs: nowMs, body };
    }),
    unhandledEvents: guard(() => unhandled.all()),
    markHandled: guard((eventId) => {
      handle.run(eventId);
    }),
    pruneEvents: guard((beforeMs) => prune.run(beforeMs).changes),
  };
}
