/**
 * Life between edits: the line "Threadbox is running Python · 12 s" that Slack shows under a thread. It has a budget of its
 * own, far larger than that of edits, so elapsed time moves here while the message waits for its turn to be edited.
 *
 * Slack takes a status away after two minutes and with every reply of the app in that thread. Here it is sent again long
 * before that, and after each reply; it is never sent for a turn that is over soon, and it is cleared at the end. A status is
 * a sign, never a condition: whatever goes wrong, nobody is told and nothing waits.
 */
import type { Clock } from '../clock.ts';

/** A thread; the top level of a direct message is none, and Slack shows no status there. */
export interface StatusPlace {
  readonly channel: string;
  readonly threadTs: string;
}

/** What a status says. Called often; must not throw. */
export interface StatusWords {
  /** What is going on: where it changes, people are told soon. */
  activity(): string;
  /** The whole line, the activity included. Never empty. */
  line(): string;
}

export type StatusResult =
  | { readonly kind: 'shown' }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** Perhaps shown. */
  | { readonly kind: 'unclear' }
  /** This thread, or the whole workspace, does not take one. */
  | { readonly kind: 'refused'; readonly where: 'thread' | 'workspace' };

/** Shows a line, or none where it is empty. Must not reject. */
export type SetStatus = (place: StatusPlace, line: string) => Promise<StatusResult>;

export interface ThreadStatus {
  /** The activity may have changed. */
  changed(): void;
  /** People see it: elapsed time moves there. False before the first one, and where Slack refuses it. */
  isShown(): boolean;
  /** They see it or soon will, unless Slack refuses it. */
  isExpected(): boolean;
  /** The turn is over. */
  clear(): void;
}

