/** What every gesture of a person needs: who they are, and what every payload says of the place. Pure. */

import type { Json } from '../json.ts';
import { channelNamed, personNamed } from '../state/queries.ts';
import type { Channel, Person, WorkspaceState } from '../state/records.ts';
import type { Names } from '../typed/inline.ts';

export function namesIn(state: WorkspaceState): Names {
  return {
    person: (name) => (state.people.get(name) ?? personNamed(state, name))?.id,
    channel: (name) => (state.channels.get(name) ?? channelNamed(state, name))?.id,
  };
}

export function payloadUser(state: WorkspaceState, person: Person): Json {
  return { id: person.id, username: person.name, name: person.name, team_id: state.team.id };
}

export function payloadTeam(state: WorkspaceState): Json {
  return { id: state.team.id, domain: state.team.domain };
}

/** What payloads call the place: DMs and private channels have no name of their own. */
export function payloadChannelName(channel: Channel): string {
  if (channel.kind === 'im') return 'directmessage';
  return channel.kind === 'private' ? 'privategroup' : channel.name;
}
