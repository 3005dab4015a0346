/**
 * A Slack workspace on 127.0.0.1 that the unmodified SDKs cannot tell from Slack in what a bot uses: Web API, Socket Mode or
 * signed HTTP, files, commands, buttons and modals. A page lets people write in it; a control interface lets tests look in.
 */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { LocalLog } from '../log.ts';
import { createSessions } from './browser/session.ts';
import { type Clock, createClock } from './clock.ts';
import { createWorld } from './compose.ts';
import { loadKeys } from './keys.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { problemOf } from './problem.ts';
import type { PageBoot } from './protocol.ts';
import { createRouter } from './router.ts';
import { openWorkspace } from './state/workspace.ts';

export interface SlackOptions {
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** The workspace's own folder; made if it is missing. */
  readonly dataDir: string;
  readonly manifestPath: string;
  readonly log: LocalLog;
  /** Events, commands and interactions are posted here, signed, instead of over Socket Mode. */
  readonly http?: { readonly requestUrl: string; readonly signingSecret?: string };
  /** False lifts every limit on calls. */
  readonly rateLimits?: boolean;
  /** Milliseconds added to every Web API answer, for benchmarks. */
  readonly delayMs?: number;
  readonly services?: PageBoot['services'];
  readonly examples?: readonly string[];
  /** Epoch milliseconds; the real time where it is left out. */
  readonly now?: () => number;
}

export interface LocalSlack {
  readonly url: string;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly controlKey: string;
  /** The page's address with a fresh one-time token. */
  pageUrl(): string;
  setServices(services: PageBoot['services']): void;
  stop(): Promise<void>;
}

const EXAMPLES = [
  'compute the first 20 Fibonacci numbers with statistics',
  'plot a sine wave and save it as sine.png',
  'make a chart that fails first',
];

const SERVICES: PageBoot['services'] = {
  sandbox: { state: 'off', note: 'Nobody has said which sandbox runs the code.' },
  model: { state: 'off', note: 'Nobody has said which model answers.' },
};

/** Rejects with `code: 'EADDRINUSE'` where the port is taken, and with one sentence where the manifest cannot be read. */
export async function startSlack(options: SlackOptions): Promise<LocalSlack> {
  const manifest = readManifest(options.manifestPath);
  const server = createServer();
  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}`;
  const clock = createClock(options.now, (error) => options.log('error', 'A planned task failed.', problemOf(error)));
  const { workspace, stored } = await openFolder(server, options.dataDir, clock, manifest);
  const signingSecret = options.http?.signingSecret ?? stored.signingSecret;
  const keys = { ...stored, signingSecret };
  let services = options.services ?? SERVICES;
  const world = createWorld({
    workspace,
    manifest,
    clock,
    keys,
    url,
    log: options.log,
    filesFolder: join(options.dataDir, 'files'),
    examples: options.examples ?? EXAMPLES,
    services: () => services,
    ...(options.http ? { requestUrl: options.http.requestUrl } : {}),
  });
  const sessions = createSessions(keys.pageKey, port);
  const pageUrl = () => `${url}/?token=${sessions.newToken()}`;
  const router = createRouter(world, {
    port,
    sessions,
    pageUrl,
    rateLimits: options.rateLimits ?? true,
    delayMs: options.delayMs ?? 0,
  });
  server.on('request', router.request);
  server.on('upgrade', router.upgrade);
  return {
    url,
    apiUrl: `${url}/api/`,
    botToken: keys.botToken,
    appToken: keys.appToken,
    signingSecret: keys.signingSecret,
    controlKey: keys.controlKey,
    pageUrl,
    setServices: (next) => {
      services = next;
      world.hub.push({ type: 'services', services });
    },
    stop: async () => {
      clock.stop();
      world.hub.stop();
      await world.socketMode.stop();
      await world.transport.stop();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      workspace.close();
    },
  };
}

function readManifest(path: string): Manifest {
  const text = readFileSync(path, 'utf8');
  try {
    return parseManifest(text);
  } catch {
    throw new Error(`The app manifest at ${path} is not valid YAML. Correct it and start again.`);
  }
}

/** Gives the port back where the folder cannot be used. */
async function openFolder(server: Server, folder: string, clock: Clock, { appName, botName }: Manifest) {
  try {
    return { workspace: openWorkspace(folder, clock, { appName, botName }), stored: loadKeys(folder) };
  } catch (error) {
    await new Promise((resolve) => server.close(resolve));
    throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
