/** One bot process per data folder, proved with a second process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StorageError } from '../../src/store/errors.ts';
import { lockDataFolder } from '../../src/store/lock.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';

const SQLITE = createRequire(import.meta.url).resolve('better-sqlite3');

/** Another process that holds the lock as `lockDataFolder` does, until it is killed. */
async function holder(dir: string): Promise<ChildProcess> {
  const script = `
    const Sqlite = require(${JSON.stringify(SQLITE)});
    const db = new Sqlite(${JSON.stringify(join(dir, 'threadbox.lock'))});
    db.exec('BEGIN EXCLUSIVE');
    process.stdout.write('held');
    setInterval(() => db.open, 1000);`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
  return child;
}

function refusal(dir: string): StorageError {
  try {
    lockDataFolder(dir).release();
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  throw new Error('the lock was given');
}

describe('store.one-process', () => {
  it('refuses a folder that another process has, and says which', async () => {
    const dir = temporaryFolder();
    await holder(dir);
    const error = refusal(dir);
    expect(error.reason).toBe('in-use');
    expect(error.message).toBe(
      `Another Threadbox is already running on the data folder ${dir}. Stop it, or set DATA_DIR to another folder.`,
    );
  });

  it('is free again when the other process was killed', async () => {
    const dir = temporaryFolder();
    const child = await holder(dir);
    child.kill('SIGKILL');
    await once(child, 'exit');
    lockDataFolder(dir).release();
    expect(child.signalCode).toBe('SIGKILL');
  });

  it('refuses a second lock in the same process until the first is released', () => {
    const dir = join(temporaryFolder(), 'made', 'here');
    const lock = lockDataFolder(dir);
    expect(refusal(dir).reason).toBe('in-use');
    lock.release();
    const again = lockDataFolder(dir);
    expect(refusal(dir).reason).toBe('in-use');
    again.release();
  });

  it('says what is wrong with a folder that cannot be one', () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'file'), '');
    expect(refusal(join(dir, 'file')).reason).toBe('unreachable');
  });
});
