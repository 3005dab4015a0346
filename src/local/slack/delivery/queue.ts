/**
 * Events on their way to the app. Each is tried at once and, while nobody acknowledges it, again immediately, a minute and five
 * minutes later (Events API documentation). While nobody is connected events wait, at most a thousand, each no longer than
 * about six minutes. Deliveries start in the order of their events; none waits for the answer to another.
 */
import type { Clock } from '../clock.ts';
import type { Json } from '../json.ts';
import type { Attempt, Transport } from './transport.ts';

/** Milliseconds to wait before each redelivery. */
export const RETRY_DELAYS_MS = [0, 60_000, 300_000] as const;
const WAITING_LIMIT = 1000;
const WAITING_AGE_MS = 6 * 60_000;
/** How many past events `redeliver` can reach back. */
const REMEMBERED = 200;

interface Waiting {
  readonly payload: Json;
  readonly attempt: Attempt;
  readonly since: number;
}

export interface EventQueue {
  push(payload: Json): void;
  /** Sends a past event, or the last one, once more under the same `event_id`, as a redelivery. False where there is none. */
  redeliver(eventId?: string): boolean;
  /** Payloads of the last events, oldest first. */
  recent(): readonly Json[];
}

export function createEventQueue(transport: Transport, clock: Clock, log: (message: string) => void): EventQueue {
  const waiting: Waiting[] = [];
  const remembered: Json[] = [];

  function deliver(item: Waiting): void {
    if (!transport.isConnected()) {
      waiting.push(item);
      if (waiting.length > WAITING_LIMIT) waiting.shift();
      return;
    }
    void transport.send({ kind: 'events_api', payload: item.payload }, item.attempt).then((ack) => {
      if (ack.ok || ack.final) return;
      if (ack.reason === 'not_connected') deliver(item);
      else retry(item, ack.reason);
    });
  }

  function retry(item: Waiting, reason: string): void {
    const delay = RETRY_DELAYS_MS[item.attempt.number];
    if (delay === undefined) {
      log('An event was never acknowledged and is given up.');
      return;
    }
    clock.after(delay, () => deliver({ ...item, attempt: { number: item.attempt.number + 1, reason } }));
  }

  transport.onConnection((connected) => {
    if (!connected) return;
    for (const item of waiting.splice(0)) {
      if (clock.now() - item.since <= WAITING_AGE_MS) deliver(item);
    }
  });

  return {
    push: (payload) => {
      remembered.push(payload);
      if (remembered.length > REMEMBERED) remembered.shift();
      deliver({ payload, attempt: { number: 0, reason: '' }, since: clock.now() });
    },
    redeliver: (eventId) => {
      const payload = remembered.findLast((past) => eventId === undefined || past['event_id'] === eventId);
      if (!payload) return false;
      deliver({ payload, attempt: { number: 1, reason: 'timeout' }, since: clock.now() });
      return true;
    },
    recent: () => [...remembered],
  };
}
