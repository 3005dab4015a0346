/** Once set up: `npm start` → the page answers. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SERVICE_VARIABLES } from '../src/config.ts';
import { median, print, summary } from './table.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const RUNS = 5;
const AIM_MS = 3_000;

async function startOnce(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'threadbox-bench-'));
  // What is set, even to nothing, is not taken from a developer's .env: no measurement reaches a real service.
  const noServices = Object.fromEntries(SERVICE_VARIABLES.map((name) => [name, '']));
  const own = { PATH: process.env['PATH'], HOME: process.env['HOME'], DATA_DIR: dataDir, LOCAL_PORT: '0' };
  const env = { ...noServices, ...own };
  const start = performance.now();
  const child = spawn('npm', ['start'], { cwd: PROJECT, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk;
        const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said)?.[0];
        if (found) resolve(found);
      });
      child.once('exit', () => reject(new Error(`npm start ended: ${said}`)));
    });
    const answer = await fetch(url, { redirect: 'manual' });
    expect(answer.status).toBe(303);
    return performance.now() - start;
  } finally {
    if (child.pid !== undefined && child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-child.pid, 'SIGTERM');
      await ended;
    }
    rmSync(dataDir, { recursive: true, force: true });
  }
}

it('starts', async () => {
  const times: number[] = [];
  await startOnce();
  for (let i = 0; i < RUNS; i += 1) times.push(await startOnce());
  print('npm start → page answers, once set up', [
    { what: 'whole command', measured: summary(times), aim: `under ${AIM_MS} ms`, ok: median(times) < AIM_MS },
  ]);
});
