/** The life of a sandbox: prolonged while a turn works, short again when it is released, and its place among the others. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxId, ThreadRef } from '../../src/conversation/events.ts';
import type { OpeningStage, Sandbox } from '../../src/ports.ts';
import type { OwnSandboxes } from '../../src/sandbox/e2b.ts';
import { NEVER, startWorld, THREAD, type World } from './e2b-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  expect(world.stub.violations).toEqual([]);
  await world.stop();
});

const CREATE = 'POST /v2/sandboxes';
const MINUTE_MS = 60_000;
const OTHER: ThreadRef = { ...THREAD, threadTs: '1700000000.000200' };
const THIRD: ThreadRef = { ...THREAD, threadTs: '1700000000.000300' };
const on = (verb: string, n = 1) => `POST /sandboxes/isandbox${n}/${verb}`;
const connecting = (n = 1) => `POST /v2/sandboxes/isandbox${n}/connect`;
const code = { language: 'python', source: 'work()' } as const;

/** Lets time pass until something of the wire has happened. */
const passUntil = async (done: () => boolean): Promise<void> => {
  while (!done()) await world.clock.advance(250);
};

async function opened(
  sandboxes: OwnSandboxes,
  thread = THREAD,
  last?: string,
  onStage?: (stage: OpeningStage) => void,
): Promise<Sandbox> {
  const result = await sandboxes.open(thread, last as SandboxId | undefined, NEVER, onStage);
  if (!result.ok) throw new Error(result.failure.message);
  return result.sandbox;
}

describe('while a turn works', () => {
  it('it is prolonged however long the model thinks, and not any more once it is released', async () => {
    const sandbox = await opened(world.sandboxes());
    await passUntil(() => world.stub.count(on('timeout')) === 1);
    expect((await world.stub.called(on('timeout'))).body).toEqual({ timeout: 900 });
    await passUntil(() => world.stub.count(on('timeout')) === 3);
    sandbox.release();
    await world.clock.advance(60 * MINUTE_MS);
    expect(world.stub.count(on('timeout'))).toBeLessThanOrEqual(4);
    expect(world.clock.waiting).toBe(0);
  });

  it('a service that does not answer is asked again, before the life is over', async () => {
    const sandbox = await opened(world.sandboxes());
    world.stub.answers.set(on('timeout'), { status: 500, body: { code: 500, message: 'no' } });
    await passUntil(() => world.stub.count(on('timeout')) === 2);
    world.stub.answers.delete(on('timeout'));
    await passUntil(() => world.stub.count(on('timeout')) === 3);
    sandbox.release();
  });

  it('a life longer than every account allows is never asked for', async () => {
    (await opened(world.sandboxes({ idleMs: 60 * MINUTE_MS, runTimeoutSeconds: 3_600 }))).release();
    expect((await world.stub.called(CREATE)).body).toMatchObject({ timeout: 3_600 });
  });
});

describe('once it is released', () => {
  it('it is paused so long after its last use as is set, not after what a run might have needed', async () => {
    const sandbox = await opened(world.sandboxes({ idleMs: MINUTE_MS, runTimeoutSeconds: 600 }));
    expect((await world.stub.called(CREATE)).body).toMatchObject({ timeout: 660 });
    sandbox.release();
    sandbox.release();
    expect((await world.stub.called(on('timeout'))).body).toEqual({ timeout: 60 });
    expect(world.stub.count(on('timeout'))).toBe(1);
  });

  it('the next turn of the thread comes after that, so that it is not cut short by it', async () => {
    const sandboxes = world.sandboxes({ idleMs: MINUTE_MS, runTimeoutSeconds: 600 });
    (await opened(sandboxes)).release();
    (await opened(sandboxes, THREAD, 'isandbox1')).release();
    const names = world.stub.calls.map(({ name }) => name).filter((name) => name.includes('isandbox1/'));
    expect(names.slice(0, 2)).toEqual([on('timeout'), connecting()]);
  });

  it('marks that are on their way are waited for', async () => {
    const sandboxes = world.sandboxes({ maxRunning: 1 });
    let finishMark = () => {};
    world.stub.onMark = (run) => {
      finishMark = run.finish;
    };
    const sandbox = await opened(sandboxes);
    await sandbox.run(code, () => {}, NEVER);
    await world.stub.called('POST :49999/execute');
    sandbox.release();
    const next = opened(sandboxes, OTHER);
    while (world.stub.count('POST :49999/execute') < 2) await new Promise(setImmediate);
    expect(world.stub.count(on('pause'))).toBe(0);
    finishMark();
    (await next).release();
    expect(world.stub.count(on('pause'))).toBe(1);
  });
});

