/** Which events the app hears: those its manifest subscribes to, whose scope it has, from where it is a member. Pure. */
import type { Manifest } from '../manifest.ts';
import { botIsMember } from '../state/queries.ts';
import type { Channel, WorkspaceState } from '../state/records.ts';
import type { AppEvent } from './build.ts';

/** Slack's name of a conversation kind in `message.*` and `*:history`. */
export const CONVERSATION = { channel: 'channels', private: 'groups', im: 'im' } as const;

/** Event type → the scope it needs, besides the `message.*` events. */
const SCOPES: Readonly<Record<string, string>> = {
  app_mention: 'app_mentions:read',
  reaction_added: 'reactions:read',
  reaction_removed: 'reactions:read',
  member_joined_channel: 'channels:read',
};

export function isHeard(manifest: Manifest, state: WorkspaceState, { event, channel: id }: AppEvent): boolean {
  const channel = id === undefined ? undefined : state.channels.get(id);
  if (id !== undefined && !(channel && botIsMember(state, channel))) return false;
  const { name, scope } = needed(String(event['type']), channel);
  return manifest.events.has(name) && (scope === undefined || manifest.scopes.has(scope));
}

function needed(
  type: string,
  channel: Channel | undefined,
): { readonly name: string; readonly scope: string | undefined } {
  if (type !== 'message' || !channel) return { name: type, scope: SCOPES[type] };
  const kind = CONVERSATION[channel.kind];
  return { name: `message.${kind}`, scope: `${kind}:history` };
}
