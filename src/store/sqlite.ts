/** The Store on SQLite: write-ahead log, one writer, every method a short transaction. */
import type { Store } from '../ports.ts';
import { type Database, guardFor, openDatabase } from './database.ts';
import { eventTable } from './events.ts';
import { historyTable } from './history.ts';
import { kernelTable } from './kernels.ts';
import { threadTable } from './threads.ts';
import { turnTable } from './turns.ts';

/** Opens or makes the database at `path` and brings its schema up to date. Throws StorageError. */
export function openStore(path: string): Store {
  return guardFor(path)(() => storeOn(openDatabase(path), path))();
}

/** The store on a database that is open already. */
export function storeOn(db: Database, path: string): Store {
  const guard = guardFor(path);
  const threads = threadTable(db, guard);
  return {
    ...eventTable(db, guard),
    ...threads,
    ...turnTable(db, guard, threads.touchThread),
    ...historyTable(db, guard),
    ...kernelTable(db, guard),
    close: guard(() => {
      db.close();
    }),
  };
}
