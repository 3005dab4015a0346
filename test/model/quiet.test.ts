import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { impatient, Silence, within } from '../../src/model/quiet.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const PATIENCE = { silenceMs: 1_000, thinkingMs: 5_000 };

/** Items that come at given times, and then nothing more. */
async function* timed(...items: readonly (readonly [afterMs: number, item: string])[]): AsyncGenerator<string> {
  for (const [afterMs, item] of items) {
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    yield item;
  }
  await new Promise(() => undefined);
}

async function drain(items: AsyncIterator<string>, onGiveUp: () => void): Promise<{ got: string[]; error: unknown }> {
  const got: string[] = [];
  try {
    for await (const item of impatient(items, (each) => each === 'ping', PATIENCE, onGiveUp)) got.push(item);
    return { got, error: undefined };
  } catch (error) {
    return { got, error };
  }
}

describe('impatient', () => {
  it('waits as long as words come in time', async () => {
    async function* ends() {
      yield* ['a', 'b'];
    }
    expect(await drain(ends(), () => undefined)).toEqual({ got: ['a', 'b'], error: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives up after a silence, and says so once', async () => {
    const giveUp = vi.fn();
    const drained = drain(timed([900, 'a'], [900, 'b']), giveUp);
    await vi.advanceTimersByTimeAsync(2_799);
    expect(giveUp).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    const { got, error } = await drained;
    expect(got).toEqual(['a', 'b']);
    expect(error).toBeInstanceOf(Silence);
    expect(giveUp).toHaveBeenCalledOnce();
  });

  it('takes pings for life, but not for ever', async () => {
    const pings = Array.from({ length: 20 }, () => [900, 'ping'] as const);
    const giveUp = vi.fn();
    const drained = drain(timed([900, 'a'], ...pings), giveUp);
    await vi.advanceTimersByTimeAsync(5_899);
    expect(giveUp).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    const { got, error } = await drained;
    expect(got).toEqual(['a', 'ping', 'ping', 'ping', 'ping', 'ping']);
    expect(error).toBeInstanceOf(Silence);
  });

  it('passes on what its source throws', async () => {
    async function* breaks() {
      yield 'a';
      throw new TypeError('terminated');
    }
    expect(await drain(breaks(), () => undefined)).toMatchObject({ got: ['a'], error: expect.any(TypeError) });
  });
});

describe('within', () => {
  it('leaves no timer behind', async () => {
    expect(await within(Promise.resolve(1), 1_000, () => undefined)).toBe(1);
    await expect(within(Promise.reject(new TypeError('x')), 1_000, () => undefined)).rejects.toThrow(TypeError);
    expect(vi.getTimerCount()).toBe(0);
  });
});
