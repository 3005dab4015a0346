/**
 * Files of turns that are under way, in `tmp` of the data folder. The folder is emptied at each start: what a killed
 * process left there belongs to nobody.
 */
import { openAsBlob, rmSync } from 'node:fs';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scratch, ScratchFile } from '../ports.ts';
import { storageError } from './errors.ts';

/** Takes over the folder; nobody else may be using it. Throws StorageError when it cannot be emptied. */
export function openScratch(dir: string): Scratch {
  try {
    rmSync(dir, { recursive: true, force: true });
  } catch (error) {
    throw storageError(error, dir);
  }
  return {
    folder(turn) {
      const folder = join(dir, turn);
      const opened = new Set<FileHandle>();
      return {
        async create(name) {
          await mkdir(folder, { recursive: true, mode: 0o700 });
          const path = join(folder, name);
          const handle = await open(path, 'wx', 0o600);
          opened.add(handle);
          return scratchFile(path, handle, () => opened.delete(handle));
        },
        async clear() {
          const closing = [...opened].map((handle) => handle.close());
          await Promise.allSettled(closing);
          // What stays for whatever reason goes at the next start.
          await rm(folder, { recursive: true, force: true }).catch(() => {});
        },
      };
    },
  };
}

function scratchFile(path: string, handle: FileHandle, onClose: () => void): ScratchFile {
  return {
    async append(text) {
      await handle.appendFile(text);
    },
    async close() {
      onClose();
      await handle.close();
      return openAsBlob(path);
    },
  };
}
