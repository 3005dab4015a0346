/** `files.info`, `files.list`, `files.delete` */
import { fileForApp } from '../files/access.ts';
import { editMessage } from '../state/messages.ts';
import { messageAt } from '../state/queries.ts';
import { wireFile } from '../wire/files.ts';
import type { World } from '../world.ts';
import { type Answer, done, isRefusal, refuse } from './answer.ts';
import type { Args } from './args.ts';
import { pageOf } from './paging.ts';

export function filesInfo(args: Args, world: World): Answer {
  const file = fileForApp(world, args.text('file'));
  if (!file) return refuse('file_not_found');
  return done({
    file: wireFile(world.workspace.state, file, world.url),
    comments: [],
    response_metadata: { next_cursor: '' },
  });
}

export function filesList(args: Args, world: World): Answer {
  const { state } = world.workspace;
  const channel = args.text('channel');
  const files = [...state.files.values()].filter(
    (file) =>
      fileForApp(world, file.id) !== undefined &&
      (channel === '' || file.shares.some((share) => share.channel === channel)) &&
      (!args.has('user') || file.user === args.text('user')),
  );
  const page = pageOf(files, args.renamed('count', 'limit'), { fallback: 100, max: 1000 });
  if (isRefusal(page)) return page;
  return done({
    files: page.items.map((file) => wireFile(state, file, world.url)),
    paging: { count: page.items.length, total: files.length, page: 1, pages: 1 },
  });
}

export function filesDelete(args: Args, world: World): Answer {
  const { state } = world.workspace;
  const file = fileForApp(world, args.text('file'));
  if (!file) return refuse('file_not_found');
  if (file.user !== state.team.botUserId) return refuse('cant_delete_file');
  world.workspace.commit({ remove: 'file', id: file.id });
  world.bytes.remove(file.id);
  for (const share of file.shares) {
    const message = messageAt(state, share.channel, share.ts);
    if (message) editMessage(world.workspace, message, { files: message.files.filter((id) => id !== file.id) });
  }
  return done();
}
