import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { createStatuses, type StatusPlace, type StatusResult } from '../../src/slack/statuses.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const SHOWN: StatusResult = { kind: 'shown' };

interface Call {
  readonly at: number;
  readonly threadTs: string;
  readonly line: string;
}

/** Slack as far as a status goes: it forgets one after two minutes, and with a reply. */
class World {
  readonly clock = new FakeClock(0);
  readonly calls: Call[] = [];
  answer: (call: Call) => StatusResult = () => SHOWN;
  /** How far the process's clock is off. */
  offset = 0;
  private readonly visible = new Map<string, Call>();
  readonly statuses = createStatuses(async ({ threadTs }, line) => {
    const call = { at: this.clock.now(), threadTs, line };
    this.calls.push(call);
    await new Promise<void>((resolve) => this.clock.after(100, resolve));
    const result = this.answer(call);
    if (result.kind === 'shown') this.visible.set(threadTs, call);
    return result;
  }, this.skewed());

  private skewed(): Clock {
    return { now: () => this.clock.now() + this.offset, after: (delayMs, run) => this.clock.after(delayMs, run) };
  }

  turn(threadTs = '1.1') {
    const startedAt = this.clock.now();
    let activity = 'is running';
    const status = this.statuses.open(place(threadTs), {
      activity: () => activity,
      line: () => `${activity} · ${Math.floor((this.clock.now() - startedAt) / SECOND)} s`,
    });
    const become = (next: string) => {
      activity = next;
      status.changed();
    };
    return { status, become };
  }

  replied(threadTs = '1.1'): void {
    this.replyStands(threadTs);
    this.replyHeard(threadTs);
  }

  replyStands(threadTs = '1.1'): void {
    this.visible.delete(threadTs);
  }

  replyHeard(threadTs = '1.1'): void {
    this.statuses.replied(place(threadTs));
  }

  /** What people see under the thread. */
  seen(threadTs = '1.1'): string {
    const call = this.visible.get(threadTs);
    return call && this.clock.now() - call.at < 2 * MINUTE ? call.line : '';
  }
}

function place(threadTs: string): StatusPlace {
  return { channel: 'C1', threadTs };
}

