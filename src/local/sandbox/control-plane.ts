/** E2B's API: sandboxes are made, found, prolonged, paused and ended here. Every path also answers below /v2. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import type { Clock } from './clock.ts';
import { envsSchema } from './envs.ts';
import { HttpProblem, header, readJson, sameSecret, sendJson } from './http.ts';
import type { Limits } from './limits.ts';
import { listPage, parseListQuery } from './listing.ts';
import type { Sandbox, SandboxSettings } from './sandbox.ts';
import type { Sandboxes } from './sandboxes.ts';

export interface ControlPlane {
  readonly apiKey: string;
  readonly clock: Clock;
  /** Or the reason why there are none. */
  readonly sandboxes: Sandboxes | string;
  readonly limits: Limits | undefined;
}

/** The newest behaviours that the SDK asks a version for are there from 0.6.4 on; E2B's own was 0.6.13. */
export const ENVD_VERSION = '0.6.13';
const TEMPLATES = ['code-interpreter-v1', 'base'];
/** E2B's default without a timeout, and its longest life (on the Pro plan). */
const DEFAULT_LIFETIME_SECONDS = 300;
const MAX_LIFETIME_HOURS = 24;
const MAX_BODY_BYTES = 1024 * 1024;

const createSchema = z.object({
  templateID: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
  envVars: envsSchema.default({}),
  timeout: z.number().int().optional(),
  autoPause: z.boolean().default(false),
  autoResume: z.object({ enabled: z.boolean() }).optional(),
  allow_internet_access: z.boolean().optional(),
  network: z.unknown().optional(),
});
const lifetimeSchema = z.object({ timeout: z.number().int().optional() });
const timeoutSchema = z.object({ timeout: z.number().int() });

