/** Places for running sandboxes: reserved first, given out in order, made by pausing who is missed least. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { SandboxId } from '../../src/conversation/events.ts';
import { Capacity, type Hold, type Place } from '../../src/sandbox/capacity.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;
const id = (name: string) => name as SandboxId;

let clock: FakeClock;
let evicted: string[];
/** What an eviction waits for. */
let evicting: Promise<void>;
beforeEach(() => {
  clock = new FakeClock();
  evicted = [];
  evicting = Promise.resolve();
});

function capacityOf(max: number): Capacity {
  return new Capacity({
    max,
    clock,
    evict: async (which, kind) => {
      evicted.push(`${kind} ${which}`);
      await evicting;
    },
  });
}

/** Asks for a place and shows what it was told. */
function asks(capacity: Capacity, signal = NEVER) {
  const told: number[] = [];
  let place: Place | undefined;
  const done = capacity
    .reserve(signal, (ahead) => told.push(ahead))
    .then((given) => {
      place = given;
      return given;
    });
  done.catch(() => {});
  return { told, done, place: () => place };
}

/** A sandbox that runs and is held. */
async function running(capacity: Capacity, name: string): Promise<Hold> {
  const place = await capacity.reserve(NEVER, () => {});
  await clock.advance(1);
  return place.occupy(id(name), clock.now() + HOUR_MS);
}

describe('a place', () => {
  it('is given at once below the limit, and counts before the sandbox runs', async () => {
    const capacity = capacityOf(2);
    await capacity.reserve(NEVER, () => {});
    expect(capacity.used).toBe(1);
    await running(capacity, 'a');
    expect(capacity.used).toBe(2);
    expect(capacity.tryReserve()).toBeUndefined();
  });

  it('comes free when its sandbox was never made, or is gone', async () => {
    const capacity = capacityOf(1);
    (await capacity.reserve(NEVER, () => {})).free();
    (await running(capacity, 'a')).gone();
    expect(capacity.used).toBe(0);
    await running(capacity, 'b');
    capacity.gone(id('b'));
    expect(capacity.used).toBe(0);
  });

  it('stays with the one whose sandbox was found gone, though others wait', async () => {
    const capacity = capacityOf(1);
    const hold = await running(capacity, 'a');
    const other = asks(capacity);
    hold.swap().occupy(id('b'), clock.now() + HOUR_MS);
    await clock.advance(0);
    expect(other.place()).toBeUndefined();
    expect([capacity.isHeld(id('a')), capacity.isHeld(id('b'))]).toEqual([false, true]);
  });

  it('is not taken by a sandbox that was paused because nobody used it', async () => {
    const capacity = capacityOf(1);
    (await running(capacity, 'a')).release();
    await clock.advance(HOUR_MS);
    expect(capacity.used).toBe(0);
    expect(capacity.hold(id('a'))).toBeUndefined();
    expect(evicted).toEqual([]);
  });
});

