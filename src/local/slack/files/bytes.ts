/** Where files' bytes lie: one file each, named by id, below the workspace's folder. */
import { createReadStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface Bytes {
  write(id: string, bytes: Buffer): void;
  read(id: string): Buffer | undefined;
  stream(id: string): Readable | undefined;
  remove(id: string): void;
}

/** Ids come from us alone; anything else is refused. */
const ID = /^F0[A-Z0-9]{9}$/;

export function createBytes(folder: string): Bytes {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (id: string) => (ID.test(id) ? join(folder, id) : undefined);
  return {
    write: (id, bytes) => {
      const path = pathOf(id);
      if (!path) return;
      writeFileSync(`${path}.new`, bytes, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    read: (id) => {
      const path = pathOf(id);
      return path && existsSync(path) ? readFileSync(path) : undefined;
    },
    stream: (id) => {
      const path = pathOf(id);
      return path && existsSync(path) ? createReadStream(path) : undefined;
    },
    remove: (id) => {
      const path = pathOf(id);
      if (path) rmSync(path, { force: true });
    },
  };
}
