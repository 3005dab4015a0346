/** Writes a reply as server-sent events, at a pace that can be watched, with the faults that were asked for. */
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { errorBody } from './errors.ts';
import type { Fault } from './faults.ts';
import type { Reply } from './reply.ts';
import { event, frame, replyEvents } from './sse.ts';

export interface Pace {
  readonly paceMs: number;
  readonly fault: Fault | undefined;
  /** Fires when nobody reads any more. */
  readonly gone: AbortSignal;
}

/** The longest delay one timer can hold. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export async function streamReply(response: ServerResponse, reply: Reply, pace: Pace): Promise<void> {
  const { fault, gone } = pace;
  if (fault?.kind === 'slow') await sleep(fault.firstTokenMs, gone);
  if (gone.aborted) return;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
  let deltas = 0;
  for (const wire of replyEvents(reply)) {
    if (gone.aborted) return;
    const due = fault?.kind === 'cut' || fault?.kind === 'error event' ? fault.afterDeltas : undefined;
    if (wire.type !== 'message_start' && wire.type !== 'ping' && deltas === due) {
      await breakOff(response, fault);
      return;
    }
    response.write(frame(wire));
    if (wire.isDelta) {
      deltas += 1;
      if (pace.paceMs > 0) await sleep(pace.paceMs, gone);
    }
  }
  response.end();
}

async function breakOff(response: ServerResponse, fault: Fault | undefined): Promise<void> {
  if (fault?.kind === 'error event') {
    const error = { type: fault.type, message: 'A fault that was asked for' };
    response.end(frame(event('error', errorBody(error, 'req_fault'))));
    return;
  }
  // What was written must have left before the connection breaks, or the reader sees none of it.
  await new Promise<void>((resolve) => response.write(': cut\n\n', () => resolve()));
  response.destroy();
}

async function sleep(ms: number, gone: AbortSignal): Promise<void> {
  await delay(Math.min(ms, MAX_DELAY_MS), undefined, { signal: gone }).catch(() => undefined);
}
