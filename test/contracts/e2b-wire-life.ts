/** Sandboxes: made, found, prolonged, paused, resumed, ended. */
import { randomUUID } from 'node:crypto';
import {
  AuthenticationError,
  type Sandbox,
  SandboxNotFoundError,
  type SandboxOpts,
  TimeoutError,
} from '@e2b/code-interpreter';
import { describe, expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

const MISSING = 'i0000000000000000000';

export function lifePromises(wire: () => Wire, promise: Promises): void {
  const client = () => wire().client.Sandbox;

  /** Makes one for a promise, and ends it whatever comes. */
  async function withSandbox(options: SandboxOpts, promise: (sandbox: Sandbox) => Promise<void>): Promise<void> {
    const sandbox = await wire().create({ timeoutMs: 120_000, ...options });
    try {
      await promise(sandbox);
    } finally {
      await sandbox.kill();
    }
  }

  async function listAll(options: Parameters<typeof Sandbox.list>[0]) {
    const found = [];
    const pages = client().list(options);
    while (pages.hasNext) found.push(...(await pages.nextItems()));
    return found;
  }

  promise('tells what it is', async () => {
    const metadata = { thread: 'T1/C1 100.1', 'a key': 'ü & =' };
    await withSandbox({ metadata, timeoutMs: 60_000, lifecycle: { onTimeout: 'pause' } }, async (sandbox) => {
      const info = await sandbox.getInfo();
      expect(info).toMatchObject({ sandboxId: sandbox.sandboxId, metadata, state: 'running' });
      expect(info.lifecycle?.onTimeout).toBe('pause');
      expect(Math.abs(info.endAt.getTime() - info.startedAt.getTime() - 60_000)).toBeLessThan(2_000);
      await sandbox.setTimeout(90_000);
      const { endAt } = await sandbox.getInfo();
      expect(endAt.getTime()).toBeGreaterThan(info.endAt.getTime());
    });
  });

  promise('is found by its metadata, page by page, in the order of its making', async () => {
    const group = `${randomUUID()} ü&=%`;
    await withSandbox({ metadata: { group, n: '1' } }, (first) =>
      withSandbox({ metadata: { group, n: '2' } }, async (second) => {
        const ids = async (more: object = {}) =>
          (await listAll({ query: { metadata: { group, ...more } }, limit: 1, order: 'asc' })).map(
            (each) => each.sandboxId,
          );
        expect(await ids()).toEqual([first.sandboxId, second.sandboxId]);
        expect(await ids({ n: '2' })).toEqual([second.sandboxId]);
        expect(await ids({ n: '3' })).toEqual([]);
      }),
    );
  });

  promise('keeps two apart', async () => {
    await withSandbox({}, async (other) => {
      const { sandbox } = wire();
      await Promise.all([sandbox.files.write('who.txt', 'one'), other.files.write('who.txt', 'two')]);
      const who = 'print(open("who.txt").read())';
      const said = await Promise.all([sandbox.runCode(who), other.runCode(who)]);
      expect(said.map(({ logs }) => logs.stdout.join(''))).toEqual(['one\n', 'two\n']);
      expect((await other.commands.run('cat who.txt')).stdout).toBe('two');
    });
  });

  promise('can be reached again by its id', async () => {
    const { sandbox } = wire();
    await sandbox.runCode('reached = 5');
    const again = await client().connect(sandbox.sandboxId, { timeoutMs: 300_000 });
    expect((await again.runCode('reached')).text).toBe('5');
  });

  promise(
    'that runs lives no shorter for a connection that asks for less, and longer for one that asks for more',
    async () => {
      await withSandbox({ timeoutMs: 300_000 }, async (sandbox) => {
        const endAt = async () => (await sandbox.getInfo()).endAt.getTime();
        const before = await endAt();
        await client().connect(sandbox.sandboxId, { timeoutMs: 30_000 });
        expect(Math.abs((await endAt()) - before)).toBeLessThan(2_000);
        await client().connect(sandbox.sandboxId, { timeoutMs: 600_000 });
        expect(await endAt()).toBeGreaterThan(before + 200_000);
      });
    },
  );

  promise('is gone once it is killed', async () => {
    const sandbox = await wire().create();
    expect(await sandbox.isRunning()).toBe(true);
    const cut = sandbox.runCode('import time\ntime.sleep(1000)').catch((error: unknown) => error);
    expect(await sandbox.kill()).toBe(true);
    expect(await cut).toBeInstanceOf(TimeoutError);
    expect(await sandbox.kill()).toBe(false);
    expect(await sandbox.isRunning()).toBe(false);
    await expect(sandbox.runCode('1')).rejects.toBeInstanceOf(TimeoutError);
    await expect(sandbox.files.read('x')).rejects.toBeInstanceOf(TimeoutError);
    await expect(sandbox.commands.run('true')).rejects.toBeInstanceOf(SandboxNotFoundError);
  });

  promise('names what is not there', async () => {
    await expect(client().connect(MISSING)).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(client().getInfo(MISSING)).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(client().setTimeout(MISSING, 1_000)).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(client().pause(MISSING)).rejects.toBeInstanceOf(SandboxNotFoundError);
    expect(await client().kill(MISSING)).toBe(false);
    await expect(client().create({ template: 'no-such-template' })).rejects.toMatchObject({ statusCode: 404 });
    await expect(client().create({ timeoutMs: 25 * 3_600_000 })).rejects.toMatchObject({ statusCode: 400 });
  });

  promise('refuses a wrong key', async () => {
    await expect(client().create({ apiKey: 'e2b_wrong' })).rejects.toBeInstanceOf(AuthenticationError);
  });

  describe('pause', () => {
    promise('keeps variables, files and what runs, and answers nobody', async () => {
      await withSandbox({ lifecycle: { onTimeout: 'pause' } }, async (sandbox) => {
        await sandbox.runCode('x = 7\nopen("f", "w").write("kept")');
        const counting = 'n=0; while true; do n=$((n+1)); echo $n > /tmp/n; sleep 0.05; done';
        await sandbox.commands.run(counting, { background: true, timeoutMs: 0 });
        expect(await sandbox.pause()).toBe(true);
        expect(await sandbox.pause()).toBe(false);
        expect((await sandbox.getInfo()).state).toBe('paused');
        expect(await sandbox.isRunning()).toBe(false);
        await expect(sandbox.runCode('x')).rejects.toBeInstanceOf(TimeoutError);

        const resumed = await client().connect(sandbox.sandboxId, { timeoutMs: 120_000 });
        expect((await resumed.getInfo()).state).toBe('running');
        expect((await resumed.runCode('print(x, open("f").read())')).logs.stdout.join('')).toBe('7 kept\n');
        const count = async () => Number(await resumed.files.read('/tmp/n')) || 0;
        const before = await count();
        await expect.poll(count).toBeGreaterThan(before);
      });
    });

    promise('comes by itself when time is over and it was asked for; else the sandbox ends', async () => {
      const kept = await wire().create({ timeoutMs: 1_000, lifecycle: { onTimeout: 'pause' } });
      const lost = await wire().create({ timeoutMs: 1_000 });
      const state = async (sandbox: Sandbox) =>
        (
          await sandbox
            .getInfo()
            .catch((error: unknown) => ({ state: error instanceof SandboxNotFoundError ? 'none' : error }))
        ).state;
      await expect.poll(() => state(lost), { timeout: 10_000 }).toBe('none');
      await expect.poll(() => state(kept), { timeout: 10_000 }).toBe('paused');
      await kept.kill();
    });
  });
}
