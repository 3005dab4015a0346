/** Which files the app may see, and how large one may be. */
import { botIsMember } from '../state/queries.ts';
import type { StoredFile } from '../state/records.ts';
import type { World } from '../world.ts';

/** Bytes of one upload. Slack takes 1 GB; a local workspace keeps it in memory for a moment. */
export const UPLOAD_LIMIT = 100 * 1024 * 1024;

/** A file the app made, one sent to it with a form, or one shared where the app is a member. */
export function fileForApp(world: World, id: string): StoredFile | undefined {
  const { state } = world.workspace;
  const file = state.files.get(id);
  if (!file) return undefined;
  if (file.user === state.team.botUserId || file.sentInForm) return file;
  const isShared = file.shares.some((share) => {
    const channel = state.channels.get(share.channel);
    return channel !== undefined && (channel.kind === 'channel' || botIsMember(state, channel));
  });
  return isShared ? file : undefined;
}
