/** Presses on buttons, menus and the like: `block_actions`. */
import { asList, isRecord } from '../json.ts';
import type { PageAnswer } from '../protocol.ts';
import { messageAt } from '../state/queries.ts';
import type { Channel, Person } from '../state/records.ts';
import { wireView } from '../wire/views.ts';
import type { World } from '../world.ts';
import { actionOf, findElement, type Pressed } from './elements.ts';
import { failed, messageInPayload, tellApp } from './interact.ts';
import { payloadChannelName } from './people.ts';
import type { OpenView } from './views.ts';

export interface Press {
  readonly blockId: string;
  readonly actionId: string;
  readonly value?: string;
}

export async function pressInMessage(
  world: World,
  person: Person,
  channel: Channel,
  ts: string,
  press: Press,
): Promise<PageAnswer> {
  const ephemeral = world.ephemerals.at(channel.id, ts);
  const message = ephemeral?.message ?? messageAt(world.workspace.state, channel.id, ts);
  if (!message?.botId) return failed('That message is gone.');
  if (ephemeral && ephemeral.viewer !== person.id) return failed('Only the person who sees that message can use it.');
  const found = findElement(message.blocks, press.blockId, press.actionId);
  if (!found) return failed('That control has changed since. Look at the message again.');
  const pressed: Pressed = { ...press, now: world.clock.now() };
  const payload = {
    type: 'block_actions',
    container: {
      type: 'message',
      message_ts: ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral !== undefined,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: channel.id, name: payloadChannelName(channel) },
    ...(ephemeral ? {} : { message: messageInPayload(world, message) }),
    state: { values: {} },
    response_url: world.responseUrls.create({
      channel: channel.id,
      user: person.id,
      messageTs: ts,
      ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
    }),
    actions: [actionOf(found, pressed)],
  };
  return await tellApp(world, person, payload);
}

export async function pressInView(world: World, person: Person, view: OpenView, press: Press): Promise<PageAnswer> {
  const blocks = asList(view.view['blocks']).filter(isRecord);
  const found = findElement(blocks, press.blockId, press.actionId);
  if (!found) return failed('That control has changed since.');
  const payload = {
    type: 'block_actions',
    container: { type: 'view', view_id: view.id },
    view: wireView(world.workspace.state, view),
    actions: [actionOf(found, { ...press, now: world.clock.now() })],
  };
  return await tellApp(world, person, payload);
}
