/** Slash commands, from what was typed to what the app answered. */
import { asRecord, asText, type Json } from '../json.ts';
import type { SlashCommand } from '../manifest.ts';
import { problemOf } from '../problem.ts';
import type { Channel, Person } from '../state/records.ts';
import { escapeText } from '../typed/escape.ts';
import { readInline } from '../typed/inline.ts';
import type { World } from '../world.ts';
import { namesIn, payloadChannelName } from './people.ts';
import { respond } from './respond.ts';
import type { ResponseTarget } from './response-urls.ts';

/** `/name rest`, or undefined where the text is no command: a space before the slash makes it a message. */
export function readCommand(text: string): { readonly command: string; readonly text: string } | undefined {
  const match = /^(\/[^\s/]+)(?:\s+([\s\S]*))?$/.exec(text.trimEnd());
  return match ? { command: match[1] ?? '', text: match[2] ?? '' } : undefined;
}

/** Sends the command to the app; what comes back or fails is shown when it does. */
export function runCommand(world: World, person: Person, channel: Channel, command: SlashCommand, text: string): void {
  const { state } = world.workspace;
  const typed = `${command.command} ${text}`.trim();
  const target: ResponseTarget = { channel: channel.id, user: person.id, typed: escapeText(typed) };
  const payload = {
    token: world.keys.verificationToken,
    team_id: state.team.id,
    team_domain: state.team.domain,
    channel_id: channel.id,
    channel_name: payloadChannelName(channel),
    user_id: person.id,
    user_name: person.name,
    command: command.command,
    text: command.shouldEscape ? readInline(text, namesIn(state)).text : escapeText(text),
    api_app_id: state.team.appId,
    is_enterprise_install: 'false',
    response_url: world.responseUrls.create(target),
    trigger_id: world.triggers.create(person.id),
  };
  void askApp(world, target, payload).then((wrong) => {
    if (wrong === undefined) return;
    world.hub.push({ type: 'toast', user: person.id, text: `${command.command} failed with the error ${wrong}` });
  });
}

/** Shows what the app answers. What went wrong, in Slack's code. */
async function askApp(world: World, target: ResponseTarget, payload: Json): Promise<string | undefined> {
  const ack = await world.transport.send({ kind: 'slash_commands', payload }, { number: 0, reason: '' });
  if (!ack.ok) return FAILURES[ack.reason];
  try {
    return showAnswer(world, target, ack.body);
  } catch (error) {
    world.log('error', 'The answer to a command could not be shown.', problemOf(error));
    return 'internal_error';
  }
}

/** What Slack calls a command that did not reach the app or was not answered. */
const FAILURES = {
  timeout: 'operation_timeout',
  not_connected: 'dispatch_failed',
  connection_failed: 'dispatch_failed',
  http_error: 'http_service_error',
} as const;

/** Shows what the acknowledgement carried, if anything. What was wrong with it, in Slack's code. */
function showAnswer(world: World, target: ResponseTarget, answer: unknown): string | undefined {
  const body = typeof answer === 'string' ? { text: answer } : asRecord(answer);
  if (asText(body['text']) === '' && body['blocks'] === undefined) return undefined;
  return respond(world, target, body);
}
