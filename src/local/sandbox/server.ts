/**
 * A stand-in for E2B on this machine: its API, its code interpreter and its envd on one port of 127.0.0.1, told apart by
 * the headers that the SDK always sends. The unmodified SDK works with it through `apiUrl` and `sandboxUrl`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { totalmem } from 'node:os';
import type { LocalLog } from '../log.ts';
import { type Clock, systemClock } from './clock.ts';
import { type ControlPlane, controlPlane } from './control-plane.ts';
import { envd } from './envd.ts';
import { guestFiles } from './guest-files.ts';
import { HttpProblem, header, sendJson, sendProblem } from './http.ts';
import { interpreter } from './interpreter.ts';
import { type Probe, probeWall } from './probe.ts';
import type { Sandbox } from './sandbox.ts';
import { Sandboxes } from './sandboxes.ts';
import { checkSignature, signedLink } from './signature.ts';

export interface SandboxHostOptions {
  /** 0 or none: a free one. */
  readonly port?: number;
  readonly apiKey: string;
  readonly log: LocalLog;
  /** Running at once; E2B's Hobby plan has 20. */
  readonly maxSandboxes?: number;
  /** All sandboxes together, paused ones included; half of the machine's memory if not given. */
  readonly memoryBudgetMb?: number;
  /** Bytes of the machine's memory that are still to be had, for tests of a machine that is short of it. */
  readonly availableMemory?: () => number;
  /** Folders below /usr that no sandbox must see. */
  readonly hide?: readonly string[];
  readonly clock?: Clock;
  /** For tests of a machine that cannot isolate. */
  readonly probe?: (hide: readonly string[]) => Promise<Probe>;
}

export interface SandboxHost {
  readonly url: string;
  /** Whether code can run here, and what it runs in or why it cannot. */
  health(): { readonly ok: boolean; readonly note: string };
  /** Ends every sandbox. Resolves when nothing is left. */
  stop(): Promise<void>;
}

const MB = 1024 * 1024;
const DEFAULT_MAX_SANDBOXES = 20;
const INTERPRETER_PORT = '49999';
const ENVD_PORT = '49983';
/** E2B's least after a request has woken a sandbox up. */
const AUTO_RESUME_MS = 300_000;
/** Longer than clients keep idle connections, so that none is closed under a request. */
const KEEP_ALIVE_MS = 65_000;

interface Host {
  readonly plane: ControlPlane;
  readonly sandboxes: Sandboxes | undefined;
  readonly clock: Clock;
  readonly log: LocalLog;
  readonly health: { readonly ok: boolean; readonly note: string };
}

/** Starts even where no code can run: then creating a sandbox answers 503 with the reason. Rejects if the port is taken. */
export async function startSandboxHost(options: SandboxHostOptions): Promise<SandboxHost> {
  const probe = await (options.probe ?? probeWall)(options.hide ?? []);
  const { log } = options;
  const clock = options.clock ?? systemClock;
  const sandboxes = probe.ok ? makeSandboxes(options, probe, clock) : undefined;
  const health = {
    ok: probe.ok,
    note: probe.ok ? `${probe.note} Limits are held by ${sandboxes?.heldBy}.` : probe.reason,
  };
  log('info', health.note);
  const plane: ControlPlane = {
    apiKey: options.apiKey,
    clock,
    sandboxes: sandboxes ?? health.note,
    limits: probe.ok ? probe.wall.limits : undefined,
  };
  const host: Host = { plane, sandboxes, clock, log, health };
  const server = createServer((request, response) => void serve(host, request, response));
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const port = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}`,
    health: () => health,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await sandboxes?.stop();
      server.closeAllConnections();
      await closed;
    },
  };
}

function makeSandboxes(options: SandboxHostOptions, probe: Extract<Probe, { ok: true }>, clock: Clock): Sandboxes {
  return new Sandboxes({
    wall: probe.wall,
    files: guestFiles(probe.wall.fonts),
    clock,
    log: options.log,
    maxRunning: options.maxSandboxes ?? DEFAULT_MAX_SANDBOXES,
    memoryBudgetMb: options.memoryBudgetMb ?? Math.floor(totalmem() / MB / 2),
    ...(options.availableMemory && { availableMemory: options.availableMemory }),
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function serve(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(host, request, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else if (error instanceof HttpProblem) sendProblem(response, error);
    else sendProblem(response, new HttpProblem(500, 'the local sandbox host met an error of its own'));
    const expected = error instanceof HttpProblem || response.destroyed;
    if (!expected) host.log('error', 'a request failed', { url: request.url, error: String(error) });
  }
}

async function route(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isOurHost(header(request, 'host'))) throw new HttpProblem(403, 'this host only answers on 127.0.0.1');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const id = header(request, 'e2b-sandbox-id') ?? idOfLink(host, request, url);
  if (id === undefined && url.pathname === '/health') return sendHealth(host, response);
  if (id === undefined) return controlPlane(host.plane, request, response, url);
  const sandbox = awake(host, id);
  if (!sandbox) return sendJson(response, 502, { sandboxId: id, message: 'The sandbox was not found', code: 502 });
  sandbox.attach(response);
  const port = header(request, 'e2b-sandbox-port') ?? ENVD_PORT;
  if (port === INTERPRETER_PORT) return interpreter({ sandbox, request, response, clock: host.clock }, url.pathname);
  if (port === ENVD_PORT) return envd(sandbox, request, response, url, host.clock);
  sendJson(response, 502, { sandboxId: id, message: `The sandbox is running but port ${port} is not open`, code: 502 });
}

/** A page of another origin can make a browser call 127.0.0.1 by a name of its own; then the name gives it away. */
function isOurHost(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

/** A signed link has no headers: its sandbox is the one whose token signed it. */
function idOfLink(host: Host, request: IncomingMessage, url: URL): string | undefined {
  const link = url.pathname === '/files' ? signedLink(url, request.method) : undefined;
  if (!link) return undefined;
  const now = host.clock.now();
  const all = host.sandboxes?.all() ?? [];
  const signer = all.find(({ accessToken }) => checkSignature(link, accessToken, now) !== 'invalid signature');
  if (!signer) throw new HttpProblem(401, 'invalid signature');
  return signer.id;
}

function sendHealth(host: Host, response: ServerResponse): void {
  const { ok, note } = host.health;
  sendJson(response, 200, ok ? { ok, note } : { ok, reason: note });
}

/** The running sandbox, woken up if it asked for that. */
function awake(host: Host, id: string): Sandbox | undefined {
  const sandbox = host.sandboxes?.find(id);
  if (sandbox?.state === 'paused' && sandbox.settings.autoResume) host.sandboxes?.connect(sandbox, AUTO_RESUME_MS);
  return sandbox?.state === 'running' ? sandbox : undefined;
}
