/** Pause, resume and kill when they meet each other and a run: every answer is one of E2B's, and nothing is half done. */
import { type Sandbox, SandboxNotFoundError, TimeoutError } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';
import { type HostUnderTest, startHost } from './host.ts';

const PATIENCE_MS = 60_000;

describeWithWall('a sandbox that is paused', () => {
  let under: HostUnderTest;
  beforeAll(async () => {
    under = await startHost();
  }, PATIENCE_MS);
  afterAll(() => under.host.stop());

  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const connect = (sandbox: Sandbox) => under.client.Sandbox.connect(sandbox.sandboxId);

  /** How a call ended: its value, or the class of its error. */
  const outcome = (call: Promise<unknown>) =>
    call.then(
      (value) => value,
      (error: unknown) => (error instanceof Error ? error.constructor : error),
    );

  it('as a run starts: the run goes on afterwards, or never began', { timeout: PATIENCE_MS }, async () => {
    let sandbox = await under.client.Sandbox.create();
    for (const [round, delay] of [0, 0, 1, 2, 3, 5, 10, 30].entries()) {
      const run = outcome(sandbox.runCode(`begun = ${round}\nended = ${round}`).then(() => 'done'));
      await wait(delay);
      await sandbox.pause();
      expect([TimeoutError, 'done']).toContain(await run);
      sandbox = await connect(sandbox);
      const { text } = await sandbox.runCode('[globals().get(name, -1) for name in ("begun", "ended")]');
      const [begun = 0, ended = 0] = JSON.parse(text ?? '[]') as number[];
      expect(begun).toBe(ended);
      expect(begun).toBeLessThanOrEqual(round);
    }
    await sandbox.kill();
  });

  it('right after it was made, before its kernel is there', { timeout: PATIENCE_MS }, async () => {
    const sandbox = await under.client.Sandbox.create();
    await sandbox.pause();
    expect((await (await connect(sandbox)).runCode('40 + 2')).text).toBe('42');
    await sandbox.kill();
  });

  it('by two at once: one has done it, the other finds it done', async () => {
    const sandbox = await under.client.Sandbox.create();
    expect((await Promise.all([sandbox.pause(), sandbox.pause()])).sort()).toEqual([false, true]);
    expect(await sandbox.kill()).toBe(true);
  });

  it('while it is connected to: it runs or it is paused, and wakes up whole', { timeout: PATIENCE_MS }, async () => {
    const sandbox = await under.client.Sandbox.create();
    await sandbox.runCode('x = 1');
    for (let round = 0; round < 5; round += 1) {
      const outcomes = await Promise.all([outcome(sandbox.pause()), connect(sandbox), outcome(sandbox.pause())]);
      expect([true, false]).toContain(outcomes[0]);
      const { state } = await sandbox.getInfo();
      expect(await sandbox.isRunning()).toBe(state === 'running');
      expect((await (await connect(sandbox)).runCode('x')).text).toBe('1');
    }
    await sandbox.kill();
  });

  it('and killed: paused, pausing or waking up, it is gone', { timeout: PATIENCE_MS }, async () => {
    const call = {
      pause: (sandbox: Sandbox) => sandbox.pause(),
      connect: (sandbox: Sandbox) => connect(sandbox).then(() => true),
      kill: (sandbox: Sandbox) => sandbox.kill(),
    };
    const orders = [
      ['pause', 'kill'],
      ['kill', 'pause'],
      ['pause', 'connect', 'kill'],
      ['pause', 'kill', 'connect'],
    ] as const;
    for (const order of orders) {
      const sandbox = await under.client.Sandbox.create();
      const cut = outcome(sandbox.runCode('import time; time.sleep(1000)'));
      const outcomes = await Promise.all(order.map((name) => outcome(call[name](sandbox))));
      for (const each of outcomes) expect([true, false, SandboxNotFoundError]).toContain(each);
      expect(outcomes[order.indexOf('kill')]).toBe(true);
      expect(await cut).toBe(TimeoutError);
      expect(await outcome(sandbox.getInfo())).toBe(SandboxNotFoundError);
      expect(await sandbox.kill()).toBe(false);
    }
  });

  it('in the middle of an upload: the next one finds the agent whole', { timeout: PATIENCE_MS }, async () => {
    const sandbox = await under.client.Sandbox.create();
    const written = sandbox.files.write('big', 'x'.repeat(8_000_000));
    await wait(5);
    await sandbox.pause();
    await outcome(written);
    const resumed = await connect(sandbox);
    await resumed.files.write('small', 'kept');
    expect(await resumed.files.read('small')).toBe('kept');
    await resumed.kill();
  });
});
