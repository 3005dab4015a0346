/**
 * What tells the sandboxes of this data folder from those of other bots on the same account. It outlives `--fresh`, so that
 * what was forgotten is still known to be ours, and is ended.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storageError } from './errors.ts';

const FILE = 'threadbox.id';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The folder's id, made where there is none. For the holder of the folder's lock. Throws StorageError. */
export function instanceId(dir: string): string {
  const path = join(dir, FILE);
  const known = read(path);
  if (known !== undefined && UUID.test(known)) return known;
  const id = randomUUID();
  try {
    // Whole or not at all: half an id would be another instance's.
    writeFileSync(`${path}.new`, `${id}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  } catch (error) {
    throw storageError(error, path);
  }
  return id;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
