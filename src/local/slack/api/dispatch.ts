/** One call of the Web API, from the request to the answer: who calls, how often, with what right, and then what. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Faults } from '../control/faults.ts';
import { briefly, type LoggedRequest, type RequestLog } from '../control/request-log.ts';
import { bearer, type Headers, send, sendJson } from '../http/answers.ts';
import { readArguments, type Sent } from '../http/bodies.ts';
import { sameSecret } from '../ids.ts';
import { asText } from '../json.ts';
import type { RateLimits } from '../limits/rate-limits.ts';
import { problemOf } from '../problem.ts';
import type { World } from '../world.ts';
import { type Answer, refuse } from './answer.ts';
import { Args } from './args.ts';
import { findChannel } from './places.ts';
import { METHODS, type Method } from './table.ts';

export interface ApiOptions {
  readonly world: World;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Undefined where nothing is limited. */
  readonly rateLimits: RateLimits | undefined;
  /** Added to every answer. */
  readonly delayMs: number;
}

export type ApiListener = (request: IncomingMessage, response: ServerResponse, name: string) => Promise<void>;

export function createApi(options: ApiOptions): ApiListener {
  const { world, faults, requests } = options;
  return async (request, response, name) => {
    const sent = await readArguments(request);
    if (!sent) {
      sendJson(response, 200, refuse('invalid_form_data'));
      return;
    }
    const entry = requests.start(name, sent.args, world.clock.now());
    const channel = asText(sent.args['channel'] ?? sent.args['channel_id']);
    const fault = METHODS.has(name) ? faults.take(name, channel) : undefined;
    if (options.delayMs > 0) await world.clock.wait(options.delayMs);
    if (fault && (await meetFault(fault, world, response, entry))) return;
    const { status, answer, headers } = await call(options, name, sent, bearer(request));
    if (fault?.kind === 'drop-after-apply') {
      log(entry, 0, answer, world);
      response.socket?.destroy();
      return;
    }
    if (fault?.kind === 'cut-mid-answer') {
      log(entry, 0, answer, world);
      cutMidAnswer(response, answer);
      return;
    }
    log(entry, status, answer, world);
    sendJson(response, status, answer, headers);
  };
}

function cutMidAnswer(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2), () => response.socket?.destroy());
}

function log(entry: LoggedRequest, status: number, answer: Answer | undefined, world: World): void {
  entry.status = status;
  entry.answer = briefly(answer);
  entry.took = world.clock.now() - entry.at;
}

/** True where the fault has answered, or never will. */
async function meetFault(fault: Fault, world: World, response: ServerResponse, entry: LoggedRequest): Promise<boolean> {
  switch (fault.kind) {
    case 'rate_limited': {
      const answer = refuse('ratelimited');
      log(entry, 429, answer, world);
      sendJson(response, 429, answer, { 'retry-after': String(fault.retryAfter ?? 1) });
      return true;
    }
    case 'error': {
      const answer = refuse(fault.error ?? 'internal_error');
      log(entry, 200, answer, world);
      sendJson(response, 200, answer);
      return true;
    }
    case 'http500': {
      const status = fault.status ?? 500;
      log(entry, status, undefined, world);
      send(response, status, 'There is trouble here.', { 'content-type': 'text/plain' });
      return true;
    }
    case 'html':
      log(entry, 200, undefined, world);
      send(response, 200, '<!doctype html><title>Slack is down</title>', { 'content-type': 'text/html' });
      return true;
    case 'timeout':
      // Held open until the caller gives up or the server stops.
      return true;
    case 'delay':
      await world.clock.wait(fault.delayMs ?? 1000);
      return false;
    case 'drop-after-apply':
    case 'cut-mid-answer':
      return false;
  }
}

interface Outcome {
  readonly status: number;
  readonly answer: Answer;
  readonly headers?: Headers;
}

async function call(options: ApiOptions, name: string, sent: Sent, header: string | undefined): Promise<Outcome> {
  const { world } = options;
  const method = METHODS.get(name);
  if (!method) return { status: 200, answer: { ...refuse('unknown_method'), req_method: name } };
  const given = header ?? (sent.isJson ? '' : asText(sent.args['token']));
  const refusal = method.token === 'none' ? undefined : refuseToken(world, method, given);
  if (refusal) return { status: 200, answer: refusal };
  const args = new Args(sent.args);
  const wait = limited(options, name, method, args);
  if (wait !== undefined)
    return { status: 429, answer: refuse('ratelimited'), headers: { 'retry-after': String(wait) } };
  const provided = [...world.manifest.scopes].join(',');
  const headers = { 'x-oauth-scopes': provided, 'x-accepted-oauth-scopes': method.scopes.join(',') };
  const allowed = method.scopes.length === 0 || method.scopes.some((scope) => world.manifest.scopes.has(scope));
  if (!allowed) {
    return { status: 200, answer: { ...refuse('missing_scope'), needed: method.scopes.join(','), provided }, headers };
  }
  return { status: 200, answer: await handled(method, args, world, name), headers };
}

/** A bug in a method is Slack's `internal_error`, not the end of the server. */
async function handled(method: Method, args: Args, world: World, name: string): Promise<Answer> {
  try {
    return await method.handle(args, world);
  } catch (error) {
    world.log('error', 'A Web API method failed.', { method: name, ...problemOf(error) });
    return refuse('internal_error');
  }
}

function refuseToken(world: World, method: Method, token: string): Answer | undefined {
  if (token === '') return refuse('not_authed');
  const isBot = sameSecret(token, world.keys.botToken);
  const isApp = sameSecret(token, world.keys.appToken);
  if (!isBot && !isApp) return refuse('invalid_auth');
  const fits = method.token === 'any' || (method.token === 'bot' ? isBot : isApp);
  return fits ? undefined : refuse('not_allowed_token_type');
}

function limited({ world, rateLimits }: ApiOptions, name: string, method: Method, args: Args): number | undefined {
  if (!rateLimits || method.perMinute === undefined) return undefined;
  const wait = rateLimits.take(name, method.perMinute);
  if (wait !== undefined || name !== 'chat.postMessage') return wait;
  const channel = findChannel(world, args.text('channel'))?.id ?? args.text('channel');
  return rateLimits.takePost(channel);
}
