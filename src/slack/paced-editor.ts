/**
 * When each message is edited. Knows nothing of Slack: a message is something that can be composed, compared and sent.
 *
 * The promises, whatever the load and the faults: the newest state wins; one edit in flight per message; more output of a
 * message never closer than the interval; never more in all than the budget; no edit that would change nothing; finals
 * before everything else, and again and again until they stand.
 */
import type { Clock } from '../clock.ts';
import type { EditBudget } from './edit-budget.ts';
import { isPaced, type Priority } from './edit-budget-priority.ts';
import {
  catchUp,
  claim,
  createEntry,
  type Entry,
  moreUrgent,
  priorityOf,
  RANKS,
  type Rank,
  rankOf,
} from './paced-editor-entry.ts';
import type { EditedMessage, FinishResult, News, SendResult } from './paced-editor-message.ts';

export interface Edits {
  /** There is something new to show. */
  changed(news: News): void;
  /** What `compose` gives now is the last state; resolves when it stands, or cannot. */
  finish(): Promise<FinishResult>;
}

export interface EditScheduler {
  /** Takes a message under its care; `shown` is what it says now. */
  open<Content>(message: EditedMessage<Content>, shown: Content): Edits;
  /** Sends nothing any more; pending finishes resolve to 'closed'. */
  close(): void;
}

export interface Pace {
  /** Between the beginnings of two edits of one message. */
  readonly intervalMs: number;
  /** A message without news is composed again after this time, if the budget is free: its elapsed time moves. */
  readonly refreshMs: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** Output that is not worth an edit yet is looked at again after this time. */
const SECOND_LOOK_MS = 100;
/** Weight of the newest edit in what output is usually worth. */
const NEWEST = 0.05;
/** Output is overdue when all messages might have been edited so many times since. */
const OVERDUE_ROUNDS = 2;

interface Choice {
  readonly entry?: Entry;
  readonly priority: Priority;
  readonly wakeIn: number;
}

class PacedEditor implements EditScheduler {
  private readonly entries = new Set<Entry>();
  private readonly budget: EditBudget;
  private readonly pace: Pace;
  private readonly clock: Clock;
  private cancelWake: () => void = () => {};
  private closed = false;
  /** What edits that showed more output were worth, in the mean. */
  private usual = 0;

  constructor(budget: EditBudget, pace: Pace, clock: Clock) {
    this.budget = budget;
    this.pace = pace;
    this.clock = clock;
  }

  open<Content>(message: EditedMessage<Content>, shown: Content): Edits {
    const entry = createEntry(message, shown, this.clock.now());
    if (this.closed) this.end(entry, 'closed');
    else {
      this.entries.add(entry);
      this.budget.shareAmong(this.entries.size, this.clock.now());
    }
    this.pump();
    return {
      changed: (news) => this.changed(entry, news),
      finish: () => {
        if (entry.finishedAt === undefined) {
          entry.finishedAt = this.clock.now();
          entry.changedAt ??= entry.finishedAt;
          this.pump();
        }
        return entry.finished;
      },
    };
  }

  close(): void {
    this.closed = true;
    this.cancelWake();
    for (const entry of [...this.entries]) this.end(entry, 'closed');
  }

  private changed(entry: Entry, news: News): void {
    if (entry.finishedAt !== undefined || entry.result) return;
    const now = this.clock.now();
    entry.rhythm.output(now);
    const before = entry.news;
    entry.news = moreUrgent(before, news);
    // It waits already, and nothing makes it more urgent.
    if (entry.changedAt !== undefined && entry.news === before) return;
    entry.changedAt ??= now;
    this.pump();
  }

  /** Sends what may be sent now, and wakes up when the next may. */
  private pump(): void {
    this.cancelWake();
    this.cancelWake = () => {};
    if (this.closed) return;
    const now = this.clock.now();
    let choice = this.choose(now);
    for (; choice.entry; choice = this.choose(now)) this.send(choice.entry, choice.priority, now);
    // Infinity: only an answer can free a slot, and it pumps. Whole milliseconds: two times that differ by less than a clock
    // can add would wake us for ever, and the system's timers cut the rest off and come too early.
    if (Number.isFinite(choice.wakeIn)) this.cancelWake = this.clock.after(Math.ceil(choice.wakeIn), () => this.pump());
  }

