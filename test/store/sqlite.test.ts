/** What the real database does on its bad days: each ends in a StorageError with the right reason. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type TurnId, threadKey } from '../../src/conversation/events.ts';
import type { TurnRow } from '../../src/ports.ts';
import { type Database, migrate, openDatabase } from '../../src/store/database.ts';
import { StorageError, type StorageReason } from '../../src/store/errors.ts';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import { openStore, storeOn } from '../../src/store/sqlite.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';

const THREAD = threadKey({ team: 'T1', channel: 'C1', threadTs: '1.1' });
const TURN: TurnRow = {
  id: 'turn-1' as TurnId,
  thread: THREAD,
  user: 'U1',
  sourceTs: '1.1',
  task: { kind: 'ask', text: 'hello' },
  files: [],
  state: 'queued',
  replyTs: null,
  createdMs: 1,
};

function newPath(): string {
  return join(temporaryFolder(), 'threadbox.db');
}

function opened(path: string, busyTimeoutMs?: number): Database {
  const db = openDatabase(path, busyTimeoutMs);
  onTestFinished(() => {
    db.close();
  });
  return db;
}

function reasonOf(work: () => unknown): StorageReason | 'nothing thrown' {
  try {
    work();
    return 'nothing thrown';
  } catch (error) {
    if (error instanceof StorageError) return error.reason;
    throw error;
  }
}

describe('store.errors', () => {
  it('full disk: says so, and the store works again once there is room', () => {
    const path = newPath();
    const db = opened(path);
    const store = storeOn(db, path);
    store.acceptTurn(TURN);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
    expect(reasonOf(() => store.recordEvent('Ev1', 'x'.repeat(500_000), 1))).toBe('full');
    expect(
      reasonOf(() => store.appendMessages(THREAD, TURN.id, [{ role: 'user', text: 'y'.repeat(500_000) }], 1)),
    ).toBe('full');
    db.pragma('max_page_count = 100000');
    expect(store.recordEvent('Ev1', 'x'.repeat(500_000), 1)).toMatchObject({ dedupKey: 'Ev1' });
    expect(store.messages(THREAD)).toEqual([]);
  });

  it('read-only database: what reads still answers', () => {
    const path = newPath();
    const db = opened(path);
    const store = storeOn(db, path);
    db.pragma('query_only = ON');
    expect(reasonOf(() => store.acceptTurn(TURN))).toBe('read-only');
    expect(store.unfinishedTurns()).toEqual([]);
  });

  it('locked database: another program holds the write lock', () => {
    const path = newPath();
    const store = storeOn(opened(path, 20), path);
    const other = opened(path);
    other.exec('BEGIN IMMEDIATE');
    expect(reasonOf(() => store.acceptTurn(TURN))).toBe('locked');
    other.exec('ROLLBACK');
    expect(store.acceptTurn(TURN)).toBe('accepted');
  });

  it('locked database: also when it is opened', () => {
    const path = newPath();
    const other = opened(path);
    other.exec('BEGIN IMMEDIATE');
    expect(reasonOf(() => openDatabase(path, 20))).toBe('locked');
  });

  it('a file that is no database', () => {
    const path = newPath();
    writeFileSync(path, 'this is a text file, and a long one, so that it is no database\n'.repeat(100));
    expect(reasonOf(() => openStore(path))).toBe('corrupt');
  });

  it('a damaged database', () => {
    const path = newPath();
    const store = openStore(path);
    for (let index = 0; index < 200; index += 1) store.recordEvent(`Ev${index}`, 'x'.repeat(1_000), index);
    store.close();
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4_096);
    writeFileSync(path, bytes);
    expect(reasonOf(() => openStore(path).unhandledEvents())).toBe('corrupt');
  });

  it('a folder in the place of the file, and a file in the place of the folder', () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'threadbox.db'));
    writeFileSync(join(dir, 'file'), '');
    expect(reasonOf(() => openStore(join(dir, 'threadbox.db')))).toBe('unreachable');
    expect(reasonOf(() => openStore(join(dir, 'file', 'threadbox.db')))).toBe('unreachable');
  });

  it('a database of a newer version is left alone', () => {
    const path = newPath();
    openStore(path).close();
    const db = new Sqlite(path);
    db.pragma(`user_version = ${MIGRATIONS.length + 1}`);
    db.close();
    expect(reasonOf(() => openStore(path))).toBe('newer');
  });

  it('a turn of a thread that does not exist is a fault of ours', () => {
    const path = newPath();
    expect(reasonOf(() => storeOn(opened(path), path).insertTurn(TURN))).toBe('refused');
  });
});

describe('store.migrations', () => {
  it('brings an empty and an up-to-date database to the same version', () => {
    const path = newPath();
    openStore(path).close();
    const db = opened(path);
    expect(db.pragma('user_version', { simple: true })).toBe(MIGRATIONS.length);
  });

  it('brings a database of the first version along, with what is in it', () => {
    const path = newPath();
    mkdirSync(dirname(path), { recursive: true });
    const db = new Sqlite(path);
    migrate(db, path, MIGRATIONS.slice(0, 1));
    db.prepare(`INSERT INTO threads (key, created_ms, last_active_ms) VALUES (?, 1, 2)`).run(THREAD);
    db.close();
    const store = openStore(path);
    onTestFinished(() => store.close());
    expect(store.thread(THREAD)).toMatchObject({ lastActiveMs: 2, closed: false });
  });

  it('takes each step whole or not at all, and goes on from there', () => {
    const path = newPath();
    const db = new Sqlite(path);
    onTestFinished(() => {
      db.close();
    });
    const good = 'CREATE TABLE a (x INTEGER)';
    const bad = 'CREATE TABLE b (x INTEGER); INSERT INTO missing VALUES (1)';
    expect(() => migrate(db, path, [good, bad])).toThrow(/missing/);
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    const tables = () => db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    expect(tables()).toEqual(['a']);
    migrate(db, path, [good, 'CREATE TABLE b (x INTEGER)']);
    expect(tables()).toEqual(['a', 'b']);
  });
});

describe('store.settings', () => {
  it('writes ahead, waits a little for others, and checks its references', () => {
    const db = opened(newPath());
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('busy_timeout', { simple: true })).toBe(1_000);
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  });
});

describe('store.runs', () => {
  it('keeps the start and the end of a long output and no images', () => {
    const path = newPath();
    const db = opened(path);
    const store = storeOn(db, path);
    store.acceptTurn(TURN);
    store.insertRun({ turn: TURN.id, step: 1, attempt: 1, code: { language: 'python', source: 'f()' }, startedMs: 2 });
    const png = new Uint8Array(50_000);
    const error = { name: 'KeyError', value: "'price'", traceback: 'line\n'.repeat(20_000) };
    const result = { kind: 'failed', durationMs: 7, results: [{ isMain: false, png }], error } as const;
    store.finishRun(TURN.id, 1, result, `start ${'€'.repeat(30_000)} end`, 9);
    const row = db.prepare<[], { output: string; result: string }>('SELECT output, result FROM runs').get();
    expect(row?.output).toMatch(/^start €+\n\[\d+ bytes left out\]\n€+ end$/);
    expect(Buffer.byteLength(row?.output ?? '')).toBeLessThanOrEqual(16_000);
    expect(JSON.parse(row?.result ?? '')).toMatchObject({ kind: 'failed', displayed: 1, error: { name: 'KeyError' } });
    expect(row?.result.length).toBeLessThan(20_000);
  });
});
