/** A host that is killed takes its sandboxes with it. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterEach, expect, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** A process that has ended but was not collected (in a container whose first process collects nobody) is gone too. */
function isAlive(pid: unknown): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describeWithWall('a host that is killed', () => {
  let folder: string | undefined;
  afterEach(() => {
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Bundled to where a build would put it, so that it finds the guest's files. */
  async function startChild(): Promise<ChildProcess> {
    folder = mkdtempSync(join(tmpdir(), 'threadbox-'));
    for (const name of ['src', 'node_modules', 'package.json']) symlinkSync(join(ROOT, name), join(folder, name));
    const outfile = join(folder, 'dist/local/sandbox/child.js');
    mkdirSync(join(folder, 'dist'));
    const source = `
      import { probeWall } from './probe.ts';
      import { guestFiles } from './guest-files.ts';
      import { Box } from './box.ts';
      import { processTree } from './process-tree.ts';
      const { wall } = await probeWall();
      const boxes = ['runs', 'paused'].map(() => new Box({ ...wall, files: guestFiles(undefined), envs: {}, slot: 1 }));
      for (const box of boxes) {
        await box.ready;
        await box.ask('start', { cmd: '/bin/sleep', args: ['1000'], envs: {}, cwd: '', stdin: false });
      }
      boxes[1].freeze();
      process.send(boxes.flatMap((box) => processTree(box.pid)));`;
    const stdin = { contents: source, resolveDir: join(ROOT, 'src/local/sandbox'), loader: 'ts' as const };
    await build({
      stdin,
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      logLevel: 'error',
    });
    return fork(outfile, { execArgv: [], env: { PATH: process.env['PATH'] } });
  }

  it('leaves no process behind, running or paused', { timeout: 60_000 }, async () => {
    const child = await startChild();
    const pids = await new Promise<readonly unknown[]>((resolve) => {
      child.once('message', (message) => resolve(Array.isArray(message) ? message : []));
    });
    const alive = () => pids.filter(isAlive);
    expect(alive().length).toBeGreaterThanOrEqual(6);
    child.kill('SIGKILL');
    await expect.poll(alive, { timeout: 20_000 }).toEqual([]);
  });
});
