/** Who the app is: `auth.test`, `api.test`, `apps.connections.open`, `team.info`, `bots.info`, `users.*`. */
import type { Person } from '../state/records.ts';
import { wirePerson } from '../wire/places.ts';
import type { World } from '../world.ts';
import { type Answer, done, refuse } from './answer.ts';
import type { Args } from './args.ts';

export function authTest(_args: Args, world: World): Answer {
  const { team, people } = world.workspace.state;
  return done({
    url: `${world.url}/`,
    team: team.name,
    user: people.get(team.botUserId)?.name ?? team.appName,
    team_id: team.id,
    user_id: team.botUserId,
    bot_id: team.botId,
    is_enterprise_install: false,
  });
}

export function apiTest(args: Args): Answer {
  return args.has('error') ? refuse(args.text('error')) : done();
}

export function appsConnectionsOpen(_args: Args, world: World): Answer {
  return done({ url: world.socketMode.openAddress(world.url.replace(/^http/, 'ws')) });
}

export function teamInfo(_args: Args, world: World): Answer {
  const { team } = world.workspace.state;
  return done({ team: { id: team.id, name: team.name, domain: team.domain, email_domain: '', url: `${world.url}/` } });
}

export function botsInfo(args: Args, world: World): Answer {
  const { team } = world.workspace.state;
  if (args.text('bot') !== team.botId) return refuse('bot_not_found');
  return done({
    bot: { id: team.botId, app_id: team.appId, user_id: team.botUserId, name: team.appName, deleted: false, icons: {} },
  });
}

export function usersInfo(args: Args, world: World): Answer {
  const person = world.workspace.state.people.get(args.text('user'));
  return person ? done({ user: shown(world, person) }) : refuse('user_not_found');
}

export function usersList(_args: Args, world: World): Answer {
  const members = [...world.workspace.state.people.values()].map((person) => shown(world, person));
  return done({ members, response_metadata: { next_cursor: '' } });
}

function shown(world: World, person: Person): object {
  return wirePerson(world.workspace.state, person, world.clock.now());
}
