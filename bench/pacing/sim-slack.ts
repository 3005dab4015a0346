/** A Slack that allows so many edits in any sliding minute, counts a call when it arrives, and takes 80 to 250 ms to answer. */
import type { Random } from './random.ts';
import type { SimClock } from './sim-clock.ts';

export const MINUTE_MS = 60_000;
export const EDITS_PER_MINUTE = 50;
const ANSWER_MS = { least: 80, most: 250 };
/** From sending to visible, in the mean: a call arrives halfway to its answer. */
export const LATENCY_MS = (ANSWER_MS.least + ANSWER_MS.most) / 4;

export type Answer = { readonly ok: true } | { readonly ok: false; readonly retryAfterMs: number };

export class SimSlack {
  /** When edits were accepted, and how many were refused. */
  readonly accepted: number[] = [];
  refused = 0;
  private oldest = 0;
  private readonly clock: SimClock;
  private readonly chance: Random;
  private readonly limit: number;

  constructor(clock: SimClock, chance: Random, limit = EDITS_PER_MINUTE) {
    this.clock = clock;
    this.chance = chance;
    this.limit = limit;
  }

  /** `apply` is called when the edit becomes visible. */
  async edit(apply: (at: number) => void): Promise<Answer> {
    const takes = this.chance.between(ANSWER_MS.least, ANSWER_MS.most);
    const travels = takes * this.chance.between(0.25, 0.75);
    await this.clock.pause(travels);
    const answer = this.arrive();
    if (answer.ok) apply(this.clock.now());
    await this.clock.pause(takes - travels);
    return answer;
  }

  private arrive(): Answer {
    const now = this.clock.now();
    while ((this.accepted[this.oldest] ?? now) <= now - MINUTE_MS) this.oldest += 1;
    if (this.accepted.length - this.oldest < this.limit) {
      this.accepted.push(now);
      return { ok: true };
    }
    this.refused += 1;
    const free = (this.accepted[this.accepted.length - this.limit] ?? now) + MINUTE_MS;
    return { ok: false, retryAfterMs: Math.max(1, Math.ceil((free - now) / 1_000)) * 1_000 };
  }
}
