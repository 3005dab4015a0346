/** Finds the conversation a call is about, and says why it may not be used, in Slack's order of refusals. */
import { CONVERSATION } from '../events/subscriptions.ts';
import { openDirectMessage } from '../state/channels.ts';
import { botIsMember, channelNamed } from '../state/queries.ts';
import type { Channel } from '../state/records.ts';
import type { World } from '../world.ts';
import { type Answer, refuse } from './answer.ts';
import type { Args } from './args.ts';

/** By id, or by name; a person's id opens the DM with them where `dm` allows it. */
export function findChannel(world: World, wanted: string, dm = false): Channel | undefined {
  const { state } = world.workspace;
  const known = state.channels.get(wanted) ?? channelNamed(state, wanted);
  if (known) return isVisible(world, known) ? known : undefined;
  const person = state.people.get(wanted);
  if (!dm || !person || person.isBot) return undefined;
  return openDirectMessage(world.workspace, person.id, state.team.botUserId);
}

/** Private channels and DMs do not exist for an app that is not in them. */
export function isVisible(world: World, channel: Channel): boolean {
  return channel.kind === 'channel' || botIsMember(world.workspace.state, channel);
}

/** Where the app may write, or the refusal. */
export function writable(args: Args, world: World): Channel | Answer {
  const channel = findChannel(world, args.text('channel'), true);
  if (!channel) return refuse('channel_not_found');
  if (channel.isArchived) return refuse('is_archived');
  if (channel.kind === 'im' && !world.manifest.messagesTab) return refuse('messages_tab_disabled');
  const mayWriteAnywhere = channel.kind === 'channel' && world.manifest.scopes.has('chat:write.public');
  if (!botIsMember(world.workspace.state, channel) && !mayWriteAnywhere) return refuse('not_in_channel');
  return channel;
}

/** Where the app may read messages, or the refusal; the scope depends on the conversation's kind. */
export function readable(args: Args, world: World): Channel | Answer {
  const channel = findChannel(world, args.text('channel'));
  if (!channel) return refuse('channel_not_found');
  const refusal = lacksScope(world, `${CONVERSATION[channel.kind]}:history`);
  if (refusal) return refusal;
  return botIsMember(world.workspace.state, channel) ? channel : refuse('not_in_channel');
}

export function lacksScope(world: World, ...anyOf: readonly string[]): Answer | undefined {
  const { scopes } = world.manifest;
  if (anyOf.some((scope) => scopes.has(scope))) return undefined;
  return { ...refuse('missing_scope'), needed: anyOf.join(','), provided: [...scopes].join(',') };
}
