/** `files.getUploadURLExternal` and `files.completeUploadExternal` */
import { checkMessageBlocks } from '../blocks/check.ts';
import { UPLOAD_LIMIT } from '../files/access.ts';
import { hasRoom } from '../files/prune.ts';
import { addFile, processLater, shareLater } from '../files/store.ts';
import type { Upload } from '../files/uploads.ts';
import { identified } from '../interaction/views.ts';
import { asText, isRecord } from '../json.ts';
import type { Block } from '../protocol.ts';
import type { StoredFile } from '../state/records.ts';
import type { World } from '../world.ts';
import { type Answer, done, isRefusal, missing, refuse } from './answer.ts';
import type { Args } from './args.ts';
import { threadRoot } from './chat.ts';
import { writable } from './places.ts';

const SNIPPET_LIMIT = 1024 * 1024;
const ALT_TEXT_LIMIT = 1000;

export function filesGetUploadUrlExternal(args: Args, world: World): Answer {
  const name = args.text('filename');
  const length = args.number('length');
  if (name === '') return missing('filename');
  if (!args.has('length') || length === 0)
    return refuse('missing_argument', ['[ERROR] missing required field: length']);
  if (length === undefined) return refuse('invalid_arguments', ['[ERROR] length must be a positive integer']);
  if (length > UPLOAD_LIMIT) return refuse('file_upload_size_restricted');
  if (!hasRoom(world.workspace.state, length)) return refuse('storage_limit_reached');
  const isSnippet = args.has('snippet_type');
  if (isSnippet && length > SNIPPET_LIMIT) return refuse('snippet_too_large');
  if (args.text('alt_txt').length > ALT_TEXT_LIMIT) return refuse('alt_txt_too_large');
  const { ticket, upload } = world.uploads.announce({ name, length, altText: args.text('alt_txt'), isSnippet });
  return done({ upload_url: `${world.url}/upload/v1/${ticket}`, file_id: upload.fileId });
}

/** Completes uploads, once each, and shares them later in one message. */
export function filesCompleteUploadExternal(args: Args, world: World): Answer {
  const wanted = readFiles(args);
  if ('ok' in wanted) return wanted;
  const channel = args.has('channel_id') ? writable(args.renamed('channel_id', 'channel'), world) : undefined;
  if (channel && isRefusal(channel)) return channel;
  const blocks = readBlocks(args, world);
  if ('ok' in blocks) return blocks;
  const threadTs = channel && args.has('thread_ts') ? threadRoot(world, channel.id, args.text('thread_ts')) : undefined;
  if (channel && args.has('thread_ts') && threadTs === undefined) return refuse('invalid_thread_ts');
  if (wanted.files.some(({ id }) => world.uploads.byFile(id)?.bytes === undefined)) return refuse('file_not_found');
  const added: StoredFile[] = [];
  let canShare = true;
  for (const { id, title } of wanted.files) {
    const upload = world.uploads.take(id);
    if (!upload?.bytes) continue;
    const file = takeIn(world, upload, upload.bytes, title);
    // Alternative text on anything but an image lets the upload succeed and the share fail without a word.
    if (upload.altText !== '' && !file.mimetype.startsWith('image/')) canShare = false;
    added.push(file);
  }
  const comment = args.text('initial_comment');
  if (channel && canShare) {
    shareLater(world, {
      channel: channel.id,
      ...(threadTs === undefined ? {} : { threadTs }),
      comment,
      // A comment beats blocks.
      blocks: comment === '' ? blocks.blocks : [],
      files: added.map((file) => file.id),
    });
  }
  return done({ files: added.map(({ id, title }) => ({ id, title })) });
}

function takeIn(world: World, upload: Upload, bytes: Buffer, title: string): StoredFile {
  const file = addFile(
    world,
    {
      id: upload.fileId,
      name: upload.name,
      title: title === '' ? upload.name : title,
      user: world.workspace.state.team.botUserId,
      bytes,
      altText: upload.altText,
      isSnippet: upload.isSnippet,
    },
    false,
  );
  processLater(world, file.id);
  return file;
}

function readFiles(
  args: Args,
): { readonly files: readonly { readonly id: string; readonly title: string }[] } | Answer {
  const list = args.list('files');
  if (list === 'missing') return missing('files');
  if (list === 'malformed' || list.length === 0) return refuse('invalid_arguments', ['[ERROR] files must be an array']);
  const files = list.filter(isRecord).map((file) => ({ id: asText(file['id']), title: asText(file['title']) }));
  if (new Set(files.map((file) => file.id)).size !== list.length) return refuse('invalid_arguments');
  return { files };
}

function readBlocks(args: Args, world: World): { readonly blocks: readonly Block[] } | Answer {
  const read = args.json('blocks');
  if (read === 'missing') return { blocks: [] };
  if (read === 'malformed') return refuse('invalid_blocks_format');
  const { files } = world.workspace.state;
  const checked = checkMessageBlocks(read.value, { isFileReady: (id) => files.get(id)?.processed === true });
  return checked.ok ? { blocks: identified(checked.blocks) } : refuse(checked.error, checked.messages);
}
