/** What the page loads first. */
import type { PageBoot } from '../protocol.ts';
import type { World } from '../world.ts';
import { pageChannel, pagePerson } from './shapes.ts';

export function bootOf(world: World): PageBoot {
  const { state } = world.workspace;
  return {
    team: { id: state.team.id, name: state.team.name },
    people: [...state.people.values()].map(pagePerson),
    channels: [...state.channels.values()].map((channel) => pageChannel(state, channel)),
    bot: { userId: state.team.botUserId, appName: state.team.appName, connected: world.transport.isConnected() },
    commands: world.manifest.commands.map(({ command, description, usageHint }) => ({
      command,
      description,
      usageHint,
    })),
    shortcuts: world.manifest.shortcuts,
    services: world.services(),
    examples: world.examples,
  };
}
