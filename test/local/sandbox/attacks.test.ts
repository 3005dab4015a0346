/** Code that attacks, against a host of whoever runs the tests and, where that is root, against one of an ordinary user. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Execution, Sandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';
import { type Attacked, hostInThisProcess, hostOfAnOrdinaryUser, noOrdinaryUser, SECRET } from './attack-hosts.ts';
import { type Attack, FORGER, KERNEL_ENDS, REFUSED, refusedCalls, SANDBOX_ENDS } from './attack-table.ts';

const PATIENCE_MS = 60_000;
const RUN = { timeoutMs: 45_000 };
/** For what may never be answered. */
const SOON = { timeoutMs: 5_000, requestTimeoutMs: 5_000 };

describeWithWall('code that attacks', () => {
  describe('a host of whoever runs the tests', () => attacks(hostInThisProcess));

  const reason = noOrdinaryUser();
  const suite = reason === undefined ? describe : describe.skip;
  suite(`a host of an ordinary user${reason ? ` (skipped: ${reason})` : ''}`, () => attacks(hostOfAnOrdinaryUser));
});

function attacks(start: () => Promise<Attacked>): void {
  const folder = mkdtempSync(join(tmpdir(), 'threadbox-'));
  const marker = join(folder, 'marker');
  const abstract = `threadbox-${process.pid}-${Math.random()}`;
  const listener = createServer().listen(`\0${abstract}`);
  let host: Attacked;
  let sandbox: Sandbox;

  beforeAll(async () => {
    writeFileSync(marker, '', { mode: 0o644 });
    host = await start();
    sandbox = await host.client.Sandbox.create();
  }, PATIENCE_MS);
  afterAll(async () => {
    listener.close();
    rmSync(folder, { recursive: true, force: true });
    await host.stop();
  });

  const fill = (code: string) =>
    Object.entries({
      SECRET,
      MARKER: marker,
      PID: String(process.pid),
      PORT: new URL(host.url).port,
      ABSTRACT: abstract,
      CALLS: JSON.stringify(refusedCalls(process.arch)),
    }).reduce((filled, [name, value]) => filled.replaceAll(`@${name}@`, value), code);

  it.each(REFUSED)('cannot $name', { timeout: PATIENCE_MS }, async ({ code, says }) => {
    const context = await sandbox.createCodeContext();
    const { logs, error } = await sandbox.runCode(fill(code), { context, ...RUN });
    expect(error).toBeUndefined();
    expect(logs.stdout.join('').trim()).toMatch(says);
    expect((await sandbox.runCode('40 + 2', { context })).text).toBe('42');
    await sandbox.removeCodeContext(context);
  });

  describe('all at once', () => {
    const bombs = new Map<Attack, Promise<{ bombed: Sandbox; execution: Execution | 'gone' }>>();
    beforeAll(() => {
      for (const attack of KERNEL_ENDS) bombs.set(attack, bomb(attack));
      for (const running of bombs.values()) running.catch(() => {});
    });

    async function bomb({ code }: Attack) {
      const bombed = await host.client.Sandbox.create();
      await bombed.files.write('kept.txt', 'kept');
      const execution = await bombed.runCode(code, RUN).catch(() => 'gone' as const);
      return { bombed, execution };
    }

    it.each(KERNEL_ENDS)('lose no more than themselves to $name', { timeout: PATIENCE_MS }, async (attack) => {
      const outcome = await bombs.get(attack);
      if (!outcome) throw new Error('it was not started');
      const { bombed, execution } = outcome;
      // What grows faster than the machine can look is ended whole; all else loses its kernel and keeps its files.
      if (execution === 'gone') return expect(await bombed.isRunning()).toBe(false);
      if (execution.error === undefined) return expect(execution.logs.stdout).toEqual(['ended by 9\n']);
      const value = expect.stringMatching(attack.says);
      expect(execution.error).toMatchObject({ name: 'ContextRestarting', value, traceback: '' });
      expect((await bombed.runCode('print(open("kept.txt").read())')).logs.stdout).toEqual(['kept\n']);
      await bombed.kill();
    });

    it.each(SANDBOX_ENDS)('end their sandbox with $name, and no other', { timeout: PATIENCE_MS }, async ({ code }) => {
      const other = await host.client.Sandbox.create();
      await expect(other.runCode(code, RUN)).rejects.toThrow();
      await expect.poll(() => other.isRunning()).toBe(false);
      expect((await sandbox.runCode('40 + 2')).text).toBe('42');
    });
  });

  it('confuses nobody but itself by forging answers to what it is asked', { timeout: PATIENCE_MS }, async () => {
    const forger = await host.client.Sandbox.create();
    const settled = Promise.allSettled([
      forger.runCode(FORGER, SOON),
      ...Array.from({ length: 8 }, () => [
        forger.files.list('/home/user', SOON),
        forger.files.write('f', 'x', SOON),
        forger.files.read('f', SOON),
        forger.commands.run('echo on', SOON),
        forger.createCodeContext(SOON),
      ]).flat(),
    ]);
    expect(await settled).toHaveLength(41);
    await forger.kill();
    expect((await sandbox.runCode('40 + 2')).text).toBe('42');
  });

  it('leaves a host that stops reading where it is: what nobody reads is not printed', {
    timeout: PATIENCE_MS,
  }, async () => {
    const printing = sandbox.runCode('while True: print("x" * 1000)', { timeoutMs: 1_000 });
    await expect(printing).rejects.toThrow('timed out');
    await expect.poll(async () => (await sandbox.runCode('40 + 2')).text, { timeout: 20_000 }).toBe('42');
  });

  describe('by its files', () => {
    it('is read through links that it made, not ours', async () => {
      await sandbox.commands.run('ln -sfn /etc/passwd link; ln -sfn / root; mkfifo -m 666 pipe || true');
      expect(await sandbox.files.read('link')).toBe('user:x:1000:1000::/home/user:/bin/bash\n');
      expect((await sandbox.files.list('root')).map(({ name }) => name)).not.toContain('root');
      await expect(sandbox.files.write('link', 'x')).rejects.toThrow();
      await expect(sandbox.files.read(`root${marker}`)).rejects.toThrow('does not exist');
      // A pipe that nobody writes to would hang whoever opened it; a device never ends.
      await expect(sandbox.files.read('pipe')).rejects.toThrow('is not a regular file');
      await expect(sandbox.files.read('/dev/zero')).rejects.toThrow('is not a regular file');
    });

    it('finds nothing of the host by the name of a path', async () => {
      for (const path of [marker, `../..${marker}`, `/proc/1/root${marker}`, `/proc/self/cwd/../..${marker}`])
        await expect(sandbox.files.read(path)).rejects.toThrow('does not exist');
    });

    it('confuses nobody with names that are no text, are too long, or too many', { timeout: PATIENCE_MS }, async () => {
      await sandbox.commands.run(`python3 -c "open(b'/home/user/\\xff\\xfe\\n\\x1b', 'w')"`);
      expect((await sandbox.files.list('/home/user')).length).toBeGreaterThan(0);
      await expect(sandbox.files.read('a'.repeat(5_000))).rejects.toThrow();
      await expect(sandbox.files.exists('zero\0byte')).rejects.toThrow('zero byte');
      await sandbox.commands.run(
        `mkdir many && cd many && python3 -c "for n in range(12000): open(str(n) * 40, 'w').close()"`,
      );
      expect((await sandbox.files.list('many')).length).toBe(10_000);
      await sandbox.commands.run(
        `cd many && python3 -c "import os\nfor n in range(1500): os.mkdir('d'); os.chdir('d')"`,
      );
      expect((await sandbox.files.list('many/d', { depth: 1_000 })).length).toBeLessThanOrEqual(64);
      // Too deep for the agent to walk: it says so, and lives.
      await expect(sandbox.files.remove('many')).rejects.toThrow('internal');
      await sandbox.commands.run('rm -rf many');
      expect(await sandbox.isRunning()).toBe(true);
    });
  });
}
