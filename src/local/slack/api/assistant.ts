/** `assistant.threads.setStatus` */
import { messageAt } from '../state/queries.ts';
import type { World } from '../world.ts';
import { type Answer, done, isRefusal, missing, refuse } from './answer.ts';
import type { Args } from './args.ts';
import { threadRoot } from './chat.ts';
import { writable } from './places.ts';

export function assistantThreadsSetStatus(args: Args, world: World): Answer {
  if (!args.has('channel_id')) return missing('channel_id');
  if (!args.has('thread_ts')) return missing('thread_ts');
  const channel = writable(args.renamed('channel_id', 'channel'), world);
  if (isRefusal(channel)) return channel;
  const loading = args.list('loading_messages');
  if (loading === 'malformed' || (loading !== 'missing' && loading.length > 10)) {
    return refuse('invalid_arguments', ['[ERROR] no more than 10 items allowed [json-pointer:/loading_messages]']);
  }
  const root = threadRoot(world, channel.id, args.text('thread_ts'));
  if (root === undefined || !messageAt(world.workspace.state, channel.id, root)) return refuse('invalid_thread_ts');
  world.statuses.set(channel.id, root, args.text('status'));
  return done();
}
