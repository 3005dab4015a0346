import { describe, expect, it } from 'vitest';
import { createRateLimits, POST_BURST } from '../../../../src/local/slack/limits/rate-limits.ts';

function limits() {
  let now = 1_000_000;
  const created = createRateLimits(() => now);
  return {
    ...created,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('calls a minute', () => {
  it('let through what the tier allows, then say how long to wait', () => {
    const { take, pass } = limits();
    for (let i = 0; i < 20; i += 1) {
      expect(take('a', 20)).toBeUndefined();
      pass(1000);
    }
    expect(take('a', 20)).toBe(40);
    pass(39_000);
    expect(take('a', 20)).toBe(1);
    pass(1000);
    expect(take('a', 20)).toBeUndefined();
    expect(take('a', 20)).toBe(1);
  });

  it('count each method for itself, and start over when told', () => {
    const { take, reset } = limits();
    expect([take('a', 1), take('b', 1)]).toEqual([undefined, undefined]);
    expect(take('a', 1)).toBe(60);
    reset();
    expect(take('a', 1)).toBeUndefined();
  });
});

describe('posts', () => {
  it('may come in a burst, then once a second in each channel', () => {
    const { takePost, pass } = limits();
    for (let i = 0; i < POST_BURST; i += 1) expect(takePost('C1')).toBeUndefined();
    expect(takePost('C1')).toBe(1);
    expect(takePost('C2')).toBeUndefined();
    pass(1000);
    expect([takePost('C1'), takePost('C1')]).toEqual([undefined, 1]);
  });
});
