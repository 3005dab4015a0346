/**
 * A strict server of the Messages API on 127.0.0.1, with the scripted brain behind it. The unmodified SDK cannot tell it
 * from the API in what we use: it streams, counts, and refuses what the API refuses.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalLog } from '../log.ts';
import { readBody } from './body.ts';
import { think } from './brain.ts';
import type { Answer, Conversation } from './conversation.ts';
import { readConversation } from './conversation.ts';
import { type ApiError, apiError, errorBody, invalid } from './errors.ts';
import { type Fault, type FaultRequest, spoil, statusError } from './faults.ts';
import { isKnownModel, modelEntry, modelList } from './models.ts';
import { inputTokens, replyBody, replyOf } from './reply.ts';
import { streamReply } from './stream.ts';
import { createSeals, type Seals } from './thoughts.ts';
import { validateCount, validateMessages } from './validate.ts';

export interface ModelServerOptions {
  /** 0 or none: any free port. */
  readonly port?: number;
  readonly apiKey: string;
  readonly log: LocalLog;
  /** Between two deltas of a stream, so that it can be watched. */
  readonly paceMs?: number;
  /** What thinks; the scripted brain by default. */
  readonly brain?: (conversation: Conversation) => Answer;
  /** Asked once for each request that would be answered. */
  readonly faults?: (request: FaultRequest) => Fault | undefined;
}

export interface ModelServer {
  readonly url: string;
  stop(): Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  /** Fires when the client leaves or the server stops. */
  readonly gone: AbortSignal;
}

const DEFAULT_PACE_MS = 12;
/** The API's limit for a request. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;

export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  let asked = 0;
  const seals = createSeals();
  const server = createServer((request, response) => {
    const leave = new AbortController();
    response.on('close', () => leave.abort());
    const requestId = `req_${newId()}`;
    response.setHeader('request-id', requestId);
    const exchange = { request, response, requestId, gone: leave.signal };
    answer({ ...options, seals }, exchange, () => (asked += 1)).catch((error: unknown) => {
      options.log('error', 'the model server failed', { name: error instanceof Error ? error.name : typeof error });
      refuse(exchange, apiError(500, 'api_error', 'The local model server has a fault.'));
    });
  });
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => close(server) };
}

type Running = ModelServerOptions & { readonly seals: Seals };

async function answer(options: Running, exchange: Exchange, count: () => number): Promise<void> {
  const { request } = exchange;
  const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
  const refusal = checkHead(request, options.apiKey);
  if (refusal) return refuse(exchange, refusal);
  if (request.method === 'GET' && path === '/v1/models') return send(exchange, 200, modelList());
  const model = /^\/v1\/models\/([\w.-]+)$/.exec(path)?.[1];
  if (request.method === 'GET' && model && isKnownModel(model)) return send(exchange, 200, modelEntry(model));
  const route = request.method === 'POST' ? path : '';
  if (route !== '/v1/messages' && route !== '/v1/messages/count_tokens') {
    return refuse(exchange, apiError(404, 'not_found_error', `${request.method} ${path}`));
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.kind === 'too large') {
    return refuse(exchange, apiError(413, 'request_too_large', 'The request is larger than 32 MB'));
  }
  if (body.kind === 'no JSON') return refuse(exchange, invalid('The request body is not valid JSON'));
  return route === '/v1/messages' ? write(options, exchange, body.value, count()) : tally(exchange, body.value);
}

async function write(options: Running, exchange: Exchange, body: unknown, number: number): Promise<void> {
  const validated = validateMessages(body);
  if (!validated.ok) return refuse(exchange, validated.error);
  const { request } = validated;
  const unsealed = options.seals.check(request);
  if (unsealed) return refuse(exchange, unsealed);
  const fault = options.faults?.({ number, headers: exchange.request.headers, body });
  if (fault?.kind === 'status') {
    if (fault.retryAfterSeconds !== undefined) exchange.response.setHeader('retry-after', fault.retryAfterSeconds);
    return refuse(exchange, statusError(fault.status));
  }
  const said = (options.brain ?? think)(readConversation(request));
  const maxTokens = fault?.kind === 'max tokens' ? fault.tokens : request.max_tokens;
  const reply = spoil(replyOf(said, request, maxTokens, { newId, seal: options.seals.seal }), fault);
  const pace = { paceMs: options.paceMs ?? DEFAULT_PACE_MS, fault, gone: exchange.gone };
  if (request.stream) return streamReply(exchange.response, reply, pace);
  return send(exchange, 200, replyBody(reply));
}

function tally(exchange: Exchange, body: unknown): void {
  const validated = validateCount(body);
  if (validated.ok) send(exchange, 200, { input_tokens: inputTokens(validated.request) });
  else refuse(exchange, validated.error);
}

/** What must be right before the body is looked at. */
function checkHead(request: IncomingMessage, apiKey: string): ApiError | undefined {
  // A page on another site could reach this port under its own name (DNS rebinding).
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') {
    return apiError(403, 'permission_error', 'This server answers to 127.0.0.1 and localhost only');
  }
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? request.headers['x-api-key'];
  if (typeof given !== 'string') return apiError(401, 'authentication_error', 'An API key is required');
  if (!sameText(given, apiKey)) return apiError(401, 'authentication_error', 'The API key is not valid');
  if (!request.headers['anthropic-version']) return invalid('anthropic-version: header is required');
  return undefined;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refuse(exchange: Exchange, error: ApiError): void {
  send(exchange, error.status, errorBody(error, exchange.requestId));
}

function send({ response }: Exchange, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function newId(): string {
  return randomBytes(12).toString('hex');
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
