/** What the control interface shows: the state as it is, every version of a message, what the app called. */
import { pageChannel, pageMessage, pagePerson } from '../browser/shapes.ts';
import type { PageChannel, PageMessage, PagePerson } from '../protocol.ts';
import { versionKey } from '../state/apply.ts';
import { messageAt, repliesTo, timeline } from '../state/queries.ts';
import type { Message, MessageMetadata, Team, Version } from '../state/records.ts';
import type { World } from '../world.ts';
import type { ControlOptions } from './options.ts';

export interface ControlState {
  readonly team: Team;
  readonly people: readonly PagePerson[];
  readonly channels: readonly PageChannel[];
  /** Open Socket Mode connections. */
  readonly connections: number;
  readonly connected: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A message with everything it ever was, oldest version first. */
export interface ControlMessage extends PageMessage {
  readonly metadata?: MessageMetadata;
  readonly versions: readonly Version[];
}

/** Reads: what `GET /control/NAME` answers. */
export function look({ world, requests }: ControlOptions, name: string, query: URLSearchParams): object | undefined {
  const { state } = world.workspace;
  const channel = query.get('channel') ?? '';
  switch (name) {
    case 'state':
      return {
        ok: true,
        team: state.team,
        people: [...state.people.values()].map(pagePerson),
        channels: [...state.channels.values()].map((entry) => pageChannel(state, entry)),
        connections: world.socketMode.connections(),
        connected: world.transport.isConnected(),
        now: world.clock.now(),
      };
    case 'messages':
      return { ok: true, messages: timeline(state, channel).map((message) => detailed(world, message)) };
    case 'thread': {
      const root = messageAt(state, channel, query.get('ts') ?? '');
      const messages = root ? [root, ...repliesTo(state, channel, root.ts)] : [];
      return { ok: true, messages: messages.map((message) => detailed(world, message)) };
    }
    case 'ephemerals':
      return {
        ok: true,
        messages: world.ephemerals.all().map(({ message, viewer }) => pageMessage(state, message, viewer)),
      };
    case 'statuses':
      return { ok: true, current: world.statuses.current(), history: world.statuses.history() };
    case 'notices':
      return { ok: true, notices: world.hub.notices() };
    case 'files':
      return { ok: true, files: [...state.files.values()] };
    case 'views':
      return { ok: true, views: world.views.all() };
    case 'requests':
      return {
        ok: true,
        requests: requests.all().filter((entry) => !query.has('method') || entry.method === query.get('method')),
      };
    case 'events':
      return { ok: true, events: world.events.recent() };
    default:
      return undefined;
  }
}

function detailed(world: World, message: Message): ControlMessage {
  const { state } = world.workspace;
  return {
    ...pageMessage(state, message),
    ...(message.metadata ? { metadata: message.metadata } : {}),
    versions: state.versions.get(versionKey(message.channel, message.ts)) ?? [],
  };
}
