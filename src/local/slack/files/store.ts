/** Takes files into the workspace and makes them visible, late as Slack does. */
import { newId } from '../ids.ts';
import { postMessage } from '../state/messages.ts';
import type { PendingShare, StoredFile } from '../state/records.ts';
import type { World } from '../world.ts';
import { imageSize } from './image-size.ts';
import { kindOf, previewOf } from './kinds.ts';

export interface NewFile {
  readonly id?: string;
  readonly name: string;
  readonly title?: string;
  readonly user: string;
  readonly bytes: Buffer;
  readonly altText?: string;
  /** Made from text typed in Slack, or sent with a `snippet_type`. */
  readonly isSnippet?: boolean;
}

/** Milliseconds until Slack knows what a file is, and until a share of it shows. */
const PROCESSED_AFTER_MS = 150;
const SHARED_AFTER_MS = { least: 200, most: 800 } as const;

/** Writes the bytes and the record. `processed` at once for what a person adds; the app's files are looked at later. */
export function addFile(world: World, file: NewFile, processed: boolean): StoredFile {
  const kind = kindOf(file.name, file.bytes);
  const id = file.id ?? newId('F');
  world.bytes.write(id, file.bytes);
  const size = imageSize(file.bytes);
  const stored: StoredFile = {
    id,
    name: file.name,
    title: file.title ?? file.name,
    mimetype: kind.mimetype,
    filetype: kind.filetype,
    size: file.bytes.length,
    user: file.user,
    // Slack knows alternative text of images only.
    altText: kind.mimetype.startsWith('image/') ? (file.altText ?? '') : '',
    created: Math.floor(world.clock.now() / 1000),
    mode: file.isSnippet ? 'snippet' : 'hosted',
    ...(size ?? {}),
    ...(kind.isText ? { preview: previewOf(file.bytes) } : {}),
    processed,
    shares: [],
  };
  world.workspace.commit({ put: 'file', value: stored });
  return stored;
}

/** Lets the file be known after a moment. */
export function processLater(world: World, id: string): void {
  world.clock.after(PROCESSED_AFTER_MS, () => {
    const file = world.workspace.state.files.get(id);
    if (!file || file.processed) return;
    const processed = { ...file, processed: true };
    world.workspace.commit({ put: 'file', value: processed });
    world.workspace.tell({ type: 'file', file: processed });
  });
}

/** Posts the message that shares the files, after a moment. The first file of the share carries it over a restart. */
export function shareLater(world: World, share: PendingShare): void {
  const carrier = world.workspace.state.files.get(share.files[0] ?? '');
  if (!carrier) return;
  world.workspace.commit({ put: 'file', value: { ...carrier, pending: share } });
  const spread = SHARED_AFTER_MS.most - SHARED_AFTER_MS.least;
  world.clock.after(SHARED_AFTER_MS.least + Math.random() * spread, () => shareNow(world, carrier.id));
}

function shareNow(world: World, carrierId: string): void {
  const { state } = world.workspace;
  const carrier = state.files.get(carrierId);
  if (!carrier?.pending) return;
  const { pending, ...plain } = carrier;
  world.workspace.commit({ put: 'file', value: plain });
  const files = pending.files.filter((id) => state.files.has(id));
  if (files.length === 0 || !state.channels.has(pending.channel)) return;
  postMessage(world.workspace, {
    channel: pending.channel,
    user: state.team.botUserId,
    botId: state.team.botId,
    text: pending.comment,
    blocks: pending.blocks,
    files,
    ...(pending.threadTs === undefined ? {} : { threadTs: pending.threadTs }),
  });
  if (pending.threadTs !== undefined) world.statuses.clear(pending.channel, pending.threadTs);
}

/** After a restart: what was being processed or shared goes on. */
export function resumeFiles(world: World): void {
  for (const file of world.workspace.state.files.values()) {
    if (!file.processed) processLater(world, file.id);
    if (file.pending) shareNow(world, file.id);
  }
}
