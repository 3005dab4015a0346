/** What a method answers. */
import type { Json } from '../json.ts';
import type { World } from '../world.ts';
import type { Args } from './args.ts';

export type Answer = Json & { readonly ok: boolean };

export type Handler = (args: Args, world: World) => Answer | Promise<Answer>;

export function done(fields: Json = {}): Answer {
  return { ok: true, ...fields };
}

/** `{ok:false}` with Slack's code, and its messages for developers. */
export function refuse(error: string, messages: readonly string[] = []): Answer {
  if (messages.length === 0) return { ok: false, error };
  return { ok: false, error, errors: messages.map(withoutLevel), response_metadata: { messages } };
}

function withoutLevel(message: string): string {
  return message.replace(/^\[ERROR\] /, '');
}

export function missing(name: string): Answer {
  return refuse('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
}

export function isRefusal(value: object): value is Answer {
  return 'ok' in value && value.ok === false;
}
