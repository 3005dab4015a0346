import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { ABORTED, linkedTo, stopCause, TurnStopped, unlessAborted, within } from '../../src/conversation/aborting.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const never = new Promise<never>(() => {});

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}

describe('unlessAborted', () => {
  it('gives the value, or the rejection, and leaves no listener', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(listeners(signal)).toBe(0);
  });

  it('gives ABORTED as soon as the signal fires, and leaves no listener', async () => {
    const controller = new AbortController();
    const waiting = unlessAborted(never, controller.signal);
    controller.abort();
    expect(await waiting).toBe(ABORTED);
    expect(listeners(controller.signal)).toBe(0);
  });

  it('does not wait when the signal has fired, and lets a later rejection pass', async () => {
    const failing = Promise.reject(new Error('nobody hears this'));
    expect(await unlessAborted(failing, AbortSignal.abort())).toBe(ABORTED);
  });
});

describe('within', () => {
  it('gives the value in time, and leaves no timer', async () => {
    const clock = new FakeClock();
    expect(await within(Promise.resolve(7), 100, clock)).toBe(7);
    expect(clock.waiting).toBe(0);
  });

  it('gives undefined when the time is over', async () => {
    const clock = new FakeClock();
    const waiting = within(never, 100, clock);
    await clock.advance(100);
    expect(await waiting).toBeUndefined();
  });
});

describe('within, under a signal', () => {
  it('gives undefined when the signal fires, and leaves neither timer nor listener', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const waiting = within(never, 100, clock, controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect([clock.waiting, listeners(controller.signal)]).toEqual([0, 0]);
  });
});

describe('linkedTo', () => {
  it('follows the other signal with its reason', () => {
    const controller = new AbortController();
    const link = linkedTo(controller.signal);
    const reason = new TurnStopped({ kind: 'person', user: 'U1' });
    controller.abort(reason);
    expect(link.signal.reason).toBe(reason);
    expect(linkedTo(controller.signal).signal.reason).toBe(reason);
  });

  it('ends alone, and lets go of the other', () => {
    const { signal } = new AbortController();
    const link = linkedTo(signal);
    link.end();
    expect([link.signal.aborted, signal.aborted, listeners(signal)]).toEqual([true, false, 0]);
  });
});

describe('stopCause', () => {
  it('is who stopped, and the shutdown of the bot for any other abort', () => {
    const controller = new AbortController();
    controller.abort(new TurnStopped({ kind: 'person', user: 'U1' }));
    expect(stopCause(controller.signal)).toEqual({ kind: 'person', user: 'U1' });
    expect(stopCause(AbortSignal.abort())).toEqual({ kind: 'shutdown' });
  });
});