describe('the status of a thread', () => {
  it('shows nothing for a turn that is over at once', async () => {
    const { clock, calls, turn } = boundWorld();
    const { status } = turn();
    await clock.advance(1_000);
    status.clear();
    await clock.advance(5 * MINUTE);
    expect(calls).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('moves the time while nothing else happens, more slowly as the turn grows old', async () => {
    const { world, clock, calls, turn } = boundWorld();
    const { status } = turn();
    await clock.advance(14 * SECOND);
    expect(calls.map(({ line }) => line)).toEqual(['is running · 1 s', 'is running · 6 s', 'is running · 11 s']);
    await clock.advance(29 * MINUTE);
    expect(status.isShown()).toBe(true);
    expect(world.seen()).toMatch(/is running · 1[67]\d\d s/);
    const late = calls.filter(({ at }) => at > 20 * MINUTE);
    expect(late.length).toBeLessThanOrEqual(10);
  });

  it('is sent again once a minute where it stays the same', async () => {
    const { world, clock, calls } = boundWorld();
    const same = { activity: () => 'is running', line: () => 'is running' };
    world.statuses.open(place('1.1'), same);
    await clock.advance(5 * MINUTE);
    expect(calls.length).toBeLessThanOrEqual(6);
    expect(world.seen()).toBe('is running');
    world.replied();
    await clock.advance(2 * SECOND);
    expect(world.seen()).toBe('is running');
    world.statuses.close();
  });

  it('is never gone for long while the turn runs, and gone when it is over', async () => {
    const { world, clock, turn } = boundWorld();
    const { status } = turn();
    await clock.advance(2 * SECOND);
    for (let i = 0; i < 400; i += 1) {
      await clock.advance(5 * SECOND);
      expect(world.seen()).not.toBe('');
    }
    let isCleared = false;
    status.clear();
    void world.statuses.cleared().then(() => {
      isCleared = true;
    });
    await clock.advance(90);
    expect(isCleared).toBe(false);
    await clock.advance(2 * SECOND);
    expect([world.seen(), isCleared]).toEqual(['', true]);
    expect(clock.waiting).toBe(0);
  });

  it('tells a change of activity soon, and a quick one only once', async () => {
    const { clock, calls, turn } = boundWorld();
    const { become } = turn();
    await clock.advance(2 * SECOND);
    become('is fixing');
    become('is writing');
    await clock.advance(1_200);
    expect(calls.map(({ line }) => line)).toEqual(['is running · 1 s', 'is writing · 2 s']);
  });

  it('comes back after each reply of ours', async () => {
    const { world, clock, turn } = boundWorld();
    turn();
    await clock.advance(3 * SECOND);
    world.replied();
    expect(world.seen()).toBe('');
    await clock.advance(1 * SECOND);
    expect(world.seen()).toContain('is running');
  });

  it('is cleared once at most where a reply took it away', async () => {
    const { world, clock, calls, turn } = boundWorld();
    const { status } = turn();
    await clock.advance(3 * SECOND);
    status.clear();
    world.replied();
    await clock.advance(MINUTE);
    expect(calls.filter(({ line }) => line === '').length).toBeLessThanOrEqual(1);
    expect(clock.waiting).toBe(0);
  });

  it('is cleared where it came after a reply that we learnt of later', async () => {
    const { world, clock, turn } = boundWorld();
    const { status, become } = turn();
    await clock.advance(3 * SECOND);
    world.replyStands();
    become('is finishing');
    await clock.advance(200);
    expect(world.seen()).toContain('is finishing');
    world.replyHeard();
    status.clear();
    await clock.advance(SECOND);
    expect(world.seen()).toBe('');
    expect(clock.waiting).toBe(0);
  });

  it('is cleared after an answer that was lost, and after the call that was under way', async () => {
    const { world, clock, calls, turn } = boundWorld();
    world.answer = ({ line }) => (line === '' && calls.length < 4 ? { kind: 'unclear' } : SHOWN);
    const { status } = turn();
    await clock.advance(1_550);
    status.clear();
    await clock.advance(30 * SECOND);
    expect(calls.map(({ line }) => line)).toEqual(['is running · 1 s', '', '', '']);
    expect(world.seen()).toBe('');
    expect(clock.waiting).toBe(0);
  });

  it('is left to expire where Slack does not answer', async () => {
    const { world, clock, calls, turn } = boundWorld();
    const { status } = turn();
    await clock.advance(3 * SECOND);
    world.answer = () => ({ kind: 'unclear' });
    status.clear();
    await clock.advance(10 * MINUTE);
    expect(calls.length).toBeLessThan(30);
    expect(clock.waiting).toBe(0);
  });

  it('waits out a limit, all threads together', async () => {
    const { world, clock, calls, turn } = boundWorld();
    world.answer = () => (calls.length === 1 ? { kind: 'limited', retryAfterMs: 20_000 } : SHOWN);
    turn('1.1');
    await clock.advance(1_600);
    turn('2.2');
    await clock.advance(19 * SECOND);
    expect(calls).toHaveLength(1);
    await clock.advance(5 * SECOND);
    expect(new Set(calls.map(({ threadTs }) => threadTs)).size).toBe(2);
  });
});

describe('a refusal', () => {
  it('of the workspace ends it everywhere, and it is tried again after a day', async () => {
    const { world, clock, calls, turn } = boundWorld();
    world.answer = () => ({ kind: 'refused', where: 'workspace' });
    const { status } = turn('1.1');
    turn('2.2');
    await clock.advance(10 * SECOND);
    const before = calls.length;
    expect(before).toBeLessThanOrEqual(2);
    expect(status.isShown()).toBe(false);
    turn('3.3');
    await clock.advance(23 * 60 * MINUTE);
    expect(calls).toHaveLength(before);
    await clock.advance(60 * MINUTE);
    world.answer = () => SHOWN;
    turn('4.4');
    await clock.advance(5 * SECOND);
    expect(world.seen('4.4')).toContain('is running');
  });

  it('of a thread concerns that thread only', async () => {
    const { world, clock, calls, turn } = boundWorld();
    world.answer = ({ threadTs }) => (threadTs === '1.1' ? { kind: 'refused', where: 'thread' } : SHOWN);
    turn('1.1');
    turn('2.2');
    await clock.advance(MINUTE);
    expect(calls.filter(({ threadTs }) => threadTs === '1.1')).toHaveLength(1);
    expect(world.seen('2.2')).toContain('is running');
  });
});

describe('many threads', () => {
  it('share the budget evenly: never over it, none without life, none left behind', async () => {
    const threads = fc.array(fc.record({ startMs: fc.nat(20_000), lastsMs: fc.integer({ min: 1, max: 200_000 }) }), {
      minLength: 1,
      maxLength: 120,
    });
    await fc.assert(
      fc.asyncProperty(threads, fc.integer({ min: 0, max: 30 }), async (turns, faultPercent) => {
        const world = new World();
        let n = 0;
        world.answer = () => {
          n = (n * 31 + 17) % 100;
          return n < faultPercent ? { kind: 'unclear' } : SHOWN;
        };
        for (const [index, { startMs, lastsMs }] of turns.entries()) {
          world.clock.after(startMs, () => {
            const { status } = world.turn(`${index}.1`);
            world.clock.after(lastsMs, () => status.clear());
          });
        }
        await world.clock.advance(6 * MINUTE);
        const times = world.calls.map(({ at }) => at);
        for (const [index, at] of times.entries()) {
          // So that no minute can hold more than 400.
          if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(150);
        }
        for (let index = 0; index < turns.length; index += 1) expect(world.seen(`${index}.1`)).toBe('');
        expect(world.clock.waiting).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it('of a hundred turns each is told within the time that Slack keeps a status', async () => {
    const world = new World();
    for (let i = 0; i < 100; i += 1) world.turn(`${i}.1`);
    await world.clock.advance(30 * SECOND);
    for (let i = 0; i < 100; i += 1) expect(world.seen(`${i}.1`)).not.toBe('');
    await world.clock.advance(5 * MINUTE);
    for (let i = 0; i < 100; i += 1) expect(world.seen(`${i}.1`)).not.toBe('');
  });
});

it.each([
  ['back', -60 * MINUTE],
  ['forward', 60 * MINUTE],
])('goes on at its pace when the clock is set %s by an hour', async (_way, ms) => {
  const { world, clock, calls, turn } = boundWorld();
  const { status } = turn();
  await clock.advance(3 * SECOND);
  world.offset = ms;
  status.changed();
  await clock.advance(61 * SECOND);
  expect(calls.length).toBeGreaterThanOrEqual(2);
  expect(calls.length).toBeLessThan(20);
  world.statuses.close();
});

it('sends nothing once it is closed', async () => {
  const { world, clock, calls, turn } = boundWorld();
  turn();
  world.statuses.close();
  turn('2.2');
  await clock.advance(MINUTE);
  expect(calls).toEqual([]);
  expect(clock.waiting).toBe(0);
});

function boundWorld() {
  const world = new World();
  return { world, clock: world.clock, calls: world.calls, turn: (threadTs?: string) => world.turn(threadTs) };
}