describe('with as many running as may', () => {
  it('the idle one of another thread is paused, and comes back when that thread goes on', async () => {
    const sandboxes = world.sandboxes({ maxRunning: 1 });
    (await opened(sandboxes)).release();
    (await opened(sandboxes, OTHER)).release();
    expect([...world.stub.paused]).toEqual(['isandbox1']);
    expect((await opened(sandboxes, THREAD, 'isandbox1')).fresh).toBe(false);
    expect([...world.stub.paused]).toEqual(['isandbox2']);
  });

  it('a turn waits while all are in use, knows how many come before it, and gets its sandbox in order', async () => {
    const sandboxes = world.sandboxes({ maxRunning: 1 });
    const first = await opened(sandboxes);
    const stages: OpeningStage[] = [];
    const second = opened(sandboxes, OTHER);
    const third = opened(sandboxes, THIRD, undefined, (stage) => stages.push(stage));
    await new Promise(setImmediate);
    expect(stages).toEqual([{ kind: 'waiting', ahead: 1 }]);
    expect(world.stub.count(CREATE)).toBe(1);
    first.release();
    (await second).release();
    (await third).release();
    expect(stages).toEqual([{ kind: 'waiting', ahead: 1 }, { kind: 'waiting', ahead: 0 }, { kind: 'creating' }]);
    expect(world.stub.count(CREATE)).toBe(3);
  });

  it('a turn that is stopped in line makes no sandbox and leaves the line', async () => {
    const sandboxes = world.sandboxes({ maxRunning: 1 });
    const first = await opened(sandboxes);
    const stop = new AbortController();
    const waiting = sandboxes.open(OTHER, undefined, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    first.release();
    (await opened(sandboxes, THIRD)).release();
    expect(world.stub.count(CREATE)).toBe(2);
  });

  it('the refusal of the service is waited out at the head of the line, not passed on', async () => {
    const full = { status: 429, body: { code: 429, message: 'maximum number of concurrent sandboxes' } };
    world.stub.answers.set(CREATE, full);
    const stages: OpeningStage[] = [];
    const opening = opened(world.sandboxes(), THREAD, undefined, (stage) => stages.push(stage));
    await passUntil(() => world.stub.count(CREATE) === 2);
    world.stub.answers.delete(CREATE);
    await passUntil(() => world.stub.alive.size === 1);
    (await opening).release();
    expect(stages.slice(0, 3)).toEqual([{ kind: 'creating' }, { kind: 'waiting', ahead: 0 }, { kind: 'creating' }]);
  });

  it('the refusal of the service makes room where an idle one of ours is running', async () => {
    const sandboxes = world.sandboxes();
    (await opened(sandboxes)).release();
    world.stub.answers.set(CREATE, { status: 429, body: { code: 429, message: 'full' } });
    const opening = opened(sandboxes, OTHER);
    await world.stub.called(on('pause'));
    world.stub.answers.delete(CREATE);
    (await opening).release();
  });

  it('ten minutes of refusals are an answer', async () => {
    world.stub.answers.set(CREATE, { status: 429, body: { code: 429, message: 'full' } });
    const opening = world.open();
    let ended = false;
    void opening.then(() => {
      ended = true;
    });
    while (!ended) await world.clock.advance(5_000);
    expect(await opening).toMatchObject({ ok: false, failure: { reason: 'sandbox-capacity' } });
  });
});

describe('on its way to sleep', () => {
  it('it is waited for, and woken', async () => {
    const sandboxes = world.sandboxes({ maxRunning: 1 });
    (await opened(sandboxes)).release();
    world.stub.answers.set(on('pause'), 'hang');
    const other = opened(sandboxes, OTHER);
    await world.stub.called(on('pause'));
    const stages: OpeningStage[] = [];
    const stop = new AbortController();
    const again = sandboxes.open(THREAD, 'isandbox1' as SandboxId, stop.signal, (stage) => stages.push(stage));
    await new Promise(setImmediate);
    expect([world.stub.count(connecting()), stages]).toEqual([0, []]);
    stop.abort(new Error('stopped'));
    await expect(again).rejects.toThrow('stopped');
    void other.catch(() => undefined);
  });

  it('an answer that it is neither here nor there is asked again', async () => {
    const sandboxes = world.sandboxes();
    (await opened(sandboxes)).release();
    world.stub.answers.set(connecting(), { status: 409, body: { code: 409, message: 'pausing' } });
    const again = opened(world.sandboxes(), THREAD, 'isandbox1');
    await passUntil(() => world.stub.count(connecting()) === 2);
    world.stub.answers.delete(connecting());
    await passUntil(() => world.stub.count(connecting()) === 3);
    expect(await again).toMatchObject({ id: 'isandbox1', fresh: false });
  });

  it('one that is listed and cannot be woken for twelve seconds is replaced', async () => {
    (await opened(world.sandboxes())).release();
    world.stub.answers.set(connecting(), { status: 404, body: { code: 404, message: 'not found' } });
    const again = opened(world.sandboxes(), THREAD, 'isandbox1');
    await passUntil(() => world.stub.alive.size === 2);
    expect(await again).toMatchObject({ id: 'isandbox2', fresh: true });
  });
});

describe('spare sandboxes', () => {
  const labels = () => [...world.stub.labels.values()];

  it('are ready before anybody asks; a first run takes one, and another is made', async () => {
    const sandboxes = world.sandboxes({ warm: 1 });
    sandboxes.start();
    await passUntil(() => world.stub.count('POST :49999/execute') === 1);
    expect(labels()).toEqual([{ app: 'threadbox', instance: 'instance-a', warm: 'true' }]);
    await new Promise(setImmediate);
    await passUntil(() => world.clock.waiting >= 2);
    const stages: OpeningStage[] = [];
    const sandbox = await opened(sandboxes, THREAD, undefined, (stage) => stages.push(stage));
    expect(sandbox).toMatchObject({ id: 'isandbox1', fresh: true });
    expect(stages).toEqual([]);
    await world.stub.called(CREATE);
    await passUntil(() => world.stub.alive.size === 2);
    await sandboxes.stop(1_000);
  });

  it('are given up when a thread needs the place, and ended when the bot stops', async () => {
    const sandboxes = world.sandboxes({ warm: 1, maxRunning: 2 });
    const first = await opened(sandboxes, THREAD);
    sandboxes.start();
    await passUntil(() => world.stub.count('POST :49999/execute') === 1);
    await passUntil(() => world.clock.waiting >= 3);
    world.stub.paused.add('isandbox9');
    world.stub.alive.add('isandbox9');
    (await opened(sandboxes, OTHER, 'isandbox9')).release();
    expect(world.stub.count('DELETE /sandboxes/isandbox2')).toBe(1);
    first.release();
    await sandboxes.stop(1_000);
  });

  it('that are being made when the bot stops are ended too', async () => {
    const sandboxes = world.sandboxes({ warm: 1 });
    sandboxes.start();
    await world.stub.called(CREATE);
    await sandboxes.stop(5_000);
    expect([world.stub.count(CREATE), world.stub.alive.size]).toEqual([1, 0]);
  });

  it('that are ready when the bot stops are ended', async () => {
    const sandboxes = world.sandboxes({ warm: 2 });
    sandboxes.start();
    await passUntil(() => world.stub.count('POST :49999/execute') === 2);
    await passUntil(() => world.clock.waiting >= 3);
    const stopping = sandboxes.stop(5_000);
    await stopping;
    expect(world.stub.alive.size).toBe(0);
  });
});
