/**
 * Files of turns that are under way, in `tmp` of the data folder. The folder is emptied at each start: what a killed
 * process left there belongs to nobody.
 */
import { closeSync, mkdirSync, openAsBlob, openSync, rmSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
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
      const files = new Set<OpenFile>();
      return {
        create(name) {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          const file = new OpenFile(join(folder, name));
          files.add(file);
          return file;
        },
        async clear() {
          for (const file of files) file.end();
          // What stays for whatever reason goes at the next start.
          await rm(folder, { recursive: true, force: true }).catch(() => {});
        },
      };
    },
  };
}

const BUFFER_BYTES = 65_536;

class OpenFile implements ScratchFile {
  readonly #path: string;
  #descriptor: number | undefined;
  /** One for the whole file: a new one for each piece would be as much garbage as there is output. */
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = openSync(path, 'wx', 0o600);
  }

  append(text: string): void {
    if (this.#descriptor === undefined) throw new Error('the file is closed');
    const encoder = new TextEncoder();
    for (let rest = text; rest !== ''; ) {
      const { read, written } = encoder.encodeInto(rest, this.#buffer);
      for (let at = 0; at < written; ) at += writeSync(this.#descriptor, this.#buffer, at, written - at);
      rest = rest.slice(read);
    }
  }

  async close(): Promise<Blob> {
    this.end();
    return openAsBlob(this.#path);
  }

  end(): void {
    const descriptor = this.#descriptor;
    this.#descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
