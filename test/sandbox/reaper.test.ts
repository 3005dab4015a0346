/** What is ended for good, and above all what is not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SandboxId, type ThreadKey, type ThreadRef, threadKey } from '../../src/conversation/events.ts';
import type { ThreadRow } from '../../src/ports.ts';
import type { OwnSandboxes, SandboxesOptions } from '../../src/sandbox/e2b.ts';
import { ownLabels, threadLabels } from '../../src/sandbox/labels.ts';
import { fateOf } from '../../src/sandbox/reaper.ts';
import { type MemoryStore, memoryStore } from '../fakes/memory-store.ts';
import { NEVER, startWorld, THREAD, type World } from './e2b-world.ts';
import { INSTANCE } from './options.ts';

const DAY_MS = 86_400_000;
const OWN = ownLabels(INSTANCE);
const LIST = 'GET /v2/sandboxes';
const CREATE = 'POST /v2/sandboxes';
const OTHER: ThreadRef = { ...THREAD, threadTs: '1700000000.000200' };

describe('the fate of a listed sandbox', () => {
  const labels = threadLabels(OWN, THREAD);
  const owner: ThreadRow = { key: 'T1:C1:1' as ThreadKey, sandbox: null, createdMs: 0, lastActiveMs: 0, closed: false };
  const rules = { own: OWN, maxAgeMs: 30 * DAY_MS };

  it.each([
    ['of a thread that goes on', labels, { owner, isNeeded: false }, 30 * DAY_MS, 'keep'],
    [
      'of a thread unused for longer than a session may be',
      labels,
      { owner, isNeeded: false },
      30 * DAY_MS + 1,
      'unused for too long',
    ],
    ['of an ended thread', labels, { owner: { ...owner, closed: true }, isNeeded: false }, 0, 'thread ended'],
    ['that no thread knows', labels, { owner: undefined, isNeeded: false }, 0, 'orphan'],
    [
      'that a turn has, ended thread or not',
      labels,
      { owner: { ...owner, closed: true }, isNeeded: true },
      99 * DAY_MS,
      'keep',
    ],
    ['that a turn is about to have', labels, { owner: undefined, isNeeded: true }, 0, 'keep'],
    ['of another instance', { ...labels, instance: 'instance-b' }, { owner: undefined, isNeeded: false }, 0, 'keep'],
    ['of another app', { ...labels, app: 'other' }, { owner: undefined, isNeeded: false }, 0, 'keep'],
    ['without labels', {}, { owner: undefined, isNeeded: false }, 0, 'keep'],
  ] as const)('%s', (_name, metadata, circumstances, nowMs, fate) => {
    expect(fateOf({ metadata }, circumstances, rules, nowMs)).toBe(fate);
  });
});

describe('the reaper', () => {
  let world: World;
  let ledger: MemoryStore;
  beforeEach(async () => {
    world = await startWorld();
    ledger = memoryStore();
  });
  afterEach(async () => {
    expect(world.stub.violations).toEqual([]);
    await world.stop();
  });

  const process = (options: Partial<SandboxesOptions> = {}) => world.sandboxes({ ledger, ...options });
  const passUntil = async (done: () => boolean): Promise<void> => {
    while (!done()) await world.clock.advance(1_000);
  };
  /** Opens one for a thread and, unless it crashes before, writes down whose it is. */
  const openFor = async (sandboxes: OwnSandboxes, thread: ThreadRef, bind = true): Promise<SandboxId> => {
    const opened = await sandboxes.open(thread, undefined, NEVER);
    if (!opened.ok) throw new Error(opened.failure.message);
    ledger.touchThread(threadKey(thread), world.clock.now());
    if (bind) ledger.bindSandbox(threadKey(thread), opened.sandbox.id);
    return opened.sandbox.id;
  };
  const swept = async (sandboxes: OwnSandboxes): Promise<void> => {
    const before = world.stub.count(LIST);
    sandboxes.start();
    await passUntil(() => world.stub.count(LIST) > before);
    await world.clock.advance(1_000);
  };

  it('ends at the start what a crash left between making it and writing it down, and keeps what is bound', async () => {
    const killed = process();
    const kept = await openFor(killed, THREAD);
    const orphan = await openFor(killed, OTHER, false);
    const next = process();
    next.start();
    await passUntil(() => !world.stub.alive.has(orphan));
    await world.clock.advance(1_000);
    expect([...world.stub.alive]).toEqual([kept]);
    await next.stop(1_000);
  });

  it("lists page by page, asks only for its own, and touches nobody else's", async () => {
    world.stub.pageSize = 2;
    const killed = process();
    for (const thread of [THREAD, OTHER]) await openFor(killed, thread, false);
    const foreign = process({ instance: 'instance-b', ledger: memoryStore() });
    const theirs = [await openFor(foreign, THREAD, false), await openFor(foreign, OTHER, false)];
    await openFor(killed, { ...THREAD, threadTs: '1700000000.000300' }, false);
    const next = process();
    next.start();
    await passUntil(() => world.stub.alive.size === theirs.length);
    await world.clock.advance(1_000);
    expect([...world.stub.alive]).toEqual(theirs);
    expect(world.stub.count(LIST)).toBe(2);
    await next.stop(1_000);
  });

  it('leaves alone what is in use, and what is being made right now', async () => {
    const sandboxes = process();
    const inUse = await openFor(sandboxes, THREAD, false);
    world.stub.answers.set(CREATE, 'hang');
    const stop = new AbortController();
    const opening = sandboxes.open(OTHER, undefined, stop.signal);
    // The service has made it, and its answer is still on the way.
    await world.stub.called(CREATE);
    world.stub.alive.add('iunanswered');
    world.stub.labels.set('iunanswered', { ...threadLabels(OWN, OTHER) });
    await swept(sandboxes);
    expect([...world.stub.alive]).toEqual([inUse, 'iunanswered']);
    stop.abort(new Error('stopped'));
    await expect(opening).rejects.toThrow('stopped');
    await sandboxes.stop(1_000);
  });

  it('ends a session after SESSION_MAX_DAYS without use, and the thread hears of it with its next run', async () => {
    const sandboxes = process({ maxAgeMs: 7 * DAY_MS });
    const opened = await sandboxes.open(THREAD, undefined, NEVER);
    if (!opened.ok) throw new Error(opened.failure.message);
    const { id } = opened.sandbox;
    ledger.touchThread(threadKey(THREAD), world.clock.now() - 7 * DAY_MS + 60_000);
    ledger.bindSandbox(threadKey(THREAD), id);
    opened.sandbox.release();
    world.stub.paused.add(id);
    await swept(sandboxes);
    expect(world.stub.alive.has(id)).toBe(true);
    await passUntil(() => world.stub.count(LIST) === 2);
    await passUntil(() => !world.stub.alive.has(id));
    expect(ledger.thread(threadKey(THREAD))?.sandbox).toBe(id);
    const again = await sandboxes.open(THREAD, id, NEVER);
    expect(again).toMatchObject({ ok: true, sandbox: { fresh: true } });
    if (again.ok) again.sandbox.release();
    await sandboxes.stop(1_000);
  });

  it('ends what an ended thread still has', async () => {
    const killed = process();
    const id = await openFor(killed, THREAD);
    ledger.closeThread(threadKey(THREAD), world.clock.now());
    const next = process();
    next.start();
    await passUntil(() => !world.stub.alive.has(id));
    await next.stop(1_000);
  });

  it('tries again later when the service does not answer, and says so quietly', async () => {
    const killed = process();
    const orphan = await openFor(killed, THREAD, false);
    world.stub.answers.set(LIST, { status: 500, body: { code: 500, message: 'no' } });
    const next = process();
    next.start();
    await passUntil(() => world.stub.count(LIST) === 2);
    expect(world.stub.alive.has(orphan)).toBe(true);
    world.stub.answers.delete(LIST);
    await passUntil(() => !world.stub.alive.has(orphan));
    await next.stop(1_000);
  });

  it('goes on past one that the service does not end, and comes back for it', async () => {
    const killed = process();
    const stuck = await openFor(killed, THREAD, false);
    const orphan = await openFor(killed, OTHER, false);
    const end = `DELETE /sandboxes/${stuck}`;
    world.stub.answers.set(end, { status: 500, body: { code: 500, message: 'no' } });
    const next = process();
    next.start();
    await passUntil(() => !world.stub.alive.has(orphan));
    expect(world.stub.alive.has(stuck)).toBe(true);
    world.stub.answers.delete(end);
    await passUntil(() => !world.stub.alive.has(stuck));
    await next.stop(1_000);
  });

  it('counts what an earlier process left running, so that too many are never made', async () => {
    const killed = process();
    const left = await openFor(killed, THREAD);
    const next = process({ maxRunning: 1 });
    await swept(next);
    await openFor(next, OTHER);
    expect([...world.stub.paused]).toEqual([left]);
    await next.stop(1_000);
  });
});
