/** A bot as a process of its own, on a local world that lives on without it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Env, SERVICE_VARIABLES } from '../../src/config.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY = 'Threadbox is connected to Slack.';

export interface BotProcess {
  readonly pid: number;
  /** Resolves when it takes messages; rejects with what it said when it ended first. */
  readonly ready: Promise<void>;
  /** At once, as `kill -9` does. Resolves when it is gone. */
  kill(): Promise<void>;
  /** As `kill` does. Resolves with the exit code. */
  terminate(): Promise<number | null>;
}

/** `env` names every service, so nothing local is started with it. */
export function startBotProcess(env: Env, cwd: string): BotProcess {
  // Blank, not missing: nothing may come from a .env either.
  const blank = Object.fromEntries(SERVICE_VARIABLES.map((name) => [name, '']));
  const child = spawn(process.execPath, [MAIN], {
    cwd,
    env: { PATH: '/usr/bin:/bin', ...blank, ...env },
    stdio: 'pipe',
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return ended;
  };
  const ready = becomesReady(child);
  // Whoever kills it at once does not wait for this.
  ready.catch(() => {});
  return { pid: child.pid ?? 0, ready, kill: async () => void (await end('SIGKILL')), terminate: () => end('SIGTERM') };
}

function becomesReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.includes(READY)) resolve();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    child.once('close', () => reject(new Error(`the bot ended: ${said}`)));
  });
}
