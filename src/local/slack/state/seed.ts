/** The workspace a newcomer finds: three people, three channels, and the bot in two of them. */
import { newId } from '../ids.ts';
import type { Change, Channel, Person, Team } from './records.ts';

const PEOPLE = [
  { name: 'ada', realName: 'Ada Park', color: '#7c3aed', timeZone: 'Europe/Berlin' },
  { name: 'grace', realName: 'Grace Lin', color: '#0f766e', timeZone: 'America/New_York' },
  { name: 'sam', realName: 'Sam Ortiz', color: '#b45309', timeZone: 'Asia/Tokyo' },
] as const;

const CHANNELS = [
  { name: 'general', topic: 'Everything that concerns everyone', bot: true },
  { name: 'data', topic: 'Numbers, charts and where they come from', bot: true },
  { name: 'random', topic: 'Anything else. The bot is not invited yet', bot: false },
] as const;

export interface SeedOptions {
  readonly appName: string;
  readonly botName: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

export function seedTeam(appName: string): Team {
  return {
    id: newId('T'),
    name: 'Threadbox Local',
    domain: 'threadbox-local',
    appId: newId('A'),
    appName,
    botId: newId('B'),
    botUserId: newId('U'),
  };
}

/** Every change that turns an empty state into the first workspace. */
export function seedChanges(team: Team, options: SeedOptions): readonly Change[] {
  const people = PEOPLE.map((person): Person => ({ id: newId('U'), isBot: false, ...person }));
  const ids = people.map((person) => person.id);
  const channels = CHANNELS.map(
    ({ name, topic, bot }): Channel => ({
      id: newId('C'),
      name,
      kind: 'channel',
      topic,
      members: bot ? [...ids, team.botUserId] : ids,
      isArchived: false,
      created: Math.floor(options.now / 1000),
      creator: ids[0] ?? team.botUserId,
    }),
  );
  return [
    { put: 'team', value: team },
    ...people.map((value): Change => ({ put: 'person', value })),
    { put: 'person', value: botPerson(team, options.botName) },
    ...channels.map((value): Change => ({ put: 'channel', value })),
  ];
}

/** The bot as a member of the workspace; renamed at every start to what the manifest says. */
export function botPerson(team: Team, botName: string): Person {
  return { id: team.botUserId, name: botName, realName: team.appName, color: '#1f2937', isBot: true, timeZone: 'UTC' };
}
