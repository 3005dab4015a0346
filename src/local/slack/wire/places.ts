/** Channels and people as the Web API shows them. Pure. */
import type { Json } from '../json.ts';
import type { Channel, Person, WorkspaceState } from '../state/records.ts';

export function wireChannel(state: WorkspaceState, channel: Channel): Json {
  const bot = state.team.botUserId;
  const common = {
    id: channel.id,
    created: channel.created,
    creator: channel.creator,
    is_archived: channel.isArchived,
    is_im: channel.kind === 'im',
    is_mpim: false,
    is_org_shared: false,
    is_shared: false,
    context_team_id: state.team.id,
  };
  if (channel.kind === 'im') {
    return {
      ...common,
      user: channel.members.find((member) => member !== bot) ?? bot,
      is_user_deleted: false,
      priority: 0,
    };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'private',
    is_private: channel.kind === 'private',
    is_general: channel.name === 'general',
    is_member: channel.members.includes(bot),
    num_members: channel.members.length,
    topic: { value: channel.topic, creator: channel.creator, last_set: channel.created },
    purpose: { value: '', creator: '', last_set: 0 },
  };
}

/** What events call the kind of conversation. */
export function channelType(channel: Channel): 'channel' | 'group' | 'im' {
  return channel.kind === 'private' ? 'group' : channel.kind;
}

export function wirePerson(state: WorkspaceState, person: Person, now: number): Json {
  return {
    id: person.id,
    team_id: state.team.id,
    name: person.name,
    real_name: person.realName,
    color: person.color.replace('#', ''),
    deleted: false,
    tz: person.timeZone,
    tz_label: person.timeZone,
    tz_offset: zoneOffsetSeconds(person.timeZone, now),
    is_admin: false,
    is_owner: false,
    is_bot: person.isBot,
    is_app_user: false,
    is_restricted: false,
    is_ultra_restricted: false,
    updated: 0,
    profile: {
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.name,
      display_name_normalized: person.name,
      team: state.team.id,
      ...(person.isBot ? { bot_id: state.team.botId, api_app_id: state.team.appId } : {}),
    },
  };
}

/** Seconds east of Greenwich at `now`. */
function zoneOffsetSeconds(timeZone: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (!match) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === '-' ? -seconds : seconds;
}
