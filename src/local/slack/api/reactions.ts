/** `reactions.*` */
import { react } from '../state/messages.ts';
import { messageAt } from '../state/queries.ts';
import type { Message } from '../state/records.ts';
import { wireMessage } from '../wire/messages.ts';
import type { World } from '../world.ts';
import { type Answer, done, isRefusal, missing, refuse } from './answer.ts';
import type { Args } from './args.ts';
import { findChannel, writable } from './places.ts';

/** Names of emoji, skin tone included. */
const NAME = /^[\p{L}\p{N}_+'-]{1,100}(?:::skin-tone-[2-6])?$/u;

export function reactionsAdd(args: Args, world: World): Answer {
  const found = target(args, world);
  if ('ok' in found) return found;
  return react(world.workspace, found.message, me(world), found.name, true) ? done() : refuse('already_reacted');
}

export function reactionsRemove(args: Args, world: World): Answer {
  const found = target(args, world);
  if ('ok' in found) return found;
  return react(world.workspace, found.message, me(world), found.name, false) ? done() : refuse('no_reaction');
}

export function reactionsGet(args: Args, world: World): Answer {
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  const message = messageAt(world.workspace.state, channel.id, args.text('timestamp'));
  if (!message) return refuse('message_not_found');
  const shown = wireMessage(world.workspace.state, message, { url: world.url, summary: true });
  return done({ type: 'message', channel: channel.id, message: shown });
}

function me(world: World): string {
  return world.workspace.state.team.botUserId;
}

function target(args: Args, world: World): { readonly message: Message; readonly name: string } | Answer {
  if (!args.has('name')) return missing('name');
  const name = args.text('name').replace(/^:|:$/g, '');
  if (!NAME.test(name)) return refuse('invalid_name');
  if (!args.has('timestamp')) return refuse('no_item_specified');
  const channel = writable(args, world);
  if (isRefusal(channel)) return channel;
  const message = messageAt(world.workspace.state, channel.id, args.text('timestamp'));
  return message ? { message, name } : refuse('message_not_found');
}
