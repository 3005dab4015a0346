/** What the control interface does: act as a person, make calls fail, disturb the connection, move time. */
import { z } from 'zod';
import { act } from '../browser/actions.ts';
import { readAction } from '../browser/read-action.ts';
import { pageFile } from '../browser/shapes.ts';
import { envelopeOf } from '../events/envelope.ts';
import { addFile } from '../files/store.ts';
import { asRecord, asText, type Json, parseJson } from '../json.ts';
import { archiveChannel, removeMember } from '../state/channels.ts';
import type { World } from '../world.ts';
import type { FaultKind } from './faults.ts';
import type { ControlOptions } from './options.ts';

const fault = z.object({
  method: z.string(),
  kind: z.enum([
    'rate_limited',
    'error',
    'http500',
    'html',
    'timeout',
    'drop-after-apply',
    'cut-mid-answer',
    'delay',
  ] satisfies readonly FaultKind[]),
  channel: z.string().exactOptional(),
  times: z.number().int().positive().exactOptional(),
  forMs: z.number().positive().exactOptional(),
  status: z.number().int().min(201).max(599).exactOptional(),
  retryAfter: z.number().positive().exactOptional(),
  error: z.string().exactOptional(),
  delayMs: z.number().nonnegative().exactOptional(),
});

/** Changes: what `POST /control/NAME` does. */
export async function change(
  options: ControlOptions,
  name: string,
  body: Buffer,
  url: URL,
): Promise<object | undefined> {
  const { world } = options;
  const query = url.searchParams;
  if (name === 'upload') {
    const file = { name: query.get('name') ?? 'file', user: query.get('as') ?? '', bytes: body };
    return { ok: true, file: pageFile(addFile(world, file, true)) };
  }
  const value = parseJson(body.toString('utf8')) ?? {};
  const args = asRecord(value);
  switch (name) {
    case 'act': {
      const action = readAction(value);
      return action ? await act(world, action) : { ok: false, error: 'That is no action of the page.' };
    }
    case 'fault': {
      const read = fault.safeParse(value);
      if (!read.success) return { ok: false, error: 'That is no fault.' };
      options.faults.add(read.data);
      return { ok: true };
    }
    case 'clear-faults':
      options.faults.clear();
      return { ok: true };
    case 'reset-limits':
      options.rateLimits?.reset();
      return { ok: true };
    case 'page-url':
      return { ok: true, url: options.pageUrl() };
    default:
      return onWire(world, name, args) ?? onChannel(world, name, args);
  }
}

function onWire(world: World, name: string, args: Json): object | undefined {
  const count = typeof args['count'] === 'number' ? args['count'] : 1;
  switch (name) {
    case 'deliver': {
      const event = asRecord(args['event']);
      world.events.push(envelopeOf(event, { team: world.workspace.state.team, ...world.keys, now: world.clock.now() }));
      return { ok: true };
    }
    case 'redeliver':
      return { ok: world.events.redeliver(asText(args['eventId']) || undefined) };
    case 'drop-acks':
      world.transport.dropAcks(count);
      return { ok: true };
    case 'disconnect':
      world.socketMode.disconnect(asText(args['reason']) || 'refresh_requested');
      return { ok: true };
    case 'cut':
      world.socketMode.cut();
      return { ok: true };
    case 'advance':
      world.clock.advance(typeof args['ms'] === 'number' ? args['ms'] : 0);
      return { ok: true, now: world.clock.now() };
    default:
      return undefined;
  }
}

function onChannel(world: World, name: string, args: Json): object | undefined {
  const channel = world.workspace.state.channels.get(asText(args['channel']));
  if (name !== 'remove-bot' && name !== 'archive') return undefined;
  if (!channel) return { ok: false, error: 'There is no such channel.' };
  if (name === 'archive') archiveChannel(world.workspace, channel, args['archived'] !== false);
  else removeMember(world.workspace, channel, world.workspace.state.team.botUserId);
  return { ok: true };
}
