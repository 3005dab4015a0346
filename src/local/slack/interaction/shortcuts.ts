/** Shortcuts, on a message or anywhere: `message_action`, `shortcut`. */
import type { PageAnswer } from '../protocol.ts';
import { messageAt } from '../state/queries.ts';
import type { Channel, Person } from '../state/records.ts';
import type { World } from '../world.ts';
import { failed, messageInPayload, tellApp } from './interact.ts';
import { payloadChannelName } from './people.ts';

export interface ShortcutUse {
  readonly callbackId: string;
  /** The message it is used on. */
  readonly channel?: Channel;
  readonly ts?: string;
}

export async function useShortcut(world: World, person: Person, use: ShortcutUse): Promise<PageAnswer> {
  const { callbackId, channel, ts } = use;
  const shortcut = world.manifest.shortcuts.find((known) => known.callbackId === callbackId);
  if (!shortcut) return failed('There is no such shortcut.');
  const common = { callback_id: callbackId, action_ts: (world.clock.now() / 1000).toFixed(6) };
  if (shortcut.kind === 'global') return await tellApp(world, person, { type: 'shortcut', ...common });
  const message = channel && ts !== undefined ? messageAt(world.workspace.state, channel.id, ts) : undefined;
  if (!channel || !message) return failed('That message is gone.');
  return await tellApp(world, person, {
    type: 'message_action',
    ...common,
    message_ts: message.ts,
    channel: { id: channel.id, name: payloadChannelName(channel) },
    message: messageInPayload(world, message),
    response_url: world.responseUrls.create({ channel: channel.id, user: person.id }),
  });
}