describe('over the limit', () => {
  it('a spare sandbox ends first, then the least recently used idle one is paused; held ones never', async () => {
    const capacity = capacityOf(4);
    await running(capacity, 'held');
    const [first, second] = [await running(capacity, 'first'), await running(capacity, 'second')];
    capacity.tryReserve()?.park(id('spare'), clock.now() + HOUR_MS);
    second.release();
    await clock.advance(1);
    first.release();
    const waiting = [asks(capacity), asks(capacity), asks(capacity), asks(capacity)];
    await clock.advance(0);
    expect(evicted).toEqual(['spare spare', 'idle second', 'idle first']);
    expect(waiting.map(({ place }) => place() !== undefined)).toEqual([true, true, true, false]);
  });

  it('those who wait are told how many come before them, and served in their order', async () => {
    const capacity = capacityOf(1);
    const hold = await running(capacity, 'a');
    const [one, two, three] = [asks(capacity), asks(capacity), asks(capacity)];
    expect([one.told, two.told, three.told]).toEqual([[0], [1], [2]]);
    hold.gone();
    await clock.advance(0);
    expect([one.place() !== undefined, two.place(), three.place()]).toEqual([true, undefined, undefined]);
    expect([two.told, three.told]).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('who is stopped leaves the line, and the next moves up', async () => {
    const capacity = capacityOf(1);
    const hold = await running(capacity, 'a');
    const stop = new AbortController();
    const one = asks(capacity, stop.signal);
    const two = asks(capacity);
    stop.abort(new Error('stopped'));
    await expect(one.done).rejects.toThrow('stopped');
    expect(two.told).toEqual([1, 0]);
    hold.gone();
    expect(await two.done).toBeDefined();
  });

  it('one that is being paused keeps its place and cannot be held until it has left', async () => {
    const capacity = capacityOf(1);
    let paused = () => {};
    evicting = new Promise((resolve) => {
      paused = resolve;
    });
    (await running(capacity, 'a')).release();
    const next = asks(capacity);
    expect(capacity.hold(id('a'))).toBeUndefined();
    const left = capacity.leaving(id('a'));
    await clock.advance(0);
    expect([next.place(), capacity.used]).toEqual([undefined, 1]);
    paused();
    await left;
    await next.done;
    expect(capacity.leaving(id('a'))).toBeUndefined();
  });

  it('one that cannot be paused stays, the next one is tried, and it again after a while', async () => {
    const capacity = capacityOf(2);
    (await running(capacity, 'a')).release();
    const b = await running(capacity, 'b');
    evicting = Promise.reject(new Error('no answer'));
    evicting.catch(() => {});
    const waiting = asks(capacity);
    await clock.advance(0);
    expect([evicted, capacity.used, waiting.place()]).toEqual([['idle a'], 2, undefined]);
    evicting = Promise.resolve();
    b.release();
    await clock.advance(0);
    expect(evicted).toEqual(['idle a', 'idle b']);
    expect(waiting.place()).toBeDefined();
    asks(capacity);
    await clock.advance(30_000);
    expect(evicted).toEqual(['idle a', 'idle b', 'idle a']);
  });
});

describe('a service that has no room although we counted one', () => {
  it('is believed: an idle one is paused, and who was refused comes first', async () => {
    const capacity = capacityOf(20);
    (await running(capacity, 'idle')).release();
    await running(capacity, 'held');
    const place = await capacity.reserve(NEVER, () => {});
    const again = place.refused(NEVER, () => {});
    const late = asks(capacity);
    await clock.advance(0);
    expect(evicted).toEqual(['idle idle']);
    expect(await again).toBeDefined();
    expect([late.place(), late.told]).toEqual([undefined, [1, 0]]);
  });

  it('is asked again after a while where nothing of ours can make room', async () => {
    const capacity = capacityOf(20);
    const told: number[] = [];
    let given = false;
    const place = await capacity.reserve(NEVER, () => {});
    void place
      .refused(NEVER, (ahead) => told.push(ahead))
      .then(() => {
        given = true;
      });
    await clock.advance(9_999);
    expect([given, told]).toEqual([false, [0]]);
    await clock.advance(1);
    expect(given).toBe(true);
  });
});

describe('what the service lists', () => {
  it('brings in what an earlier process left running, and takes out idle ones that run no more', async () => {
    const capacity = capacityOf(4);
    (await running(capacity, 'ended elsewhere')).release();
    await running(capacity, 'held');
    capacity.tryReserve()?.park(id('spare'), clock.now() + HOUR_MS);
    await clock.advance(1);
    const listedMs = clock.now();
    const left = { id: id('left'), endsAtMs: listedMs + HOUR_MS, lastUsedMs: 5 };
    const notOurs = { ...left, lastUsedMs: undefined };
    capacity.reconcile(
      [left, ...['held', 'spare', 'just made'].map((name) => ({ ...notOurs, id: id(name) }))],
      listedMs,
    );
    expect(capacity.used).toBe(3);
    expect(capacity.isHeld(id('held'))).toBe(true);
    asks(capacity);
    asks(capacity);
    asks(capacity);
    await clock.advance(0);
    expect(evicted).toEqual(['spare spare', 'idle left']);
  });

  it('says nothing of what began to run while it was listed', async () => {
    const capacity = capacityOf(3);
    const listedMs = clock.now();
    (await running(capacity, 'new')).release();
    capacity.reconcile([], listedMs);
    expect(capacity.used).toBe(1);
  });
});

describe('whatever happens', () => {
  it('never more run than allowed, and everybody who waits is served in the end', async () => {
    const step = fc.constantFrom('ask', 'release', 'gone', 'stop', 'pass' as const);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), async (max, steps) => {
        clock = new FakeClock();
        const capacity = capacityOf(max);
        const holds: Hold[] = [];
        const open = new Map<AbortController, Promise<void>>();
        let made = 0;
        const ask = () => {
          const stop = new AbortController();
          const taken = capacity
            .reserve(stop.signal, () => {})
            .then(
              (place) => {
                open.delete(stop);
                holds.push(place.occupy(id(`s${made++}`), clock.now() + HOUR_MS));
              },
              () => void open.delete(stop),
            );
          open.set(stop, taken);
        };
        for (const next of steps) {
          if (next === 'ask') ask();
          else if (next === 'release') holds.shift()?.release();
          else if (next === 'gone') holds.pop()?.gone();
          else if (next === 'stop') [...open.keys()].at(-1)?.abort(new Error('stopped'));
          else await clock.advance(1);
          expect(capacity.used).toBeLessThanOrEqual(max);
        }
        for (let round = 0; open.size > 0 && round < 100; round += 1) {
          for (const hold of holds.splice(0)) hold.release();
          await clock.advance(1);
        }
        expect(open.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
