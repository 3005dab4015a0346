/**
 * One bot process per data folder. The lock is a SQLite transaction that stays open on a file of its own: the system
 * takes it back when the process ends, however it ends, so a killed bot leaves no stale lock behind.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { StorageError, storageError } from './errors.ts';

const LOCK_FILE = 'threadbox.lock';

export interface FolderLock {
  release(): void;
}

/** Takes the folder, making it where it is missing. Throws StorageError, 'in-use' when another process has it. */
export function lockDataFolder(dir: string): FolderLock {
  const path = join(dir, LOCK_FILE);
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const db = new Sqlite(path, { timeout: 0 });
    try {
      db.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      throw error;
    }
    return {
      release: () => {
        db.close();
      },
    };
  } catch (error) {
    const failure = storageError(error, path);
    throw failure.reason === 'locked' ? new StorageError('in-use', dir, error) : failure;
  }
}