export async function controlPlane(
  plane: ControlPlane,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  if (!sameSecret(header(request, 'x-api-key'), plane.apiKey)) throw new HttpProblem(401, 'the API key is not valid');
  const [, id, verb] = /^\/sandboxes(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(url.pathname.replace(/^\/v2(?=\/)/, '')) ?? [
    null,
    null,
  ];
  if (id === null) throw new HttpProblem(404, `there is no ${url.pathname} here`);
  if (id === undefined && request.method === 'POST') return create(plane, request, response);
  if (id === undefined && request.method === 'GET') return list(plane, response, url);
  if (id === undefined) throw new HttpProblem(405, 'method not allowed');
  await onSandbox(plane, request, response, id, `${request.method} ${verb ?? ''}`.trim());
}

async function create(plane: ControlPlane, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readValid(request, createSchema);
  if (!TEMPLATES.includes(body.templateID))
    throw new HttpProblem(
      404,
      `template '${body.templateID}' not found: the local host has ${TEMPLATES.join(' and ')}`,
    );
  const lifetimeMs = lifetime(body.timeout);
  if (typeof plane.sandboxes === 'string') throw new HttpProblem(503, plane.sandboxes);
  const settings: SandboxSettings = {
    templateId: body.templateID,
    metadata: body.metadata,
    envs: body.envVars,
    autoPause: body.autoPause,
    autoResume: body.autoResume?.enabled ?? false,
    allowInternetAccess: body.allow_internet_access,
    network: body.network,
  };
  const made = await plane.sandboxes.create(settings, lifetimeMs);
  if (!made.ok) throw new HttpProblem(made.status, made.message);
  // The client may have gone while it started: nobody would ever know its id.
  if (response.destroyed) return plane.sandboxes.end(made.sandbox, 'its creator is gone');
  sendJson(response, 201, access(made.sandbox));
}

function list(plane: ControlPlane, response: ServerResponse, url: URL): void {
  const parsed = parseListQuery(url.searchParams);
  if (!parsed.ok) throw new HttpProblem(400, parsed.message);
  const all = typeof plane.sandboxes === 'string' ? [] : plane.sandboxes.all();
  const { items, nextToken } = listPage(all, parsed.query);
  const body = items.map((sandbox) => summary(plane, sandbox));
  sendJson(response, 200, body, nextToken === undefined ? {} : { 'x-next-token': nextToken });
}

async function onSandbox(
  plane: ControlPlane,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  call: string,
): Promise<void> {
  const { sandboxes } = plane;
  const find = () => {
    const sandbox = typeof sandboxes === 'string' ? undefined : sandboxes.find(id);
    if (!sandbox || typeof sandboxes === 'string') throw new HttpProblem(404, `Sandbox ${id} not found`);
    return { sandbox, sandboxes };
  };
  switch (call) {
    case 'GET':
      return sendJson(response, 200, details(plane, find().sandbox));
    case 'DELETE':
      await find().sandboxes.end(find().sandbox, 'it was killed');
      return sendJson(response, 204);
    case 'POST connect': {
      const lifetimeMs = lifetime((await readValid(request, lifetimeSchema)).timeout);
      const found = find();
      const connected = found.sandboxes.connect(found.sandbox, lifetimeMs);
      if (!connected.ok) throw new HttpProblem(connected.status, connected.message);
      return sendJson(response, connected.resumed ? 201 : 200, access(found.sandbox));
    }
    case 'POST timeout': {
      const lifetimeMs = lifetime((await readValid(request, timeoutSchema)).timeout);
      const found = find();
      found.sandboxes.setEnd(found.sandbox, plane.clock.now() + lifetimeMs);
      return sendJson(response, 204);
    }
    case 'POST pause': {
      const found = find();
      if (found.sandbox.state === 'paused') throw new HttpProblem(409, `Sandbox ${id} is already paused`);
      found.sandboxes.pause(found.sandbox);
      return sendJson(response, 204);
    }
    case 'PUT network':
      find();
      return sendJson(response, 204);
    case 'GET metrics':
      find();
      return sendJson(response, 200, []);
    default:
      throw new HttpProblem(404, `there is no ${call} of a sandbox here`);
  }
}

/** Milliseconds of what the wire gives in seconds. */
function lifetime(seconds: number = DEFAULT_LIFETIME_SECONDS): number {
  if (seconds > MAX_LIFETIME_HOURS * 3600)
    throw new HttpProblem(400, `Timeout cannot be greater than ${MAX_LIFETIME_HOURS} hours`);
  return Math.max(0, seconds) * 1000;
}

async function readValid<Shape>(request: IncomingMessage, schema: z.ZodType<Shape>): Promise<Shape> {
  const parsed = schema.safeParse(await readJson(request, MAX_BODY_BYTES));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HttpProblem(400, `the body is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
}

/** What a client needs to talk to the inside. */
function access(sandbox: Sandbox) {
  return {
    sandboxID: sandbox.id,
    templateID: sandbox.settings.templateId,
    clientID: 'local',
    envdVersion: ENVD_VERSION,
    envdAccessToken: sandbox.accessToken,
    trafficAccessToken: sandbox.trafficToken,
    domain: null,
  };
}

function summary(plane: ControlPlane, sandbox: Sandbox) {
  return {
    sandboxID: sandbox.id,
    templateID: sandbox.settings.templateId,
    alias: sandbox.settings.templateId,
    clientID: 'local',
    startedAt: new Date(sandbox.startedAt).toISOString(),
    endAt: new Date(sandbox.endAt).toISOString(),
    state: sandbox.state,
    cpuCount: availableParallelism(),
    memoryMB: plane.limits?.memoryMb ?? 0,
    diskSizeMB: plane.limits?.homeMb ?? 0,
    envdVersion: ENVD_VERSION,
    metadata: sandbox.settings.metadata,
    volumeMounts: [],
  };
}

function details(plane: ControlPlane, sandbox: Sandbox) {
  const { autoPause, autoResume, allowInternetAccess, network } = sandbox.settings;
  return {
    ...summary(plane, sandbox),
    lifecycle: { onTimeout: autoPause ? 'pause' : 'kill', autoResume },
    ...(allowInternetAccess !== undefined && { allowInternetAccess }),
    ...(network !== undefined && { network }),
    domain: null,
  };
}
