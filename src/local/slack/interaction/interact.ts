/** Sends a person's gesture to the app as an interaction, and gives what came back. */
import { asRecord, type Json } from '../json.ts';
import type { PageAnswer } from '../protocol.ts';
import type { Message, Person } from '../state/records.ts';
import { wireMessage } from '../wire/messages.ts';
import type { World } from '../world.ts';
import { payloadTeam, payloadUser } from './people.ts';

/** What the app answered with, or the sentence for the person where it did not. */
export type Reaction = { readonly ok: true; readonly body: Json } | { readonly ok: false; readonly error: string };

export function failed(error: string): PageAnswer {
  return { ok: false, error };
}

/** Adds what every payload carries; a trigger id except where the gesture leaves nothing to open. */
export async function interact(world: World, person: Person, payload: Json, hasTrigger = true): Promise<Reaction> {
  const { state } = world.workspace;
  if (!world.manifest.interactive)
    return { ok: false, error: `${state.team.appName} does not take part in interactions.` };
  const filled = {
    ...payload,
    user: payloadUser(state, person),
    api_app_id: state.team.appId,
    token: world.keys.verificationToken,
    team: payloadTeam(state),
    enterprise: null,
    is_enterprise_install: false,
    ...(hasTrigger ? { trigger_id: world.triggers.create(person.id) } : {}),
  };
  const ack = await world.transport.send({ kind: 'interactive', payload: filled }, { number: 0, reason: '' });
  if (ack.ok) return { ok: true, body: asRecord(ack.body) };
  const why = ack.reason === 'timeout' ? 'did not answer in time' : 'is not connected';
  return { ok: false, error: `${state.team.appName} ${why}. Try again in a moment.` };
}

/** Answers when the app has acknowledged. */
export async function tellApp(world: World, person: Person, payload: Json): Promise<PageAnswer> {
  const reaction = await interact(world, person, payload);
  return reaction.ok ? { ok: true } : reaction;
}

export function messageInPayload(world: World, message: Message): Json {
  return wireMessage(world.workspace.state, message, { url: world.url, summary: true });
}
