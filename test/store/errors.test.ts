import { describe, expect, it } from 'vitest';
import { StorageError, storageError } from '../../src/store/errors.ts';

const PATH = '/data/threadbox.db';

function coded(code: string): Error {
  return Object.assign(new Error('words that decide nothing'), { code });
}

describe('storageError', () => {
  it.each([
    ['SQLITE_READONLY', 'read-only'],
    ['SQLITE_READONLY_DBMOVED', 'read-only'],
    ['SQLITE_BUSY', 'locked'],
    ['SQLITE_BUSY_SNAPSHOT', 'locked'],
    ['SQLITE_LOCKED_SHAREDCACHE', 'locked'],
    ['SQLITE_FULL', 'full'],
    ['SQLITE_IOERR_WRITE', 'unreachable'],
    ['SQLITE_CANTOPEN_ISDIR', 'unreachable'],
    ['SQLITE_NOTADB', 'corrupt'],
    ['SQLITE_CORRUPT_INDEX', 'corrupt'],
    ['SQLITE_CONSTRAINT_FOREIGNKEY', 'refused'],
    ['EACCES', 'read-only'],
    ['EROFS', 'read-only'],
    ['ENOSPC', 'full'],
    ['ENOTDIR', 'unreachable'],
  ])('reads %s as %s', (code, reason) => {
    const error = storageError(coded(code), PATH);
    expect(error).toBeInstanceOf(StorageError);
    expect(error.reason).toBe(reason);
    expect(error.message).toContain(PATH);
    expect(error.message).not.toContain('words that decide nothing');
  });

  it.each([undefined, null, 'text', { code: 7 }, new Error('no code')])('takes %s as refused', (thrown) => {
    expect(storageError(thrown, PATH).reason).toBe('refused');
  });

  it('leaves a StorageError as it is', () => {
    const error = new StorageError('newer', PATH);
    expect(storageError(error, 'elsewhere')).toBe(error);
  });

  it('gives each reason one or two whole sentences with a way out', () => {
    for (const reason of ['read-only', 'locked', 'full', 'corrupt', 'unreachable', 'newer', 'in-use'] as const) {
      expect(new StorageError(reason, PATH).message).toMatch(/\. [A-Z].*\.$/);
    }
  });
});
