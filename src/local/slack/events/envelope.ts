/** The envelope every event travels in. Pure. */
import { newId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { Team } from '../state/records.ts';

export interface EnvelopeOptions {
  readonly team: Team;
  readonly verificationToken: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function envelopeOf(event: Json, { team, verificationToken, now }: EnvelopeOptions): Json {
  return {
    token: verificationToken,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: team.appId,
    event,
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(now / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: team.botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${Buffer.from(JSON.stringify({ et: event['type'], tid: team.id, aid: team.appId })).toString('base64url')}`,
  };
}
