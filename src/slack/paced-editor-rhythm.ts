/**
 * How a message's output comes: without an end, in bursts with pauses between them, or one line at a time. From its recent
 * pauses follows what an edit now is worth: the staleness it takes away until the next good moment for one.
 */

/** A pause that ends a burst. Shorter than that, output counts as going on. */
const PAUSE_MS = 1_000;
const REMEMBERED = 32;
/** Longer pauses do not count as longer. */
const LONGEST_MS = 60_000;
/** A burst may have ended when it is silent for this many of its usual gaps. */
const SETTLED_GAPS = 2;
/** Weight of the newest value in a running mean. */
const NEWEST = 0.2;
/** What waiting alone is worth, beside an output that goes on without an end. */
const WAITING = 0.15;

export interface Rhythm {
  output(now: number): void;
  /**
   * What an edit now is worth to a message whose oldest unseen output came `waitedMs` ago, in ms²: so long it waited, for
   * so long as there will be no better moment. A steady printer has none; a burst has its end; a pause, the next line.
   */
  worth(waitedMs: number, now: number): number;
}

export function createRhythm(): Rhythm {
  const pauses: number[] = [];
  let next = 0;
  /** Running means of the length of a burst and of the gaps in it. */
  let burstMs = 0;
  let gapMs = 0;
  let burstAt = 0;
  let lastAt: number | undefined;

  /** How long it is to the next good moment. */
  function restMs(last: number, now: number): number {
    const silent = Math.max(0, now - last);
    if (silent < Math.min(PAUSE_MS, SETTLED_GAPS * gapMs)) {
      const lasted = last - burstAt;
      return Math.max(burstMs - lasted, lasted / 2, gapMs);
    }
    const longer = pauses.filter((pause) => pause > silent);
    // Silent for longer than ever: a quarter as long again.
    if (longer.length === 0) return silent / 4;
    return longer.reduce((sum, pause) => sum + pause - silent, 0) / longer.length;
  }

  return {
    output(now) {
      if (lastAt === undefined) burstAt = now;
      else {
        const gap = Math.max(0, now - lastAt);
        if (gap < PAUSE_MS) gapMs += (gap - gapMs) * NEWEST;
        else {
          burstMs += (lastAt - burstAt - burstMs) * (pauses.length === 0 ? 1 : NEWEST);
          pauses[next] = Math.min(gap, LONGEST_MS);
          next = (next + 1) % REMEMBERED;
          burstAt = now;
        }
      }
      lastAt = now;
    },

    worth(waitedMs, now) {
      const endless = (waitedMs * waitedMs) / 2;
      if (lastAt === undefined || pauses.length === 0) return endless;
      const rest = restMs(lastAt, now);
      return rest * (waitedMs + rest / 2) + WAITING * endless;
    },
  };
}
