/**
 * How many edits may be sent, all messages together. Slack counts `chat.update` per app and workspace in a sliding
 * minute (Tier 3: 50 or more), and it counts when a call arrives, which is some time between our sending and its answer.
 * A slot is therefore held from sending until a minute after the answer: no jitter can put one more into any minute.
 */

const WINDOW_MS = 60_000;

/**
 * What an edit is worth, the most urgent first: a last state, a message's first visible output, a change of phase, more
 * output, the mere passing of time.
 */
export type Priority = 'final' | 'first' | 'phase' | 'output' | 'refresh';

/** Of ten slots one is held back for finals, so that a turn never ends unseen because others print a lot. */
const HELD_FOR_FINALS = 0.1;
/** A refresh changes nothing but the clock: it may use half of the slots at most. */
const OPEN_TO_REFRESH = 0.5;

export interface EditBudget {
  /**
   * Milliseconds until a slot is free for this priority: 0 for now, Infinity while only an answer can free one.
   * Never too short.
   */
  waitMs(priority: Priority, now: number): number;
  /** Takes a slot; the returned function is called once, with the time of the answer (or of the time-out). */
  take(): (answeredAt: number) => void;
  /** No edit for this long: what a 429's `Retry-After` asks for. */
  cool(delayMs: number, now: number): void;
}

export function createEditBudget(perMinute: number): EditBudget {
  const shared = Math.max(1, Math.floor(perMinute * (1 - HELD_FOR_FINALS)));
  const limits: Record<Priority, number> = {
    final: perMinute,
    first: shared,
    phase: shared,
    output: shared,
    refresh: Math.floor(perMinute * OPEN_TO_REFRESH),
  };
  let open = 0;
  let answered: readonly number[] = [];
  let cooling = { until: 0, delayMs: 0 };

  return {
    waitMs(priority, now) {
      // Where the clock was set back, times lie in the future: a slot, or the cooling, then counts from now.
      answered = answered.map((time) => Math.min(time, now)).filter((time) => time + WINDOW_MS > now);
      cooling.until = Math.min(cooling.until, now + cooling.delayMs);
      const cool = Math.max(0, cooling.until - now);
      const over = open + answered.length - limits[priority] + 1;
      if (over <= 0) return cool;
      // `answered` is in order of time: room is made when the over-th of them has gone.
      const freeing = answered[over - 1];
      return freeing === undefined ? Number.POSITIVE_INFINITY : Math.max(cool, freeing + WINDOW_MS - now);
    },

    take() {
      open += 1;
      return (answeredAt) => {
        open -= 1;
        answered = [...answered, answeredAt].sort((a, b) => a - b);
      };
    },

    cool(delayMs, now) {
      if (now + delayMs > cooling.until) cooling = { until: now + delayMs, delayMs };
    },
  };
}
