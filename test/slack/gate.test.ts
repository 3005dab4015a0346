import { WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCooling } from '../../src/slack/cooling.ts';
import { createGate } from '../../src/slack/gate.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

describe('a gate', () => {
  it('lets in no more than it has places, in order, whatever fails inside', async () => {
    const works = fc.array(fc.record({ rounds: fc.nat(5), fails: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), works, async (places, all) => {
        const gate = createGate(places);
        const begun: number[] = [];
        let inside = 0;
        const results = await Promise.allSettled(
          all.map(({ rounds, fails }, index) =>
            gate(async () => {
              begun.push(index);
              inside += 1;
              expect(inside).toBeLessThanOrEqual(places);
              for (let i = 0; i < rounds; i += 1) await Promise.resolve();
              inside -= 1;
              if (fails) throw new Error('x');
            }),
          ),
        );
        expect(results.map(({ status }) => status === 'rejected')).toEqual(all.map(({ fails }) => fails));
        expect(begun).toEqual(all.map((_work, index) => index));
      }),
    );
  });
});

describe('a method that Slack limits', () => {
  const limited = () => new WebAPIRateLimitedError(5);

  it('is called again when its time has come, by all who wait for it, and no other method waits', async () => {
    const clock = new FakeClock();
    const cooling = createCooling(clock);
    const calls: string[] = [];
    const call = (method: string, name: string, failures: number) => {
      let left = failures;
      return cooling.call(method, async () => {
        calls.push(`${name} ${(clock.now() - start) / 1_000}`);
        if (left-- > 0) throw limited();
        return name;
      });
    };
    const start = clock.now();
    const first = call('a', 'first', 1);
    await clock.advance(1_000);
    const second = call('a', 'second', 0);
    const other = call('b', 'other', 0);
    await clock.advance(10_000);
    expect(await Promise.all([first, second, other])).toEqual(['first', 'second', 'other']);
    expect(calls).toEqual(['first 0', 'other 1', 'first 5', 'second 5']);
  });

  it('gives up in the end, and any other failure at once', async () => {
    const clock = new FakeClock();
    const cooling = createCooling(clock);
    let calls = 0;
    const ever = cooling.call('a', async () => {
      calls += 1;
      throw limited();
    });
    ever.catch(() => {});
    await clock.advance(11 * 60_000);
    await expect(ever).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    expect(calls).toBe(121);
    const refused = new WebAPIPlatformError({ ok: false, error: 'nope', response_metadata: {} });
    await expect(cooling.call('b', () => Promise.reject(refused))).rejects.toBe(refused);
  });
});
