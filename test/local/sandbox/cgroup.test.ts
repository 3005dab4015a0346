/** Control groups: where none may be made nothing is changed, and where they may the kernel does what it is told. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type CgroupOptions, openCgroups } from '../../../src/local/sandbox/cgroup.ts';
import { defaultLimits } from '../../../src/local/sandbox/limits.ts';

describe('control groups that may not be made', () => {
  const root = mkdtempSync(join(tmpdir(), 'threadbox-'));
  afterEach(() => {
    for (const name of readdirSync(root)) rmSync(join(root, name), { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const open = (options: Partial<CgroupOptions>) =>
    openCgroups({ budgetMb: 512, log: () => {}, root, own: '0::/service', ...options });

  function fileSystem(controllers: string): void {
    for (const group of [root, join(root, 'service')]) {
      mkdirSync(group, { recursive: true });
      for (const name of ['cgroup.procs', 'cgroup.subtree_control']) writeFileSync(join(group, name), '');
      writeFileSync(join(group, 'cgroup.controllers'), controllers);
    }
  }

  it('are none: another kind of file system, or none at all', () => {
    expect(open({})).toBeUndefined();
    expect(open({ root: join(root, 'nowhere') })).toBeUndefined();
  });

  it('are not ours: the group was not delegated, or lies out of sight', () => {
    fileSystem('cpu memory pids');
    expect(open({ uid: 12_345 })).toBeUndefined();
    expect(open({ uid: 12_345, own: '0::/../elsewhere' })).toBeUndefined();
    expect(open({ uid: 12_345, own: '4:memory:/x' })).toBeUndefined();
    expect(readdirSync(join(root, 'service')).some((name) => name.startsWith('threadbox'))).toBe(false);
  });

  it.each(['cpu', 'cpu pids', 'memory'])('cannot hold what is needed: only %s', (controllers) => {
    fileSystem(controllers);
    expect(open({ uid: 0 })).toBeUndefined();
    expect(readdirSync(root).filter((name) => name.startsWith('threadbox'))).toEqual([]);
  });

  it('cannot be told a limit: what was begun is taken back', () => {
    fileSystem('memory pids');
    expect(open({ uid: 0 })).toBeUndefined();
    expect(readdirSync(root).filter((name) => name.startsWith('threadbox'))).toEqual([]);
  });
});

const real = openCgroups({ budgetMb: 512, log: () => {} });
describe.skipIf(real === undefined)('control groups of this machine', () => {
  afterAll(() => real?.close());

  it('hold a process and all that it starts, stop it, and end it', { timeout: 20_000 }, async () => {
    const group = real?.make(defaultLimits('6.1'));
    if (!group) throw new Error('it was not made');
    const shell = spawn('/bin/sh', ['-c', 'read go; sleep 1000 & echo on; wait'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const ended = once(shell, 'exit');
    group.enter(shell.pid ?? 0);
    shell.stdin.write('go\n');
    await once(shell.stdout, 'data');
    const path = join(
      '/sys/fs/cgroup',
      /^0::(.*)$/m.exec(readFileSync(`/proc/${shell.pid}/cgroup`, 'utf8'))?.[1] ?? '',
    );
    expect(readFileSync(join(path, 'cgroup.procs'), 'utf8').trim().split('\n')).toHaveLength(2);
    expect(Number(readFileSync(join(path, 'memory.max'), 'utf8'))).toBe(1024 * 1024 * 1024);
    expect(group.freeze(true)).toBe(true);
    await expect.poll(() => readFileSync(join(path, 'cgroup.events'), 'utf8')).toContain('frozen 1');
    expect(group.memoryKills()).toBe(0);
    await group.remove();
    await ended;
    expect(existsSync(path)).toBe(false);
  });
});
