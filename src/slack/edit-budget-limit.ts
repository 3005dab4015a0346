/**
 * How many edits a minute there are, as far as Slack has let us know. It names no number but "50 or more", and another
 * process may share them. A refusal lowers the limit below what was used; quiet minutes raise it again, at first quickly up
 * to what was refused, then after a while beyond it, in growing steps, never over what was configured.
 */

const MINUTE_MS = 60_000;
/** What remains of the limit after a refusal. */
const LOWERED = 0.9;
/** However many refusals: a tenth of what was configured. */
const LEAST = 0.1;
/** However little was used. */
const AT_MOST_TO = 0.5;
/** Refusals of edits that were under way together are one. */
const ONE_EPISODE_MS = 10_000;
/** Before the limit that was refused is tried again. */
const PATIENCE_MINUTES = 4;

export interface LearnedLimit {
  at(now: number): number;
  /** An edit was refused while so many slots were held, its own included. */
  lower(held: number, now: number): void;
}

export function createLearnedLimit(configured: number): LearnedLimit {
  const least = Math.max(1, Math.floor(configured * LEAST));
  let limit = configured;
  /** The most that was held without a refusal. */
  let ceiling = configured;
  let loweredAt = 0;
  /** Quiet minutes that were counted since then. */
  let quiet = 0;

  function raise(): void {
    quiet += 1;
    if (limit < ceiling) limit += Math.ceil((ceiling - limit) / 2);
    else if (quiet > PATIENCE_MINUTES) limit += 2 ** Math.min(quiet - PATIENCE_MINUTES - 1, 10);
    limit = Math.min(limit, configured);
    ceiling = Math.max(ceiling, limit);
  }

  function catchUp(now: number): void {
    // Where the clock was set back, the minutes count from now.
    loweredAt = Math.min(loweredAt, now - quiet * MINUTE_MS);
    while (limit < configured && now >= loweredAt + (quiet + 1) * MINUTE_MS) raise();
  }

  return {
    at(now) {
      catchUp(now);
      return limit;
    },

    lower(held, now) {
      catchUp(now);
      const current = limit;
      const again = now - loweredAt < ONE_EPISODE_MS && quiet === 0 && limit < configured;
      loweredAt = now;
      quiet = 0;
      if (again) return;
      // One refusal of few edits may have a reason of its own: it halves the limit at most.
      ceiling = Math.max(least, Math.min(current, Math.max(held - 1, Math.floor(current * AT_MOST_TO))));
      limit = Math.max(least, Math.floor(ceiling * LOWERED));
    },
  };
}
