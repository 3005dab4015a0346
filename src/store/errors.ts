/** What can be wrong with the database, decided on SQLite's and the system's codes, each with a sentence for a person. */

export type StorageReason =
  /** The file or its folder cannot be written. */
  | 'read-only'
  /** Another connection holds the database for longer than we wait. */
  | 'locked'
  /** No space left on the device. */
  | 'full'
  /** The file is damaged, or is no database at all. */
  | 'corrupt'
  /** The file or its folder cannot be opened or read. */
  | 'unreachable'
  /** Written by a later version of Threadbox. */
  | 'newer'
  /** Another Threadbox process works on this data folder. */
  | 'in-use'
  /** SQLite refused something we asked of it: a bug of ours. */
  | 'refused';

/** The database cannot answer. `message` is a sentence for whoever runs the bot; it names the file. */
export class StorageError extends Error {
  readonly reason: StorageReason;

  constructor(reason: StorageReason, path: string, cause?: unknown) {
    super(SENTENCES[reason](path), { cause });
    this.name = 'StorageError';
    this.reason = reason;
  }
}

const SENTENCES: Record<StorageReason, (path: string) => string> = {
  'read-only': (path) =>
    `The database ${path} cannot be written. Give the user that runs Threadbox write access to the file and its folder, or set DATA_DIR to a folder that has it.`,
  locked: (path) => `The database ${path} is locked by another program. Close that program, then start again.`,
  full: (path) => `The disk that holds ${path} is full. Free some space, then start again.`,
  corrupt: (path) =>
    `${path} is damaged or is not a Threadbox database. Put back a copy of it, or move it away to begin anew.`,
  unreachable: (path) =>
    `The database ${path} cannot be opened. Check that DATA_DIR names a folder this user may read and write.`,
  newer: (path) =>
    `The database ${path} was written by a newer Threadbox. Update Threadbox, or set DATA_DIR to another folder.`,
  'in-use': (path) =>
    `Another Threadbox is already running on the data folder ${path}. Stop it, or set DATA_DIR to another folder.`,
  refused: (path) => `The database ${path} refused a change. This is a fault in Threadbox; the log has the details.`,
};

/** SQLite's primary result codes; the extended ones begin with them. */
const SQLITE_CODES: readonly (readonly [prefix: string, reason: StorageReason])[] = [
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_PERM', 'read-only'],
  ['SQLITE_BUSY', 'locked'],
  ['SQLITE_LOCKED', 'locked'],
  ['SQLITE_FULL', 'full'],
  ['SQLITE_CORRUPT', 'corrupt'],
  ['SQLITE_NOTADB', 'corrupt'],
  ['SQLITE_CANTOPEN', 'unreachable'],
  ['SQLITE_IOERR', 'unreachable'],
];

const SYSTEM_CODES: Readonly<Record<string, StorageReason>> = {
  EACCES: 'read-only',
  EPERM: 'read-only',
  EROFS: 'read-only',
  ENOSPC: 'full',
  EDQUOT: 'full',
  ENOTDIR: 'unreachable',
  EISDIR: 'unreachable',
  EEXIST: 'unreachable',
  ENOENT: 'unreachable',
};

/** Any error of SQLite or the file system, as a StorageError about `path`. */
export function storageError(error: unknown, path: string): StorageError {
  if (error instanceof StorageError) return error;
  const code = codeOf(error);
  const reason = SQLITE_CODES.find(([prefix]) => code.startsWith(prefix))?.[1] ?? SYSTEM_CODES[code] ?? 'refused';
  return new StorageError(reason, path, error);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
