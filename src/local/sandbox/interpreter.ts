/** E2B's code interpreter (port 49999): contexts, and code whose story is told in lines of JSON. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import type { Code, Context, Run } from './context.ts';
import { HOME } from './contexts.ts';
import { envsSchema } from './envs.ts';
import { HttpProblem, header, readJson, sameSecret, sendJson, sendText } from './http.ts';
import { startKeepalive } from './keepalive.ts';
import { languageOf } from './languages.ts';
import { asciiLine } from './ndjson.ts';
import { openOutlet } from './outlet.ts';
import type { Sandbox } from './sandbox.ts';

const MAX_CODE_BYTES = 16 * 1024 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
/** As in E2B: a client that has gone is noticed by what cannot be written, and proxies see life. */
const KEEPALIVE_MS = 5_000;

const executeSchema = z.object({
  code: z.string(),
  context_id: z.string().nullish(),
  language: z.string().nullish(),
  env_vars: envsSchema.nullish(),
});
const contextSchema = z.object({ language: z.string().nullish(), cwd: z.string().nullish() });

/** A refusal of this part of E2B is plain text. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

interface Exchange {
  readonly sandbox: Sandbox;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
}

export async function interpreter(exchange: Exchange, pathname: string): Promise<void> {
  const { sandbox, request, response } = exchange;
  if (!sameSecret(header(request, 'e2b-traffic-access-token'), sandbox.trafficToken))
    throw new HttpProblem(403, 'the traffic access token is missing or wrong');
  try {
    const [, id, verb] = /^\/contexts\/([^/]+)(?:\/(restart))?$/.exec(pathname) ?? [];
    const call = `${request.method} ${id === undefined ? pathname : `/contexts/{id}${verb ? '/restart' : ''}`}`;
    await answer(call, exchange, id ?? '');
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    sendText(response, error.status, error.message);
  }
}

async function answer(call: string, exchange: Exchange, id: string): Promise<void> {
  const { sandbox, response } = exchange;
  switch (call) {
    case 'GET /health':
      return sendJson(response, 200, 'OK');
    case 'POST /execute':
      return execute(exchange);
    case 'GET /contexts':
      return sendJson(response, 200, sandbox.contexts.list());
    case 'POST /contexts':
      return openContext(exchange);
    case 'POST /contexts/{id}/restart':
      return restartContext(sandbox, response, id);
    case 'DELETE /contexts/{id}':
      await sandbox.contexts.remove(findContext(sandbox, id));
      return sendJson(response, 200, null);
    default:
      throw new Refusal(404, `there is no ${call} here`);
  }
}

function findContext(sandbox: Sandbox, id: string): Context {
  const context = sandbox.contexts.find(id);
  if (!context) throw new Refusal(404, `Context ${id} not found`);
  return context;
}

async function openContext({ sandbox, request, response }: Exchange): Promise<void> {
  const body = contextSchema.safeParse(await readJson(request, MAX_BODY_BYTES));
  if (!body.success) throw new Refusal(422, 'language and cwd must be text');
  const language = languageOf(body.data.language || 'python');
  if (!language) throw new Refusal(500, `Failed to create context: no kernel named ${body.data.language}`);
  const opened = await sandbox.contexts.open(language, body.data.cwd || HOME);
  if (!opened.ok) throw new Refusal(500, `Failed to create context: ${opened.message}`);
  sendJson(response, 200, opened.context.info);
}

async function restartContext(sandbox: Sandbox, response: ServerResponse, id: string): Promise<void> {
  const restarted = await sandbox.contexts.restart(findContext(sandbox, id));
  if (!restarted.ok) throw new Refusal(500, `Failed to restart context ${id}`);
  sendJson(response, 200, null);
}

async function chooseContext(sandbox: Sandbox, id: string, languageName: string): Promise<Context> {
  if (id && languageName) throw new Refusal(400, 'Only one of context_id or language can be provided');
  if (id) return findContext(sandbox, id);
  const language = languageOf(languageName || 'python');
  if (!language) throw new Refusal(500, `Failed to create context: no kernel named ${languageName}`);
  const opened = await sandbox.contexts.default(language);
  if (!opened.ok) throw new Refusal(500, `Failed to create context: ${opened.message}`);
  return opened.context;
}

async function execute(exchange: Exchange): Promise<void> {
  const { sandbox, request, response } = exchange;
  if (!sameSecret(header(request, 'x-access-token'), sandbox.accessToken))
    throw new HttpProblem(401, 'the access token is missing or wrong');
  const body = executeSchema.safeParse(await readJson(request, MAX_CODE_BYTES));
  if (!body.success) throw new Refusal(422, 'code must be text, env_vars names and texts');
  const context = await chooseContext(sandbox, body.data.context_id ?? '', body.data.language ?? '');
  if (response.destroyed) return;
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.flushHeaders();
  tell(exchange, context, { code: body.data.code, envs: body.data.env_vars ?? {} });
}

/** Streams a run. A client that goes away stops it, unless the sandbox was paused under it: then it goes on later. */
function tell({ sandbox, response, clock }: Exchange, context: Context, code: Code): void {
  const outlet = openOutlet(response, {
    flow: (on) => run.flow(on),
    flooded: () => void sandbox.box.end('it sent more than anybody reads'),
  });
  const keepalive = startKeepalive(clock, KEEPALIVE_MS, () => outlet.write(asciiLine({ type: 'keepalive' })));
  let ended = false;
  response.once('close', () => {
    keepalive.stop();
    if (ended) return;
    if (sandbox.state === 'running') run.abandon();
    else run.detach();
  });
  const run: Run = context.execute(code, {
    event: (event) => {
      keepalive.touch();
      outlet.write(asciiLine(event));
    },
    end: () => {
      ended = true;
      outlet.end(asciiLine({ type: 'end_of_execution' }));
    },
  });
}
