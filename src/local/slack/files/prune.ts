/** Keeps the folder of files bounded. */

import { messageAt } from '../state/queries.ts';
import type { StoredFile, WorkspaceState } from '../state/records.ts';
import type { World } from '../world.ts';

/** Bytes all files together may have. */
const FOLDER_LIMIT = 2 * 1024 * 1024 * 1024;
/** Seconds an upload that no message carries is kept. */
const UNSHARED_SECONDS = 24 * 3600;

/** At start: files whose messages are forgotten and uploads nobody sent go. */
export function pruneFiles(world: World): void {
  const { state } = world.workspace;
  const now = world.clock.now() / 1000;
  for (const file of state.files.values()) {
    const isRecent = now - file.created < UNSHARED_SECONDS;
    if (isRecent || file.pending || isShown(state, file)) continue;
    world.workspace.commit({ remove: 'file', id: file.id });
    world.bytes.remove(file.id);
  }
}

function isShown(state: WorkspaceState, file: StoredFile): boolean {
  return file.shares.some((share) => messageAt(state, share.channel, share.ts)?.files.includes(file.id));
}

/** Whether `bytes` more still fit. */
export function hasRoom(state: WorkspaceState, bytes: number): boolean {
  let used = bytes;
  for (const file of state.files.values()) used += file.size;
  return used <= FOLDER_LIMIT;
}
