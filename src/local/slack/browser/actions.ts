/** What a person does on the page: checked, then done in the workspace or sent to the app. */
import { closeView, submitView } from '../interaction/modals.ts';
import { pressInMessage, pressInView } from '../interaction/presses.ts';
import { useShortcut } from '../interaction/shortcuts.ts';
import type { PageAction, PageAnswer } from '../protocol.ts';
import { react } from '../state/messages.ts';
import { isMember } from '../state/queries.ts';
import type { Person } from '../state/records.ts';
import type { World } from '../world.ts';
import { changeMembers, newChannel, newDirectMessage } from './membership.ts';
import { type ActionOf, channelFor, isRefused, messageFor, refused } from './targets.ts';
import { changeOwn, command, say } from './writing.ts';

export async function act(world: World, action: PageAction): Promise<PageAnswer> {
  const person = world.workspace.state.people.get(action.as);
  if (!person || person.isBot) return refused('Nobody by that name is in this workspace.');
  switch (action.type) {
    case 'say':
      return say(world, person, action);
    case 'command':
      return runTyped(world, person, action);
    case 'edit':
    case 'delete':
      return changeOwn(world, person, action);
    case 'react':
    case 'unreact':
      return reactTo(world, person, action);
    case 'press':
      return await press(world, person, action);
    case 'view.submit':
    case 'view.close':
    case 'view.press':
      return await onView(world, person, action);
    case 'shortcut':
      return await shortcut(world, person, action);
    case 'join':
    case 'invite-bot':
    case 'remove-bot':
      return changeMembers(world, person, action);
    case 'create-channel':
      return newChannel(world, person, action.name);
    case 'open-dm':
      return newDirectMessage(world, person, action.with);
  }
}

function runTyped(world: World, person: Person, action: ActionOf<'command'>): PageAnswer {
  const channel = channelFor(world, person, action.channel);
  return isRefused(channel) ? channel : command(world, person, channel, action.command, action.text);
}

function reactTo(world: World, person: Person, action: ActionOf<'react' | 'unreact'>): PageAnswer {
  const message = messageFor(world, person, action.channel, action.ts);
  if (isRefused(message)) return message;
  react(world.workspace, message, person.id, action.name, action.type === 'react');
  return { ok: true };
}

async function press(world: World, person: Person, action: ActionOf<'press'>): Promise<PageAnswer> {
  const channel = channelFor(world, person, action.channel);
  return isRefused(channel) ? channel : await pressInMessage(world, person, channel, action.ts, action);
}

async function onView(
  world: World,
  person: Person,
  action: ActionOf<'view.submit'> | ActionOf<'view.close'> | ActionOf<'view.press'>,
): Promise<PageAnswer> {
  const view = world.views.get(action.viewId);
  if (!view || view.user !== person.id) return refused('That form is closed.');
  if (action.type === 'view.submit') return await submitView(world, person, view, action.state);
  if (action.type === 'view.close') return await closeView(world, person, view);
  return await pressInView(world, person, view, action);
}

async function shortcut(world: World, person: Person, action: ActionOf<'shortcut'>): Promise<PageAnswer> {
  const channel = action.channel === undefined ? undefined : world.workspace.state.channels.get(action.channel);
  if (channel && !isMember(channel, person.id)) return refused('Join the channel first.');
  return await useShortcut(world, person, {
    callbackId: action.callbackId,
    ...(channel ? { channel } : {}),
    ...(action.ts === undefined ? {} : { ts: action.ts }),
  });
}
