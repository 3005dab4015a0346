import { describe, expect, it } from 'vitest';
import { createClock } from '../../../src/local/slack/clock.ts';

describe('the clock', () => {
  it('runs what came due when time jumps, in order of its time, and tasks that tasks add', () => {
    const clock = createClock(() => 1000);
    const ran: string[] = [];
    clock.after(200, () => ran.push('late'));
    clock.after(100, () => {
      ran.push('early');
      clock.after(0, () => ran.push('added'));
    });
    const cancel = clock.after(150, () => ran.push('never'));
    cancel();
    clock.advance(99);
    expect(ran).toEqual([]);
    clock.advance(101);
    expect(ran).toEqual(['early', 'late', 'added']);
    expect(clock.now()).toBe(1200);
    clock.stop();
  });

  it('runs on real time too, and ends waits when it stops', async () => {
    const clock = createClock();
    await new Promise<void>((resolve) => {
      clock.after(5, resolve);
    });
    const waiting = clock.wait(60_000);
    clock.stop();
    await expect(waiting).resolves.toBeUndefined();
  });
});
