/** What a person writes: messages, commands, edits. */
import { readCommand, runCommand } from '../interaction/commands.ts';
import { namesIn } from '../interaction/people.ts';
import type { PageAnswer } from '../protocol.ts';
import { deleteMessage, editMessage, postMessage, SLACKBOT } from '../state/messages.ts';
import { botIsMember, messageAt } from '../state/queries.ts';
import type { Channel, Message, Person } from '../state/records.ts';
import { readTyped } from '../typed/rich-text.ts';
import type { World } from '../world.ts';
import { type ActionOf, channelFor, isRefused, messageFor, refused } from './targets.ts';

/** Characters a person's message may have, as in Slack's own client. */
const TYPED_LIMIT = 40_000;

export function say(world: World, person: Person, action: ActionOf<'say'>): PageAnswer {
  const channel = channelFor(world, person, action.channel);
  if (isRefused(channel)) return channel;
  const { state } = world.workspace;
  const files = (action.files ?? []).filter((id) => state.files.get(id)?.user === person.id);
  if (action.text.length > TYPED_LIMIT)
    return refused('A message holds at most 40,000 characters. Attach it as a file.');
  const typed = readCommand(action.text);
  if (typed && files.length === 0 && world.manifest.commands.some((known) => known.command === typed.command)) {
    if (action.threadTs === undefined) return command(world, person, channel, typed.command, typed.text);
    return refused(`${typed.command} cannot be used in a thread. Use it in the channel, or mention the app here.`);
  }
  const message = readTyped(action.text, namesIn(state));
  if (message.text === '' && files.length === 0) return refused('Write something first.');
  const root = action.threadTs === undefined ? undefined : messageAt(state, channel.id, action.threadTs);
  if (action.threadTs !== undefined && !root) return refused('That thread is gone.');
  const posted = postMessage(world.workspace, {
    channel: channel.id,
    user: person.id,
    ...message,
    files,
    clientMsgId: crypto.randomUUID(),
    ...(root ? { threadTs: root.threadTs ?? root.ts, broadcast: action.broadcast === true } : {}),
  });
  hintAtAbsence(world, channel, posted);
  return { ok: true, ts: posted.ts, channel: channel.id };
}

/** Whoever mentions the app where it is not a member is told so; the mention reaches it once it is invited. */
function hintAtAbsence(world: World, channel: Channel, message: Message): void {
  const { state } = world.workspace;
  const { botUserId } = state.team;
  if (channel.kind === 'im' || botIsMember(state, channel) || !message.text.includes(`<@${botUserId}>`)) return;
  world.mentionsWithoutBot.set(channel.id, message.ts);
  world.ephemerals.post({
    channel: channel.id,
    viewer: message.user,
    user: SLACKBOT,
    text: `<@${botUserId}> is not in this channel and does not see your message. Invite it to let it answer.`,
    blocks: [],
    ...(message.threadTs === undefined ? {} : { threadTs: message.threadTs }),
  });
}

export function command(world: World, person: Person, channel: Channel, name: string, text: string): PageAnswer {
  const known = world.manifest.commands.find((entry) => entry.command === name);
  if (!known || !world.manifest.scopes.has('commands')) {
    return refused(`${name} is not a command here. Put a space before the slash to send it as a message.`);
  }
  runCommand(world, person, channel, known, text);
  return { ok: true };
}

export function changeOwn(world: World, person: Person, action: ActionOf<'edit'> | ActionOf<'delete'>): PageAnswer {
  const message = messageFor(world, person, action.channel, action.ts);
  if (isRefused(message)) return message;
  if (message.user !== person.id || message.botId !== undefined)
    return refused('You can only change your own messages.');
  if (action.type === 'delete') {
    deleteMessage(world.workspace, message);
    return { ok: true };
  }
  const typed = readTyped(action.text, namesIn(world.workspace.state));
  if (typed.text === '') return refused('Write something, or delete the message.');
  if (typed.text !== message.text) editMessage(world.workspace, message, { ...typed, editedBy: person.id });
  return { ok: true, ts: message.ts, channel: message.channel };
}
