/** How an opening goes, as events: the latest stage counts, and one that is soon over is not spoken of. */
import type { Clock, OpeningStage } from '../ports.ts';
import { eventQueue } from './event-queue.ts';
import { never, type TurnEvent } from './events.ts';

export interface OpeningStages {
  take(stage: OpeningStage): void;
  /** For one consumer, at any time; ends when it is closed. */
  readonly events: AsyncIterable<TurnEvent>;
  close(): void;
}

/** Resuming is said when it takes longer than this. */
const RESUMING_SAID_MS = 2_000;

export function openingStages(clock: Clock): OpeningStages {
  const queue = eventQueue<TurnEvent>((_last, next) => next);
  let hasWaited = false;
  let cancel = () => {};

  /** Whoever waits for an opening knows that it goes on, until something else was said. */
  const goesOn = (at: number): void => {
    if (hasWaited) queue.push({ type: 'sandbox.opening', at });
    hasWaited = false;
  };

  return {
    events: queue,
    take(stage) {
      cancel();
      const at = clock.now();
      switch (stage.kind) {
        case 'waiting':
          hasWaited = true;
          return queue.push({ type: 'sandbox.waiting', at, ahead: stage.ahead });
        case 'creating':
          return goesOn(at);
        case 'resuming':
          goesOn(at);
          cancel = clock.after(RESUMING_SAID_MS, () => queue.push({ type: 'sandbox.resuming', at: clock.now() }));
          return;
        default:
          return never(stage);
      }
    },
    close() {
      cancel();
      queue.close();
    },
  };
}
