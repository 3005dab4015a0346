/** Files of a sandbox, by paths relative to its home folder. */
import { posix } from 'node:path';
import type { Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { SandboxFile } from '../ports.ts';
import { fileError, isNoFile } from './faults.ts';

export const HOME = '/home/user';

/** Below this, a person has stopped looking; what lies deeper is a program's own business. */
const MAX_DEPTH = 4;
const MAX_FILES = 500;
const MAX_FOLDERS = 100;
/** Folders that tools fill. Hidden ones go by their dot. */
const TOOL_FOLDERS = new Set(['node_modules', '__pycache__', 'venv', 'env', 'virtualenv', 'site-packages']);
/** Every virtual environment has this file at its top, whatever its name. */
const ENVIRONMENT_MARK = 'pyvenv.cfg';

function absolute(path: string): string {
  const whole = posix.join(HOME, path);
  if (!whole.startsWith(`${HOME}/`)) throw new Error(`${path} is outside the home folder.`);
  return whole;
}

export async function putFile(
  sdk: SdkSandbox,
  path: string,
  content: Uint8Array | Blob,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const target = absolute(path);
  try {
    // The SDK takes no Uint8Array; a Blob takes one with a buffer of its own.
    const blob = content instanceof Blob ? content : new Blob([new Uint8Array(content)]);
    await sdk.files.write(target, blob, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw fileError(path, 'written', error);
  }
}

/** Read as a stream and stopped at the limit: a file may grow, or lie about its size, while it is read. */
export async function getFile(
  sdk: SdkSandbox,
  path: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  signal.throwIfAborted();
  const source = absolute(path);
  try {
    const info = await sdk.files.getInfo(source, { signal });
    if (info.type !== 'file' || info.size > maxBytes) return undefined;
    return await readAtMost(await sdk.files.read(source, { format: 'stream', signal }), maxBytes);
  } catch (error) {
    signal.throwIfAborted();
    if (isNoFile(error)) return undefined;
    throw fileError(path, 'read', error);
  }
}

async function readAtMost(stream: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    // Leaving the loop cancels the stream.
    if (size > maxBytes) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Breadth first, so that what is left out past the limits is what lies deepest. */
export async function listFiles(sdk: SdkSandbox, signal: AbortSignal): Promise<readonly SandboxFile[]> {
  const found: SandboxFile[] = [];
  let folders = [HOME];
  let visited = 0;
  for (let depth = 1; depth <= MAX_DEPTH && folders.length > 0; depth++) {
    const deeper: string[] = [];
    for (const folder of folders) {
      signal.throwIfAborted();
      if (visited++ >= MAX_FOLDERS || found.length >= MAX_FILES) break;
      const listed = await listFolder(sdk, folder, signal);
      found.push(...listed.files);
      deeper.push(...listed.folders);
    }
    folders = deeper;
  }
  return found.slice(0, MAX_FILES);
}

interface Listed {
  readonly files: readonly SandboxFile[];
  readonly folders: readonly string[];
}

async function listFolder(sdk: SdkSandbox, folder: string, signal: AbortSignal): Promise<Listed> {
  const entries = await entriesOf(sdk, folder, signal);
  const isEnvironment = folder !== HOME && entries.some((entry) => entry.name === ENVIRONMENT_MARK);
  if (isEnvironment) return { files: [], folders: [] };
  // A link's size and times are its own, and it may lead anywhere: links are left out.
  const own = entries.filter((entry) => !entry.name.startsWith('.') && entry.symlinkTarget === undefined);
  return {
    files: own
      .filter((entry) => entry.type === 'file')
      .map((entry) => ({
        path: posix.relative(HOME, posix.join(folder, entry.name)),
        sizeBytes: entry.size,
        modifiedMs: entry.modifiedTime?.getTime() ?? 0,
      })),
    folders: own
      .filter((entry) => entry.type === 'dir' && !TOOL_FOLDERS.has(entry.name))
      .map((entry) => posix.join(folder, entry.name)),
  };
}

async function entriesOf(sdk: SdkSandbox, folder: string, signal: AbortSignal) {
  try {
    return await sdk.files.list(folder, { signal });
  } catch (error) {
    signal.throwIfAborted();
    // Removed since its parent was listed.
    if (isNoFile(error)) return [];
    throw fileError(folder, 'read', error);
  }
}
