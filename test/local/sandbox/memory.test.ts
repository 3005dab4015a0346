/** The memory that all sandboxes may use together: who gives way, and what its thread is told. */
import type { Sandbox } from '@e2b/code-interpreter';
import { afterEach, expect, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';
import { type HostUnderTest, startHost } from './host.ts';

const PATIENCE_MS = 60_000;

describeWithWall('a host that is short of memory', () => {
  let under: HostUnderTest;
  afterEach(() => under.host.stop());

  async function start(options: Parameters<typeof startHost>[0]) {
    under = await startHost(options);
  }

  /** A host on a machine that is short of memory whenever that is said, for one look. */
  async function startShort(): Promise<{ once(): void }> {
    const looks: number[] = [];
    await start({ availableMemory: () => looks.pop() ?? Number.POSITIVE_INFINITY });
    return { once: () => void looks.push(0) };
  }

  async function sandboxWith(megabytes: number): Promise<Sandbox> {
    const sandbox = await under.client.Sandbox.create();
    await sandbox.runCode(`open('kept.txt', 'w').write('kept')\nx = bytearray(b'x') * (${megabytes} << 20)`);
    return sandbox;
  }

  const left = async () =>
    (await under.client.Sandbox.list({ order: 'asc' }).nextItems()).map(({ sandboxId }) => sandboxId);

  it('ends the longest paused sandbox: what is frozen counts', { timeout: PATIENCE_MS }, async () => {
    await start({ memoryBudgetMb: 420 });
    const paused = [];
    for (const megabytes of [120, 120, 120]) {
      const sandbox = await sandboxWith(megabytes);
      await sandbox.pause();
      paused.push(sandbox.sandboxId);
    }
    await expect.poll(left, { timeout: 10_000 }).toEqual(paused.slice(1));
  });

  it('makes room for a new sandbox, and never by ending the one that is waking up', {
    timeout: PATIENCE_MS,
  }, async () => {
    await start({ memoryBudgetMb: 365 });
    const wakes = await sandboxWith(120);
    const waits = await sandboxWith(120);
    await wakes.pause();
    const woken = await under.client.Sandbox.connect(wakes.sandboxId);
    expect((await woken.runCode('len(x) >> 20')).text).toBe('120');
    await waits.pause();
    const fresh = await under.client.Sandbox.create();
    expect(await left()).toEqual([wakes.sandboxId, fresh.sandboxId]);
  });

  it('takes the largest kernel where none is paused, and the next run there is told', {
    timeout: PATIENCE_MS,
  }, async () => {
    const short = await startShort();
    const small = await sandboxWith(20);
    const large = await sandboxWith(150);
    short.once();
    const lost = { name: 'ContextRestarting', value: expect.stringContaining('ran out of memory'), traceback: '' };
    await expect
      .poll(async () => (await large.runCode('len(x) >> 20')).error, { timeout: 20_000, interval: 500 })
      .toMatchObject(lost);
    expect((await large.runCode('print(open("kept.txt").read())')).logs.stdout).toEqual(['kept\n']);
    expect((await small.runCode('len(x) >> 20')).text).toBe('20');
  });

  it('ends the largest where that gives nothing back: its memory is in files', { timeout: PATIENCE_MS }, async () => {
    await start({ memoryBudgetMb: 270 });
    const small = await sandboxWith(1);
    const full = await sandboxWith(1);
    await full.commands.run('head -c 220M /dev/zero > big');
    await expect.poll(left, { timeout: 20_000 }).toEqual([small.sandboxId]);
  });

  it('gives way to the rest of the machine: a paused one first', { timeout: PATIENCE_MS }, async () => {
    const short = await startShort();
    const running = await sandboxWith(1);
    const paused = await sandboxWith(1);
    await paused.pause();
    short.once();
    await expect.poll(left, { timeout: 20_000 }).toEqual([running.sandboxId]);
  });
});

describeWithWall('a kernel that dies while nothing runs', () => {
  it('is told by the next run, and only by that one', { timeout: PATIENCE_MS }, async () => {
    const { client, host } = await startHost();
    const sandbox = await client.Sandbox.create();
    await sandbox.runCode('import os, threading\nx = 1\nopen("pid", "w").write(str(os.getpid()))');
    await sandbox.runCode('threading.Timer(0.2, os._exit, [1]).start()');
    await sandbox.commands.run('while kill -0 $(cat pid) 2>/dev/null; do sleep 0.05; done');
    const { error } = await sandbox.runCode('x');
    expect(error).toMatchObject({ name: 'ContextRestarting', traceback: '' });
    expect((await sandbox.runCode('40 + 2')).text).toBe('42');
    await host.stop();
  });
});
