import { describe, expect, it } from 'vitest';
import { pause, steadyClock, systemClock } from '../src/clock.ts';
import { FakeClock } from './fakes/fake-clock.ts';

describe('a pause', () => {
  it('lasts as long as it should', async () => {
    const clock = new FakeClock();
    let isOver = false;
    const paused = pause(clock, 1_000).then(() => {
      isOver = true;
    });
    await clock.advance(999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    await paused;
    expect(isOver).toBe(true);
  });

  it('ends at once when it is aborted, before or while it lasts, and leaves no timer', async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const paused = pause(clock, 1_000, stop.signal);
    stop.abort();
    await paused;
    await pause(clock, 1_000, stop.signal);
    expect(clock.waiting).toBe(0);
  });
});

describe('the system clock', () => {
  it('runs what is due and not what was cancelled', async () => {
    const ran: string[] = [];
    const cancel = systemClock.after(0, () => ran.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(1, () => {
        ran.push('due');
        resolve();
      });
    });
    expect(ran).toEqual(['due']);
  });
});

describe('the steady clock', () => {
  it('begins near the time of day and never goes back', async () => {
    expect(Math.abs(steadyClock.now() - systemClock.now())).toBeLessThan(60_000);
    const before = steadyClock.now();
    await new Promise<void>((resolve) => {
      steadyClock.after(5, resolve);
    });
    expect(steadyClock.now()).toBeGreaterThan(before);
  });
});
