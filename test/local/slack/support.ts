/** Starts the server for a test in a folder of its own, and a real Bolt app against it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, type Logger, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import { type LocalSlack, type SlackOptions, startSlack } from '../../../src/local/slack/server.ts';
import { SlackControl } from '../../fakes/slack-control.ts';

export const MANIFEST = fileURLToPath(new URL('../../../manifest.yml', import.meta.url));

export interface Started {
  readonly slack: LocalSlack;
  readonly control: SlackControl;
  readonly web: WebClient;
  readonly folder: string;
  /** Ids by name. */
  readonly ada: string;
  readonly grace: string;
  readonly bot: string;
  readonly general: string;
  readonly random: string;
}

/** A server whose folder and port go with the test. Nothing is limited unless asked for. */
export async function start(
  options: Partial<SlackOptions> & { readonly scopes?: readonly string[] } = {},
): Promise<Started> {
  const folder = options.dataDir ?? (await temporaryFolder());
  const { scopes, ...rest } = options;
  const manifestPath = scopes ? await manifestWith(folder, scopes) : MANIFEST;
  const slack = await startSlack({ manifestPath, rateLimits: false, log: () => {}, ...rest, dataDir: folder });
  onTestFinished(() => slack.stop());
  const control = new SlackControl(slack);
  const state = await control.state();
  const person = (name: string) => state.people.find((entry) => entry.name === name)?.id ?? '';
  const channel = (name: string) => state.channels.find((entry) => entry.name === name)?.id ?? '';
  return {
    slack,
    control,
    web: webClient(slack),
    folder,
    ada: person('ada'),
    grace: person('grace'),
    bot: state.team.botUserId,
    general: channel('general'),
    random: channel('random'),
  };
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'slack-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The project's manifest with more scopes, and with two more shortcuts. */
async function manifestWith(folder: string, scopes: readonly string[]): Promise<string> {
  const text = await readFile(MANIFEST, 'utf8');
  const path = join(folder, 'manifest.yml');
  const shortcuts = `  shortcuts:
    - { name: Run this code, type: message, callback_id: run_message, description: Run it. }
    - { name: New run, type: global, callback_id: run_new, description: Open a form. }
`;
  const added = scopes.map((scope) => `      - ${scope}\n`).join('');
  await writeFile(path, text.replace('  shortcuts:\n', shortcuts).replace('    bot:\n', `    bot:\n${added}`));
  return path;
}

export function webClient(slack: LocalSlack, token = slack.botToken): WebClient {
  return new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
}

/** Tests cut connections on purpose; what the SDKs say to that is noise. */
export const SILENT: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** A Bolt app on Socket Mode, ready when it is connected; it stops with the test. */
export async function startBolt(slack: LocalSlack, prepare: (app: App) => void): Promise<SocketModeReceiver> {
  const options = { slackApiUrl: slack.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logger: SILENT,
    clientPingTimeout: 500,
    installerOptions: {
      clientOptions: { ...options, retryConfig: { forever: true, minTimeout: 100, maxTimeout: 500 } },
    },
  });
  const app = new App({
    token: slack.botToken,
    receiver,
    logger: SILENT,
    clientOptions: { ...options, retryConfig: { retries: 0 } },
  });
  prepare(app);
  await app.start();
  onTestFinished(async () => {
    await receiver.client.disconnect();
  });
  return receiver;
}

/** Calls a method without the SDK, for what the SDK would never send. */
export async function raw(
  slack: LocalSlack,
  method: string,
  args: Readonly<Record<string, unknown>>,
  token: string | undefined = slack.botToken,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${slack.apiUrl}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(args),
  });
  return (await response.json()) as Record<string, unknown>;
}