export interface Statuses {
  open(place: StatusPlace, words: StatusWords): ThreadStatus;
  /** A reply of ours stands in that thread: its status is gone, unless it came later than the reply. */
  replied(place: StatusPlace): void;
  /** Resolves when no status of a turn that is over is left to be cleared. */
  cleared(): Promise<void>;
  /** Sends nothing any more. */
  close(): void;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** Slack takes a status away after this. [doc] */
const LIFETIME_MS = 2 * MINUTE;
/** Between two calls, all threads together: 400 a minute. Slack allows 600 for an app and workspace. [doc] */
const GAP_MS = 150;
/** Between two calls for one thread, when the activity changed. */
const FLOOR_MS = 1_200;
/** A turn that ends before this shows none. */
const FIRST_AFTER_MS = 1_500;
/** How often the line may move: soon while somebody watches, and in any case well within the lifetime. */
const MOVES = [
  { upToMs: MINUTE, everyMs: 5 * SECOND },
  { upToMs: 10 * MINUTE, everyMs: 15 * SECOND },
  { upToMs: Number.POSITIVE_INFINITY, everyMs: MINUTE },
] as const;
/** A line that stays the same is sent again after this. */
const AGAIN_MS = MINUTE;
/** After a call that went wrong. */
const PAUSE_MS = 5 * SECOND;
/** A workspace that refused is asked again after this. */
const REFUSAL_MS = DAY;

interface Entry {
  readonly place: StatusPlace;
  readonly words: StatusWords;
  openedAt: number;
  /** The activity last sent; undefined when Slack shows nothing of ours. */
  activity: string | undefined;
  /** That is not what is going on any more. */
  isStale: boolean;
  /** The line last sent, and when it was last compared with what it should be. */
  line: string;
  lookedAt: number;
  /** When a status was last sent that may be shown still; undefined when there is nothing to clear. */
  shownAt: number | undefined;
  /** When anything was last sent. */
  sentAt: number;
  notBefore: number;
  inFlight: boolean;
  isOver: boolean;
}

export function createStatuses(setStatus: SetStatus, clock: Clock): Statuses {
  const entries = new Set<Entry>();
  let cancelWake: () => void = () => {};
  /** No call before `at`, which was set `delayMs` before it. */
  let next = { at: 0, delayMs: 0 };
  let refusedAt = Number.NEGATIVE_INFINITY;
  let isClosed = false;
  let told: (() => void)[] = [];

  function tell(): void {
    if ([...entries].some(({ isOver }) => isOver)) return;
    for (const resolve of told) resolve();
    told = [];
  }

  const isRefused = (now: number) => refusedAt <= now && now - refusedAt < REFUSAL_MS;

  /** When the entry's next call is due; Infinity when there is none to make. */
  function dueAt(entry: Entry): number {
    if (entry.inFlight) return Number.POSITIVE_INFINITY;
    if (entry.isOver) return entry.shownAt === undefined ? Number.POSITIVE_INFINITY : entry.notBefore;
    const floor = Math.max(entry.notBefore, entry.sentAt + FLOOR_MS, entry.openedAt + FIRST_AFTER_MS);
    if (entry.activity === undefined || entry.isStale) return floor;
    const age = entry.lookedAt - entry.openedAt;
    const every = MOVES.find(({ upToMs }) => age < upToMs)?.everyMs ?? MINUTE;
    return Math.max(floor, entry.lookedAt + every);
  }

  /** False where Slack shows that line already, and will for a while. */
  function isWorthSending(entry: Entry, now: number): boolean {
    entry.lookedAt = now;
    if (entry.isOver || entry.isStale || entry.activity === undefined) return true;
    return now - entry.sentAt >= AGAIN_MS || entry.words.line() !== entry.line;
  }

  /** Of what is due now, what is over goes first, then what waited longest; else what comes due next. */
  function mostUrgent(now: number): { readonly entry: Entry; readonly at: number } | undefined {
    const waiting = [...entries].map((entry) => ({ entry, at: dueAt(entry) })).filter(({ at }) => Number.isFinite(at));
    const due = waiting.filter(({ at }) => at <= now);
    const over = due.filter(({ entry }) => entry.isOver);
    const [first, ...others] = over.length > 0 ? over : due.length > 0 ? due : waiting;
    return others.reduce((best, other) => (best && other.at >= best.at ? best : other), first);
  }

  function pump(): void {
    cancelWake();
    cancelWake = () => {};
    if (isClosed) return;
    const now = clock.now();
    forget(now);
    tell();
    for (;;) {
      const due = mostUrgent(now);
      if (!due) return;
      const at = Math.max(due.at, next.at);
      if (at > now) {
        cancelWake = clock.after(at - now, pump);
        return;
      }
      if (!isWorthSending(due.entry, now)) continue;
      next = { at: now + GAP_MS, delayMs: GAP_MS };
      send(due.entry, now);
    }
  }

  /** Drops what is done; where the clock was set back, times that lie in the future count from now. */
  function forget(now: number): void {
    next.at = Math.min(next.at, now + next.delayMs);
    for (const entry of entries) {
      entry.openedAt = Math.min(entry.openedAt, now);
      entry.sentAt = Math.min(entry.sentAt, now);
      entry.lookedAt = Math.min(entry.lookedAt, now);
      entry.notBefore = Math.min(entry.notBefore, now + PAUSE_MS);
      entry.shownAt = entry.shownAt && Math.min(entry.shownAt, now);
      if (entry.shownAt !== undefined && now - entry.shownAt >= LIFETIME_MS) entry.shownAt = undefined;
      if (entry.isOver && entry.shownAt === undefined && !entry.inFlight) entries.delete(entry);
    }
    if (isRefused(now)) entries.clear();
  }

  function send(entry: Entry, now: number): void {
    const activity = entry.isOver ? undefined : entry.words.activity();
    entry.inFlight = true;
    entry.isStale = false;
    entry.sentAt = now;
    entry.line = activity === undefined ? '' : entry.words.line();
    void setStatus(entry.place, entry.line).then((result) => {
      entry.inFlight = false;
      settle(entry, activity, result, clock.now());
      pump();
    });
  }

  function settle(entry: Entry, activity: string | undefined, result: StatusResult, now: number): void {
    const isCleared = activity === undefined;
    switch (result.kind) {
      case 'shown':
        entry.activity = activity;
        entry.isStale ||= !isCleared && activity !== entry.words.activity();
        entry.shownAt = isCleared ? undefined : now;
        return;
      case 'unclear':
        entry.activity = undefined;
        if (!isCleared) entry.shownAt = now;
        entry.notBefore = now + PAUSE_MS;
        return;
      case 'limited':
        next = { at: now + result.retryAfterMs, delayMs: result.retryAfterMs };
        return;
      case 'refused':
        entries.delete(entry);
        if (result.where === 'workspace') refusedAt = now;
        return;
    }
  }

  return {
    open(place, words) {
      const now = clock.now();
      const times = { openedAt: now, lookedAt: now, shownAt: undefined, sentAt: now - MINUTE, notBefore: now };
      const nothing = { activity: undefined, line: '', isStale: false, inFlight: false, isOver: false };
      const entry: Entry = { place, words, ...nothing, ...times };
      if (!isClosed && !isRefused(now)) entries.add(entry);
      pump();
      return {
        changed: () => {
          // Called for every line a program prints.
          if (entry.isStale || entry.activity === undefined || entry.activity === words.activity()) return;
          entry.isStale = true;
          pump();
        },
        isShown: () => entries.has(entry) && entry.activity !== undefined,
        isExpected: () => entries.has(entry) && !entry.isOver,
        clear: () => {
          entry.isOver = true;
          pump();
        },
      };
    },

    replied({ channel, threadTs }) {
      for (const entry of entries) {
        if (entry.place.channel !== channel || entry.place.threadTs !== threadTs) continue;
        // To be sent again; and still to be cleared at the end: we hear of a reply late, a file's above all, and the last
        // status may have come after it.
        entry.activity = undefined;
      }
      pump();
    },

    cleared: () =>
      new Promise((resolve) => {
        told.push(resolve);
        tell();
      }),

    close() {
      isClosed = true;
      cancelWake();
      entries.clear();
      tell();
    },
  };
}
