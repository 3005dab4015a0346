/** The watchdog's judgement and the sign of life. */
import { describe, expect, it } from 'vitest';
import { startKeepalive } from '../../../src/local/sandbox/keepalive.ts';
import { defaultLimits } from '../../../src/local/sandbox/limits.ts';
import { judge } from '../../../src/local/sandbox/watchdog.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';

const MB = 1024 * 1024;
const LIMITS = defaultLimits('6.1');

describe('the watchdog', () => {
  const sample = (change: object = {}) => ({ memoryBytes: 100 * MB, files: 100, tasks: 10, ...change });

  it('leaves alone what stays within its limits', () => {
    expect(judge(sample({ memoryBytes: LIMITS.memoryMb * MB }), LIMITS, 0)).toBe('fine');
  });

  it('relieves a sandbox that uses too much memory, and ends it when that does not help', () => {
    const over = sample({ memoryBytes: (LIMITS.memoryMb + 1) * MB });
    expect([0, 1, 7].map((relieved) => judge(over, LIMITS, relieved))).toEqual(['relieve', 'relieve', 'relieve']);
    expect(judge(over, LIMITS, 8)).toEqual({ end: 'more than 1024 MB of memory' });
    expect(judge(sample({ memoryBytes: 3 * LIMITS.memoryMb * MB }), LIMITS, 0)).toHaveProperty('end');
  });

  it('ends a sandbox with too many files or processes at once', () => {
    expect(judge(sample({ files: LIMITS.files + 1 }), LIMITS, 0)).toHaveProperty('end');
    expect(judge(sample({ tasks: 2 * LIMITS.tasks + 1 }), LIMITS, 0)).toHaveProperty('end');
  });
});

describe('a sign of life', () => {
  it('is given after each silence, and not before', async () => {
    const clock = new FakeClock();
    let signs = 0;
    const keepalive = startKeepalive(clock, 5_000, () => {
      signs += 1;
    });
    await clock.advance(4_000);
    keepalive.touch();
    await clock.advance(4_999);
    expect(signs).toBe(0);
    await clock.advance(1);
    expect(signs).toBe(1);
    await clock.advance(10_000);
    expect(signs).toBe(3);
    keepalive.stop();
    await clock.advance(60_000);
    expect(signs).toBe(3);
    expect(clock.waiting).toBe(0);
  });
});
