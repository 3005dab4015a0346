/** The bridge's far end: starts the local world as a process of its own and fills in what the environment leaves out. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Env, planServices } from './plan.ts';
import type { WorldMessage, WorldOptions, WorldReady } from './world.ts';

export interface LocalServices {
  /** The environment with the local addresses and keys filled in. */
  readonly env: Env;
  readonly ready: WorldReady | undefined;
  /** Resolves when the local world has ended, wanted or not. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export type LocalSettings = Omit<WorldOptions, 'start' | 'realModel'>;

/** The environment asks for something that is refused, or a local server could not start: sentences for a person. */
export class LocalServicesError extends Error {
  readonly sentences: readonly string[];
  constructor(sentences: readonly string[]) {
    super(sentences.join('\n'));
    this.name = 'LocalServicesError';
    this.sentences = sentences;
  }
}

/** The compiled entry: from src/local and from dist/local alike. */
const ENTRY = fileURLToPath(new URL('../../dist/local/main.js', import.meta.url));
const STOP_DEADLINE_MS = 5_000;

/**
 * Replaces each service without a key by its local server. Throws LocalServicesError where the mix is refused or a
 * server cannot start.
 */
export async function fillMissingServices(env: Env, settings: LocalSettings): Promise<LocalServices> {
  const plan = planServices(env);
  if (!plan.ok) throw new LocalServicesError(plan.refusals);
  if (plan.start.length === 0) return nothingLocal(env);
  const realModel = plan.start.includes('model') ? undefined : (env['ANTHROPIC_MODEL'] ?? 'Anthropic');
  const options: WorldOptions = { ...settings, start: plan.start, ...(realModel && { realModel }) };
  const child = startProcess(options);
  const ready = await firstMessage(child);
  return {
    env: { ...quiet(env, plan.start.includes('slack')), ...ready.env },
    ready,
    ended: new Promise((resolve) => child.once('exit', () => resolve())),
    stop: () => stopProcess(child),
  };
}

function nothingLocal(env: Env): LocalServices {
  return { env, ready: undefined, ended: new Promise(() => {}), stop: async () => {} };
}

/** On a local workspace the page is what one looks at: the log only speaks up when something is wrong. */
function quiet(env: Env, localSlack: boolean): Env {
  return localSlack && !env['LOG_LEVEL'] ? { ...env, LOG_LEVEL: 'warn' } : env;
}

/** The child gets no environment but a path: no key of the bot's may reach the process that starts sandboxes. */
function startProcess(options: WorldOptions): ChildProcess {
  return fork(ENTRY, [JSON.stringify(options)], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

function firstMessage(child: ChildProcess): Promise<WorldReady> {
  return new Promise((resolve, reject) => {
    const fail = (sentence: string) => reject(new LocalServicesError([sentence]));
    child.once('message', (message: WorldMessage) => {
      if (message.type === 'ready') resolve(message);
      else fail(message.message);
    });
    child.once('error', (error) => fail(`The local services could not be started: ${error.message}.`));
    child.once('exit', (code) =>
      fail(`The local services ended at once (code ${code ?? 'none'}). Run "npm run build" and try again.`),
    );
  });
}

/** Asks, then insists. A child whose parent is gone ends by itself: its IPC channel closes. */
function stopProcess(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_DEADLINE_MS);
    child.once('exit', () => {
      clearTimeout(insist);
      resolve();
    });
    if (child.connected) child.disconnect();
    else child.kill('SIGTERM');
  });
}
