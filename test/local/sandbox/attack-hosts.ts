/** Hosts to attack: one in this process, and where the tests are root's one more that runs as an ordinary user. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, chmodSync, constants, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { E2B } from '@e2b/code-interpreter';
import { build } from 'esbuild';
import type { Limits } from '../../../src/local/sandbox/limits.ts';
import { wall } from '../../fakes/wall.ts';
import { API_KEY, startHost } from './host.ts';

export interface Attacked {
  readonly url: string;
  readonly client: E2B;
  stop(): Promise<void>;
}

export const SECRET = 'xoxb-secret-of-the-host';
const SECRET_ENV = { THREADBOX_TEST_SECRET: SECRET };

const MB = 1024 * 1024;
/** Smaller than the real ones, so that every bomb is soon over; what holds them is the same. */
const SMALL: Partial<Limits> = { memoryMb: 256, files: 20_000, homeMb: 48, tmpMb: 48, shmMb: 16 };
const SMALL_RLIMITS = { DATA: 192 * MB };

export function smallLimits(limits: Limits): Limits {
  return { ...limits, ...SMALL, rlimits: { ...limits.rlimits, ...SMALL_RLIMITS } };
}

export async function hostInThisProcess(): Promise<Attacked> {
  Object.assign(process.env, SECRET_ENV);
  const probe = wall.ok ? { ...wall, wall: { ...wall.wall, limits: smallLimits(wall.wall.limits) } } : wall;
  const { host, client } = await startHost({ probe: async () => probe });
  return {
    url: host.url,
    client,
    stop: async () => {
      for (const name of Object.keys(SECRET_ENV)) delete process.env[name];
      await host.stop();
    },
  };
}

/** Nobody's number on any machine. */
const ORDINARY_UID = 61_777;
const SANDBOX_SOURCES = fileURLToPath(new URL('../../../src/local/sandbox', import.meta.url));

/** Why there is no host of an ordinary user; undefined when there can be one. */
export function noOrdinaryUser(): string | undefined {
  if (process.getuid?.() !== 0) return 'the tests run as one already';
  try {
    accessSync(process.execPath, constants.X_OK);
    return undefined;
  } catch {
    return 'Node.js cannot be started by others';
  }
}

/** The host in a process of its own: bundled with all it needs, so that it need not read this project's folder. */
export async function hostOfAnOrdinaryUser(): Promise<Attacked> {
  const folder = mkdtempSync(join(tmpdir(), 'threadbox-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    const child = await startChild(folder);
    const url = await new Promise<string>((resolve, reject) => {
      child.once('message', (message) => resolve(String(message)));
      child.once('exit', (code) => reject(new Error(`the host ended (${code}) before it was there`)));
    });
    const client = new E2B({ apiKey: API_KEY, apiUrl: url, sandboxUrl: url, domain: 'e2b.invalid', debug: false });
    const stop = async () => {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
      removeFolder();
    };
    return { url, client, stop };
  } catch (error) {
    removeFolder();
    throw error;
  }
}

async function startChild(folder: string): Promise<ChildProcess> {
  chmodSync(folder, 0o755);
  cpSync(join(SANDBOX_SOURCES, 'guest'), join(folder, 'src/local/sandbox/guest'), { recursive: true });
  const source = `
    import { probeWall } from './probe.ts';
    import { startSandboxHost } from './server.ts';
    const found = await probeWall();
    if (!found.ok) throw new Error(found.reason);
    const limits = ${JSON.stringify(SMALL)};
    const rlimits = { ...found.wall.limits.rlimits, ...${JSON.stringify(SMALL_RLIMITS)} };
    const probe = { ...found, wall: { ...found.wall, limits: { ...found.wall.limits, ...limits, rlimits } } };
    const host = await startSandboxHost({ apiKey: '${API_KEY}', log: () => {}, probe: async () => probe });
    process.on('disconnect', () => void host.stop().then(() => process.exit(0)));
    process.send(host.url);`;
  const outfile = join(folder, 'dist/local/sandbox/host.mjs');
  const stdin = { contents: source, resolveDir: SANDBOX_SOURCES, loader: 'ts' as const };
  // A package of CommonJS asks for Node's own modules by \`require\`.
  const banner = { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error', banner });
  const env = { PATH: process.env['PATH'], ...SECRET_ENV };
  return fork(outfile, { execArgv: [], env, cwd: '/', uid: ORDINARY_UID, gid: ORDINARY_UID });
}
