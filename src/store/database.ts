/** One open SQLite file: its settings, its schema brought up to date, and its errors made ours. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StorageError, storageError } from './errors.ts';
import { MIGRATIONS } from './migrations.ts';

export type Database = Sqlite.Database;

/** How long a statement waits for another connection. Short: the event loop waits with it. */
const BUSY_TIMEOUT_MS = 1_000;

/** Wraps a function so that whatever SQLite throws leaves as a StorageError. */
export type Guard = <A extends readonly unknown[], R>(work: (...args: A) => R) => (...args: A) => R;

export function guardFor(path: string): Guard {
  return (work) =>
    (...args) => {
      try {
        return work(...args);
      } catch (error) {
        throw storageError(error, path);
      }
    };
}

/** Opens the file, making it and its folder where they are missing. Throws StorageError. */
export function openDatabase(path: string, busyTimeoutMs = BUSY_TIMEOUT_MS): Database {
  return guardFor(path)(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const db = new Sqlite(path, { timeout: busyTimeoutMs });
    try {
      db.pragma('journal_mode = WAL');
      // With WAL a killed process loses nothing; a power cut may lose the last moments, never the database.
      db.pragma('synchronous = NORMAL');
      db.pragma('foreign_keys = ON');
      migrate(db, path);
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  })();
}

/** Each step in a transaction of its own. The first transaction also proves that the file can be written. */
export function migrate(db: Database, path: string, migrations: readonly string[] = MIGRATIONS): void {
  const step = db.transaction((): boolean => {
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version > migrations.length) throw new StorageError('newer', path);
    const sql = migrations[version];
    if (sql === undefined) return false;
    db.exec(sql);
    db.pragma(`user_version = ${version + 1}`);
    return true;
  });
  while (step.immediate()) {
    // The step that returned made the database one version newer.
  }
}