  private choose(now: number): Choice {
    const overdueMs = OVERDUE_ROUNDS * this.entries.size * this.budget.evenMs(now) + LONGEST_PAUSE_MS;
    for (const entry of this.entries) catchUp(entry, now, LONGEST_PAUSE_MS);
    const firsts = [...this.entries].map(({ firstUntil }) => firstUntil - now).filter((within) => within > 0);
    // A slot that is kept for a first output is free again when that did not come.
    let wakeIn = Math.min(...firsts);
    for (const rank of RANKS) {
      const priority = priorityOf(rank);
      let best: { entry: Entry; claim: number } | undefined;
      let soonest = Number.POSITIVE_INFINITY;
      for (const entry of this.entries) {
        if (entry.inFlight || rankOf(entry, overdueMs, now) !== rank) continue;
        const wait = this.waitMs(entry, priority, now);
        soonest = Math.min(soonest, wait);
        if (wait > 0) continue;
        const worth = claim(entry, rank, now);
        if (!best || worth > best.claim) best = { entry, claim: worth };
      }
      if (soonest === Number.POSITIVE_INFINITY) continue;
      const others = firsts.length - (best && best.entry.firstUntil > now ? 1 : 0);
      const wait = Math.max(soonest, this.budget.waitMs(priority, now, others));
      if (!best || wait > 0) wakeIn = Math.min(wakeIn, wait);
      else if (this.isWorthASlot(rank, best.claim, now)) return { entry: best.entry, priority, wakeIn: 0 };
      // Nor is it to be spent on what is worth less.
      else return { priority, wakeIn: Math.min(wakeIn, SECOND_LOOK_MS) };
    }
    return { priority: 'refresh', wakeIn };
  }

  /** A slot that little output wants now may be worth more to another message in a moment. */
  private isWorthASlot(rank: Rank, worth: number, now: number): boolean {
    if (rank !== 'output') return true;
    if (worth < this.budget.threshold(now) * this.usual) return false;
    this.usual += (worth - this.usual) * NEWEST;
    return true;
  }

  /** What the message's own pace asks for. */
  private waitMs(entry: Entry, priority: Priority, now: number): number {
    const refreshAt = priority === 'refresh' ? entry.composedAt + this.pace.refreshMs : now;
    const pacedAt = isPaced(priority) ? entry.sentAt + this.pace.intervalMs : now;
    return Math.max(0, pacedAt - now, refreshAt - now, entry.notBefore - now);
  }

  private send(entry: Entry, priority: Priority, now: number): void {
    const last = entry.finishedAt !== undefined;
    const { news, changedAt } = entry;
    entry.changedAt = undefined;
    entry.news = 'output';
    entry.composedAt = now;
    entry.inFlight = true;
    const sending = entry.next();
    if (!sending) {
      entry.inFlight = false;
      if (last) this.end(entry, 'landed');
      return;
    }
    entry.sentAt = now;
    if (news === 'first' || last) entry.firstUntil = Number.NEGATIVE_INFINITY;
    const answered = this.budget.take(priority, now);
    void sending.then((result) => {
      const at = this.clock.now();
      answered(at);
      entry.inFlight = false;
      if (result.kind !== 'landed') {
        // What did not land is as urgent, and as old, as it was.
        entry.news = moreUrgent(entry.news, news);
        entry.changedAt = changedAt ?? entry.changedAt ?? at;
      }
      this.settle(entry, result, last, at);
      this.pump();
    });
  }

  private settle(entry: Entry, result: SendResult, last: boolean, now: number): void {
    if (result.kind === 'landed') entry.failures = 0;
    if (result.kind === 'gone') this.end(entry, 'gone');
    else if (result.kind === 'landed' && last) this.end(entry, 'landed');
    else if (result.kind === 'limited') this.budget.limited(result.retryAfterMs, now);
    else if (result.kind === 'failed') {
      entry.failures += 1;
      entry.notBefore = now + Math.min(FIRST_PAUSE_MS * 2 ** (entry.failures - 1), LONGEST_PAUSE_MS);
    }
  }

  private end(entry: Entry, result: FinishResult): void {
    entry.result ??= result;
    this.entries.delete(entry);
    this.budget.shareAmong(this.entries.size, this.clock.now());
    entry.resolve(entry.result);
  }
}

/** One scheduler for all messages of a workspace. */
export function createPacedEditor(budget: EditBudget, pace: Pace, clock: Clock): EditScheduler {
  return new PacedEditor(budget, pace, clock);
}
