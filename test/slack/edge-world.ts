/** The whole edge on the local Slack server: our App, its socket or port, and an inbox that keeps what it is handed. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { steadyClock, systemClock } from '../../src/clock.ts';
import type { Request } from '../../src/conversation/events.ts';
import type { SlackOptions as ServerOptions } from '../../src/local/slack/server.ts';
import type { Store } from '../../src/ports.ts';
import { openSlack, type Slack, type SlackOptions, type SlackStartError } from '../../src/slack/app.ts';
import { type Listening, listen } from '../../src/slack/listeners.ts';
import { type MemoryStore, memoryStore } from '../fakes/memory-store.ts';
import { type QuietLog, quietLog } from '../fakes/quiet-log.ts';
import { type SlackServer, startServer } from './slack-world.ts';

export interface EdgeWorld extends SlackServer {
  readonly slack: Slack;
  readonly listening: Listening;
  readonly store: MemoryStore;
  readonly requests: Request[];
  readonly log: QuietLog;
  readonly lost: SlackStartError[];
  readonly port: number | undefined;
}

export interface EdgeOptions {
  readonly server?: Partial<ServerOptions>;
  readonly slack?: Partial<SlackOptions>;
  readonly store?: MemoryStore;
  /** Put between the edge and the store. */
  readonly record?: Store['recordEvent'];
}

const SECRET = 'a-signing-secret';

/** A port that was free a moment ago: the server must know where to send before the bot listens there. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function slackOptions({ server }: SlackServer, store: MemoryStore, log: QuietLog): SlackOptions {
  return {
    botToken: server.botToken,
    connection: { kind: 'socket', appToken: server.appToken },
    apiUrl: server.apiUrl,
    editsPerMinute: 50,
    editIntervalMs: 1_200,
    postIntervalMs: 1_000,
    mentionRequired: false,
    store,
    clock: systemClock,
    steadyClock,
    log,
  };
}

export async function startEdge(options: EdgeOptions = {}): Promise<EdgeWorld> {
  const started = await startServer({ rateLimits: false, ...options.server });
  const memory = options.store ?? memoryStore();
  const store = options.record ? { ...memory, recordEvent: options.record } : memory;
  const log = quietLog();
  const requests: Request[] = [];
  const lost: SlackStartError[] = [];
  const slack = await openSlack({
    ...slackOptions(started, store, log),
    onLost: (error) => lost.push(error),
    ...options.slack,
  });
  const inbox = { handle: async (request: Request) => void requests.push(request) };
  const listening = listen(slack, { inbox, store, clock: systemClock, log });
  const port = await slack.start();
  const stop = async () => {
    await slack.stopReceiving();
    slack.close();
    await started.stop();
  };
  return { ...started, stop, slack, listening, store, requests, log, lost, port };
}

/** The same in HTTP mode: the server posts signed requests to our port. */
export async function startHttpEdge(): Promise<EdgeWorld> {
  const port = await freePort();
  return startEdge({
    server: { http: { requestUrl: `http://127.0.0.1:${port}/slack/events`, signingSecret: SECRET } },
    slack: { connection: { kind: 'http', signingSecret: SECRET, port } },
  });
}
