/**
 * The bridge: environment in, running bot out, stop on signals.
 *
 *   env → fillMissingServices(env) → loadConfig(env) → startBot(config)
 *
 * This is the only file that reads `process.env` and the only one that knows the local world.
 */
import { existsSync, rmSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningBot, startBot } from './bot.ts';
import { ConfigError, type Env, loadConfig, SERVICE_VARIABLES } from './config.ts';
import { fillMissingServices, type LocalServices, LocalServicesError, type LocalSettings } from './local/services.ts';
import { createLog, type Log } from './log.ts';
import { SlackStartError } from './slack/app.ts';
import { StorageError } from './store/errors.ts';
import { lockDataFolder } from './store/lock.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const DEFAULT_LOCAL_PORT = 3210;
const STOP_DEADLINE_MS = 8_000;
const LOCAL_ENDED = 'The local services ended unexpectedly; start again with npm start.';

export interface Threadbox {
  readonly local: LocalServices['ready'];
  readonly log: Log;
  /** Resolves with a sentence when it cannot go on although nobody asked it to stop. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** Where the local world keeps its state, from the same variables the bot reads. */
export function localSettings(env: Env, cwd: string): LocalSettings {
  const port = Number(env['LOCAL_PORT'] ?? DEFAULT_LOCAL_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new ConfigError([
      `LOCAL_PORT is "${env['LOCAL_PORT']}". Use a whole number from 0 to 65535 (0: any free port).`,
    ]);
  }
  const memory = Number(env['LOCAL_SANDBOX_MEMORY'] || 0);
  if (!Number.isInteger(memory) || memory < 0 || (memory > 0 && memory < 512)) {
    throw new ConfigError([`LOCAL_SANDBOX_MEMORY is "${env['LOCAL_SANDBOX_MEMORY']}". Use megabytes, 512 or more.`]);
  }
  return {
    dataDir: join(dataFolder(env, cwd), 'local'),
    manifestPath: join(PROJECT, 'manifest.yml'),
    port,
    ...(memory > 0 && { sandboxMemoryMb: memory }),
    // A sandbox sees /usr read-only; where the project itself lies below it, its folder is hidden.
    ...(PROJECT.startsWith('/usr/') && { hide: [PROJECT] }),
  };
}

function dataFolder(env: Env, cwd: string): string {
  const dir = env['DATA_DIR']?.trim() || 'data';
  return isAbsolute(dir) ? dir : resolve(cwd, dir);
}

/** Starts everything. Throws one of the errors that `explain` has sentences for. */
export async function startThreadbox(env: Env, cwd: string, settings: Partial<LocalSettings> = {}): Promise<Threadbox> {
  const services = await fillMissingServices(env, { ...localSettings(env, cwd), ...settings });
  let bot: RunningBot;
  let log: Log;
  try {
    const config = loadConfig(services.env, cwd);
    log = createLog(config.logLevel);
    bot = await startBot(config, log);
  } catch (error) {
    await services.stop();
    throw error;
  }
  return {
    local: services.ready,
    log,
    ended: Promise.race([bot.lost, services.ended.then(() => LOCAL_ENDED)]),
    stop: async () => {
      await bot.stop(STOP_DEADLINE_MS);
      await services.stop();
    },
  };
}

/** The sentences for what went wrong at the start; undefined for a bug. */
function explain(error: unknown): readonly string[] | undefined {
  if (error instanceof ConfigError) return [error.message];
  if (error instanceof LocalServicesError) return error.sentences;
  if (error instanceof StorageError || error instanceof SlackStartError) return [error.message];
  return undefined;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function announce({ local }: Threadbox): void {
  if (local?.pageUrl) say(`\n  Threadbox is ready. Open this address in a browser:\n\n    ${local.pageUrl}\n`);
  else say('Threadbox is connected to Slack.');
  if (!local) return;
  if (local.sandbox && !local.sandbox.ok) say(`  ${local.sandbox.note}\n`);
  else if (local.sandbox) say(`  Sandbox: ${local.sandbox.note}`);
  if (local.env['ANTHROPIC_MODEL'] === 'threadbox-scripted')
    say(
      '  Model: a scripted stand-in that knows the examples on the page. ANTHROPIC_API_KEY in .env connects a real one.',
    );
  say('  Stop with Ctrl-C.\n');
}

/** `npm run local`: the local world alone, with the variables that point a bot at it. */
async function runLocalOnly(env: Env, cwd: string): Promise<LocalServices> {
  const bare = Object.fromEntries(Object.entries(env).filter(([name]) => !SERVICE_VARIABLES.some((n) => n === name)));
  const services = await fillMissingServices(bare, localSettings(env, cwd));
  for (const [name, value] of Object.entries(services.ready?.env ?? {})) say(`${name}=${value}`);
  if (services.ready?.pageUrl) say(`# The page: ${services.ready.pageUrl}`);
  return services;
}

/** Everything Threadbox keeps, by name: whatever else lies in the folder is not ours. Throws StorageError while it is in use. */
function forget(env: Env, cwd: string): void {
  const dir = dataFolder(env, cwd);
  const lock = lockDataFolder(dir);
  for (const name of ['local', 'threadbox.db', 'threadbox.db-wal', 'threadbox.db-shm']) {
    rmSync(join(dir, name), { recursive: true, force: true });
  }
  lock.release();
}

async function main(args: readonly string[], cwd: string): Promise<void> {
  const dotEnv = join(cwd, '.env');
  if (existsSync(dotEnv)) process.loadEnvFile(dotEnv);
  const env: Env = { ...process.env };
  // The SDKs would read these by themselves, and every child process would inherit them.
  for (const name of SERVICE_VARIABLES) delete process.env[name];
  if (args.includes('--fresh')) forget(env, cwd);
  const running = args.includes('--local-only') ? await runLocalOnly(env, cwd) : await startThreadbox(env, cwd);
  const isAsked = stopOnSignals(running);
  if ('local' in running) announce(running);
  const sentence = (await running.ended) ?? LOCAL_ENDED;
  // A stop that was asked for ends the local services too.
  if (isAsked()) return;
  process.stderr.write(`${sentence}\n`);
  await running.stop();
  process.exit(1);
}

/** The first signal stops cleanly, the second at once. Returns whether there has been one. */
function stopOnSignals(running: { stop(): Promise<void> }): () => boolean {
  let asked = false;
  const stop = () => {
    if (asked) process.exit(130);
    asked = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => asked;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2), process.cwd()).catch((error: unknown) => {
    const sentences = explain(error) ?? [
      'Threadbox stopped on an unexpected error:',
      error instanceof Error ? (error.stack ?? error.message) : 'unknown',
    ];
    for (const sentence of sentences) process.stderr.write(`${sentence}\n`);
    process.exit(1);
  });
}
