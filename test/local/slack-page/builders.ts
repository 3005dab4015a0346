/** Small values for the page's tests. */

import { reduce } from '../../../src/local/slack/page/state/reduce.ts';
import { initialState, type State } from '../../../src/local/slack/page/state/state.ts';
import type { PageBoot, PageChannel, PageMessage, PagePerson } from '../../../src/local/slack/protocol.ts';

export function person(id: string, name: string, isBot = false): PagePerson {
  return { id, name, realName: name.toUpperCase(), color: '#123456', isBot, timeZone: 'UTC' };
}

export function channel(id: string, changes: Partial<PageChannel> = {}): PageChannel {
  const members = ['U1', 'U2', 'UB'];
  return {
    id,
    name: id.toLowerCase(),
    kind: 'channel',
    topic: '',
    members,
    botIsMember: true,
    isArchived: false,
    ...changes,
  };
}

/** `1` becomes the ts `1700000001.000000`. */
export function ts(second: number): string {
  return `${1_700_000_000 + second}.000000`;
}

export function message(second: number, changes: Partial<PageMessage> = {}): PageMessage {
  return {
    channel: 'C1',
    ts: ts(second),
    user: 'U2',
    isBot: false,
    text: `message ${second}`,
    blocks: [],
    files: [],
    reactions: [],
    revision: 0,
    replyCount: 0,
    replyUsers: [],
    ...changes,
  };
}

export function boot(changes: Partial<PageBoot> = {}): PageBoot {
  const ok = { state: 'ok', note: '' } as const;
  return {
    team: { id: 'T1', name: 'Team' },
    people: [person('U1', 'ada'), person('U2', 'grace'), person('UB', 'threadbox', true)],
    channels: [channel('C1'), channel('C2'), channel('D1', { kind: 'im', members: ['U1', 'U2'], botIsMember: false })],
    bot: { userId: 'UB', appName: 'Threadbox', connected: true },
    commands: [{ command: '/run', description: 'Runs a task.', usageHint: 'task' }],
    shortcuts: [],
    services: { sandbox: ok, model: ok },
    examples: [],
    ...changes,
  };
}

/** Ada in a loaded workspace, in C1, connected at seq 10. Everything before second 0 counts as read. */
export function started(): State {
  const fresh = initialState({ me: 'U1', place: null, read: {}, readSince: ts(0) });
  const greeted = reduce(fresh, { type: 'push', push: { seq: 10, type: 'hello' } });
  return reduce(greeted, { type: 'booted', boot: boot() });
}
