/**
 * The local world's process: up to three servers on 127.0.0.1. It is started with one JSON argument, answers with one
 * message, and ends when its parent does, so that no server outlives the program that wanted it.
 */
import { join } from 'node:path';
import { loadKeys } from './keys.ts';
import type { LocalLog } from './log.ts';
import { EXAMPLES } from './model/examples.ts';
import { startModelServer } from './model/server.ts';
import { startSandboxHost } from './sandbox/server.ts';
import type { PageBoot } from './slack/protocol.ts';
import { startSlack } from './slack/server.ts';
import type { WorldMessage, WorldOptions, WorldReady } from './world.ts';

interface Stoppable {
  stop(): Promise<void>;
}

const SCRIPTED_MODEL = 'threadbox-scripted';

/** Only what is wrong is worth a line on the terminal of somebody who looks at the page. */
const log: LocalLog = (level, message, fields) => {
  if (level === 'info') return;
  process.stderr.write(
    `${JSON.stringify({ level, at: new Date().toISOString(), part: 'local', message, ...fields })}\n`,
  );
};

async function startWorld(options: WorldOptions, running: Stoppable[]): Promise<WorldReady> {
  const keys = loadKeys(options.dataDir);
  const env: Record<string, string> = {};
  const wants = (service: (typeof options.start)[number]) => options.start.includes(service);
  const sandbox = wants('sandbox') ? await startSandboxes(options, keys.sandbox, env, running) : undefined;
  if (wants('model')) await startModel(options, keys.model, env, running);
  const ready: WorldReady = { type: 'ready', env, ...(sandbox && { sandbox }) };
  if (!wants('slack')) return ready;
  return { ...ready, ...(await startWorkspace(options, serviceStates(options, sandbox), env, running)) };
}

async function startSandboxes(
  options: WorldOptions,
  apiKey: string,
  env: Record<string, string>,
  running: Stoppable[],
) {
  const host = await startSandboxHost({
    apiKey,
    log,
    ...(options.sandboxMemoryMb !== undefined && { memoryBudgetMb: options.sandboxMemoryMb }),
    ...(options.maxSandboxes !== undefined && { maxSandboxes: options.maxSandboxes }),
    hide: [...(options.hide ?? []), options.dataDir],
  });
  running.push(host);
  // The local sandbox has no network at all, whatever SANDBOX_INTERNET says; the model must be told the truth.
  Object.assign(env, {
    E2B_API_KEY: apiKey,
    E2B_API_URL: host.url,
    E2B_SANDBOX_URL: host.url,
    SANDBOX_INTERNET: 'off',
  });
  return host.health();
}

async function startModel(options: WorldOptions, apiKey: string, env: Record<string, string>, running: Stoppable[]) {
  const server = await startModelServer({
    apiKey,
    log,
    ...(options.modelPaceMs !== undefined && { paceMs: options.modelPaceMs }),
  });
  running.push(server);
  Object.assign(env, { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: server.url, ANTHROPIC_MODEL: SCRIPTED_MODEL });
}

async function startWorkspace(
  options: WorldOptions,
  services: PageBoot['services'],
  env: Record<string, string>,
  running: Stoppable[],
) {
  const { botPort } = options;
  const slack = await startSlack({
    port: options.port,
    dataDir: join(options.dataDir, 'slack'),
    manifestPath: options.manifestPath,
    log,
    services,
    examples: EXAMPLES,
    ...(botPort !== undefined && { http: { requestUrl: `http://127.0.0.1:${botPort}/slack/events` } }),
    ...(options.slackDelayMs !== undefined && { delayMs: options.slackDelayMs }),
    ...(options.slackRateLimits !== undefined && { rateLimits: options.slackRateLimits }),
  });
  running.push(slack);
  const way =
    botPort === undefined
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret, PORT: String(botPort) };
  Object.assign(env, { SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: slack.apiUrl, ...way });
  return { pageUrl: slack.pageUrl(), control: { url: slack.url, key: slack.controlKey } };
}

/** What the page's banner says: what is real, what stands in, what is missing. */
function serviceStates(
  options: WorldOptions,
  sandbox: { ok: boolean; note: string } | undefined,
): PageBoot['services'] {
  return {
    sandbox: sandbox
      ? { state: sandbox.ok ? 'ok' : 'off', note: sandbox.note }
      : { state: 'ok', note: 'Code runs in E2B sandboxes.' },
    model: options.start.includes('model')
      ? {
          state: 'weaker',
          note: 'A scripted stand-in that knows a few examples. Set ANTHROPIC_API_KEY in .env for a real model.',
        }
      : { state: 'ok', note: `Answers come from ${options.realModel ?? 'Anthropic'}.` },
  };
}

function explainStart(error: unknown, options: WorldOptions): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return `Port ${options.port} is taken, perhaps by another Threadbox. Stop that one, or set LOCAL_PORT to a free port.`;
  if (code === 'EACCES' || code === 'EROFS')
    return `The folder ${options.dataDir} cannot be written. Give it to your user, or set DATA_DIR to another folder.`;
  if (code === 'ENOSPC')
    return `The disk that holds ${options.dataDir} is full. Make room, or set DATA_DIR to another disk.`;
  return `The local services could not start: ${error instanceof Error ? error.message : 'unknown reason'}.`;
}

async function main(): Promise<void> {
  const options = JSON.parse(process.argv[2] ?? '{}') as WorldOptions;
  const running: Stoppable[] = [];
  const answer = (message: WorldMessage) => process.send?.(message);
  const stop = async (code: number) => {
    await Promise.allSettled(running.map((service) => service.stop()));
    process.exit(code);
  };
  // The terminal's Ctrl-C reaches the whole group; the parent stops the bot first and closes this channel after it.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => void stop(0));
  process.on('disconnect', () => void stop(0));
  try {
    answer(await startWorld(options, running));
  } catch (error) {
    answer({ type: 'failed', message: explainStart(error, options) });
    await stop(1);
  }
}

await main();
