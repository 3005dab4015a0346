import { describe, expect, it } from 'vitest';
import { createClock } from '../../../../src/local/slack/clock.ts';
import { createEventQueue } from '../../../../src/local/slack/delivery/queue.ts';
import type { Ack, Attempt, Outgoing, Transport } from '../../../../src/local/slack/delivery/transport.ts';

function world() {
  const clock = createClock(() => 0);
  const sent: { readonly id: unknown; readonly attempt: Attempt; readonly at: number; settle(ack: Ack): void }[] = [];
  const logged: string[] = [];
  let listener: (connected: boolean) => void = () => {};
  let connected = true;
  const transport: Transport = {
    isConnected: () => connected,
    send: ({ payload }: Outgoing, attempt) =>
      new Promise((settle) => sent.push({ id: payload['id'], attempt, at: clock.now(), settle })),
    onConnection: (next) => {
      listener = next;
    },
    dropAcks: () => {},
    stop: async () => {},
  };
  const queue = createEventQueue(transport, clock, (message) => logged.push(message));
  const connect = (next: boolean) => {
    connected = next;
    listener(next);
  };
  /** Answers the newest delivery and lets the queue hear it. */
  const answer = async (ack: Ack) => {
    sent.at(-1)?.settle(ack);
    await Promise.resolve();
    await Promise.resolve();
  };
  return { clock, sent, logged, queue, connect, answer };
}

const LOST: Ack = { ok: false, reason: 'timeout' };

describe('events on their way', () => {
  it('are tried four times: at once, immediately again, after a minute, after five', async () => {
    const { clock, sent, logged, queue, answer } = world();
    queue.push({ id: 1 });
    for (const step of [0, 60_000, 300_000]) {
      await answer(LOST);
      clock.advance(step);
    }
    await answer(LOST);
    clock.advance(3_600_000);
    expect(sent.map(({ attempt, at }) => [attempt.number, attempt.reason, at])).toEqual([
      [0, '', 0],
      [1, 'timeout', 0],
      [2, 'timeout', 60_000],
      [3, 'timeout', 360_000],
    ]);
    expect(logged).toHaveLength(1);
  });

  it('are not tried again once acknowledged, or where the app forbids it', async () => {
    const { clock, sent, queue, answer } = world();
    queue.push({ id: 1 });
    await answer({ ok: true, body: undefined });
    queue.push({ id: 2 });
    await answer({ ok: false, reason: 'http_error', final: true });
    clock.advance(3_600_000);
    expect(sent).toHaveLength(2);
  });

  it('wait for a connection in order, at most a thousand of them, each for six minutes', async () => {
    const { clock, sent, queue, connect } = world();
    connect(false);
    queue.push({ id: 'old' });
    clock.advance(6 * 60_000 + 1);
    for (let id = 0; id < 1001; id += 1) queue.push({ id });
    connect(true);
    expect(sent).toHaveLength(1000);
    expect([sent[0]?.id, sent.at(-1)?.id]).toEqual([1, 1000]);
  });

  it('keep their number when the connection went while they were sent', async () => {
    const { sent, queue, connect, answer } = world();
    queue.push({ id: 1 });
    connect(false);
    await answer({ ok: false, reason: 'not_connected' });
    connect(true);
    expect(sent.map(({ attempt }) => attempt.number)).toEqual([0, 0]);
  });

  it('come once more by their id, or the last of them, as a redelivery', () => {
    const { sent, queue } = world();
    for (const id of ['Ev1', 'Ev2']) queue.push({ id, event_id: id });
    expect([queue.redeliver('Ev1'), queue.redeliver(), queue.redeliver('Ev0')]).toEqual([true, true, false]);
    expect(sent.slice(2).map(({ id, attempt }) => [id, attempt.number])).toEqual([
      ['Ev1', 1],
      ['Ev2', 1],
    ]);
  });
});
