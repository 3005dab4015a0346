/**
 * How many edits may be sent, all messages together. Slack counts `chat.update` per app and workspace in a sliding
 * minute (Tier 3: 50 or more), and it counts when a call arrives, which is some time between our sending and its answer.
 * A slot is therefore held from sending until a minute after the answer: no jitter can put one more into any minute.
 *
 * Urgent edits take any free slot. The rest is paced: evenly over the slots that are left, so that there is one soon
 * whenever something urgent comes, and faster while many are free and each message could do with one of them.
 */
import { keptForFinalsMs } from './edit-budget-finals.ts';
import { createLearnedLimit, type LearnedLimit } from './edit-budget-limit.ts';
import { isPaced, type Priority } from './edit-budget-priority.ts';

const WINDOW_MS = 60_000;

/** One for a first output that is expected, and one more: where some messages were just posted, as many again may follow. */
const KEPT_PER_FIRST = 2;
/** A refresh changes nothing but the clock: it may use half of the slots at most. */
const OPEN_TO_REFRESH = 0.5;
/**
 * So much faster than even may the pace be while all slots are free and each message has but one of them in a minute, so
 * that waiting wins it nothing. The fewer messages, the more edits of each would be missing later.
 */
const HASTE = 8;
const HASTE_BY_MESSAGES = 3;
/** So many paced edits may follow one another at once, after a pause that long. */
const CREDIT = 4;

/** The last slot to spare is for output that is worth this share of the usual, each further one for less. */
const LAST_SLOT = 0.7;
/** So few that none is kept for something better. */
const FEW_SLOTS = 20;

export interface EditBudget {
  /**
   * Milliseconds until a slot is free for this priority, the pace included: 0 for now, Infinity while only an answer can
   * free one. A paced edit may have to wait longer than this when others are sent in between. `firsts` is how many
   * other messages may have their first output any moment: slots are kept for it from what is less urgent.
   */
  waitMs(priority: Priority, now: number, firsts?: number): number;
  /**
   * Of what output is usually worth, the share that is worth an edit now: the fewer slots are to spare, the more. 0: any.
   */
  threshold(now: number): number;
  /** The pace of output at its slowest, in milliseconds from edit to edit. */
  evenMs(now: number): number;
  /** So many messages share the budget from now on. */
  shareAmong(messages: number, now: number): void;
  /** Takes a slot; the returned function is called once, with the time of the answer (or of the time-out). */
  take(priority: Priority, now: number): (answeredAt: number) => void;
  /** Slack refused an edit: none for as long as its `Retry-After` asks, and fewer a minute from now on. */
  limited(retryAfterMs: number, now: number): void;
}

export function createEditBudget(perMinute: number): EditBudget {
  return new SlidingBudget(perMinute);
}

class SlidingBudget implements EditBudget {
  private readonly perMinute: number;
  private readonly limit: LearnedLimit;
  private open = 0;
  /** When the slots that were answered come free, in order. */
  private frees: number[] = [];
  private cooling = { until: 0, delayMs: 0 };
  private credit = CREDIT;
  private creditAt = Number.NEGATIVE_INFINITY;
  private messages = 0;

  constructor(perMinute: number) {
    this.perMinute = perMinute;
    this.limit = createLearnedLimit(perMinute);
  }

  waitMs(priority: Priority, now: number, firsts = 0): number {
    this.catchUp(now);
    const cool = Math.max(0, this.cooling.until - now);
    const kept = priority === 'final' || priority === 'first' ? 0 : KEPT_PER_FIRST * firsts;
    const over = this.open + this.frees.length + kept - this.slots(priority, now) + 1;
    const free = over <= 0 ? now : (this.frees[over - 1] ?? Number.POSITIVE_INFINITY);
    const forFinals = over <= 0 ? this.keptMs(priority, now) : 0;
    const pace = isPaced(priority) ? (1 - this.credit) * this.spacingMs(now) : 0;
    return Math.max(cool, free - now, forFinals, Math.ceil(pace), 0);
  }

  threshold(now: number): number {
    this.catchUp(now);
    const slots = this.slots('output', now);
    if (slots < FEW_SLOTS) return 0;
    const spare = Math.min(this.credit, slots - this.open - this.frees.length);
    return LAST_SLOT * Math.max(0, (CREDIT - spare) / (CREDIT - 1));
  }

  evenMs(now: number): number {
    return WINDOW_MS / this.slots('output', now);
  }

  shareAmong(messages: number, now: number): void {
    this.catchUp(now);
    this.messages = messages;
  }

  take(priority: Priority, now: number): (answeredAt: number) => void {
    this.catchUp(now);
    if (isPaced(priority)) this.credit -= 1;
    this.open += 1;
    return (answeredAt) => {
      this.open -= 1;
      const free = answeredAt + WINDOW_MS;
      let index = this.frees.length;
      while (index > 0 && (this.frees[index - 1] ?? 0) > free) index -= 1;
      this.frees.splice(index, 0, free);
    };
  }

  limited(retryAfterMs: number, now: number): void {
    this.catchUp(now);
    this.limit.lower(this.open + this.frees.length, now);
    if (now + retryAfterMs > this.cooling.until) this.cooling = { until: now + retryAfterMs, delayMs: retryAfterMs };
  }

  private slots(priority: Priority, now: number): number {
    const all = this.limit.at(now);
    // What was learnt may be wrong, and a last state cannot wait to find out: alone, it tries all that was configured.
    if (priority === 'final') return this.open === 0 ? this.perMinute : all;
    return priority === 'refresh' ? Math.floor(all * OPEN_TO_REFRESH) : all;
  }

  private keptMs(priority: Priority, now: number): number {
    const all = this.limit.at(now);
    const free = all - this.open - this.frees.length;
    return keptForFinalsMs({ all, free, comeIn: this.frees.map((at) => at - now), windowMs: WINDOW_MS }, priority);
  }

  /** Between two paced edits, so that what is free and what comes free lasts. */
  private spacingMs(now: number): number {
    const slots = this.slots('output', now);
    const free = slots - this.open - this.frees.length;
    let spacing = WINDOW_MS / slots;
    for (let index = 0; index < this.frees.length; index += 1) {
      const nth = free + index + 1;
      if (nth > 0) spacing = Math.max(spacing, ((this.frees[index] ?? now) - now) / nth);
    }
    const haste = HASTE * Math.min(1, this.messages / slots) ** HASTE_BY_MESSAGES;
    return spacing / (1 + (haste * Math.max(0, free)) / slots);
  }

  private catchUp(now: number): void {
    // Where the clock was set back, times lie in the future: a slot, or the cooling, then counts from now.
    if ((this.frees.at(-1) ?? 0) > now + WINDOW_MS) this.frees = this.frees.map((at) => Math.min(at, now + WINDOW_MS));
    let gone = 0;
    while ((this.frees[gone] ?? Number.POSITIVE_INFINITY) <= now) gone += 1;
    if (gone > 0) this.frees.splice(0, gone);
    this.cooling.until = Math.min(this.cooling.until, now + this.cooling.delayMs);
    const passed = now - this.creditAt;
    this.creditAt = now;
    if (passed > 0) this.credit = Math.min(CREDIT, this.credit + passed / this.spacingMs(now));
  }
}
