/** One message under the care of the scheduler: what is new in it, since when, and what it is worth to show it now. */
import type { Priority } from './edit-budget-priority.ts';
import type { EditedMessage, FinishResult, News, SendResult } from './paced-editor-message.ts';
import { createRhythm, type Rhythm } from './paced-editor-rhythm.ts';

/** Who goes first. 'overdue' is output that has waited so long that even a change of phase must let it pass. */
export const RANKS = ['final', 'first', 'overdue', 'phase', 'output', 'refresh'] as const;
export type Rank = (typeof RANKS)[number];

/** A message's first output is expected within this time: so long a slot is kept for it. Afterwards it takes its chance. */
const FIRST_WITHIN_MS = 15_000;

export interface Entry {
  /** Undefined when the newest content is already shown. */
  readonly next: () => Promise<SendResult> | undefined;
  readonly rhythm: Rhythm;
  /** When the oldest change that is not shown came; undefined when nothing is new. */
  changedAt: number | undefined;
  /** The most urgent of the changes that are not shown; 'output' when there are none. */
  news: News;
  /** When the last state was given. */
  finishedAt: number | undefined;
  inFlight: boolean;
  /** Until when a slot is kept for its first visible output: -Infinity once that was sent. */
  firstUntil: number;
  /** When an edit was last sent. */
  sentAt: number;
  /** When the message was last composed, or opened: a refresh is due some time after this. */
  composedAt: number;
  failures: number;
  notBefore: number;
  result: FinishResult | undefined;
  resolve: (result: FinishResult) => void;
  readonly finished: Promise<FinishResult>;
}

export function createEntry<Content>(message: EditedMessage<Content>, posted: Content, now: number): Entry {
  // After an edit that may or may not have been applied nobody knows what is shown.
  let shown: { readonly content: Content } | undefined = { content: posted };
  let resolve: (result: FinishResult) => void = () => {};
  const finished = new Promise<FinishResult>((settle) => {
    resolve = settle;
  });
  return {
    next() {
      const content = message.compose();
      if (shown && message.same(shown.content, content)) return undefined;
      return message.send(content).then((result) => {
        if (result.kind === 'landed') shown = { content };
        if (result.kind === 'failed') shown = undefined;
        return result;
      });
    },
    rhythm: createRhythm(),
    changedAt: undefined,
    news: 'output',
    finishedAt: undefined,
    inFlight: false,
    firstUntil: now + FIRST_WITHIN_MS,
    sentAt: Number.NEGATIVE_INFINITY,
    composedAt: now,
    failures: 0,
    notBefore: Number.NEGATIVE_INFINITY,
    result: undefined,
    resolve,
    finished,
  };
}

/** Where the clock was set back, what lies in the future counts from now. */
export function catchUp(entry: Entry, now: number, longestPauseMs: number): void {
  entry.sentAt = Math.min(entry.sentAt, now);
  entry.composedAt = Math.min(entry.composedAt, now);
  entry.firstUntil = Math.min(entry.firstUntil, now + FIRST_WITHIN_MS);
  entry.notBefore = Math.min(entry.notBefore, now + longestPauseMs);
  if (entry.changedAt !== undefined) entry.changedAt = Math.min(entry.changedAt, now);
  if (entry.finishedAt !== undefined) entry.finishedAt = Math.min(entry.finishedAt, now);
}

export function rankOf(entry: Entry, overdueMs: number, now: number): Rank {
  if (entry.finishedAt !== undefined) return 'final';
  if (entry.changedAt === undefined) return 'refresh';
  if (entry.news === 'output' && now - entry.changedAt > overdueMs) return 'overdue';
  return entry.news;
}

export function priorityOf(rank: Rank): Priority {
  return rank === 'overdue' ? 'output' : rank;
}

export function moreUrgent(a: News, b: News): News {
  return RANKS.indexOf(a) < RANKS.indexOf(b) ? a : b;
}

/**
 * Which of two messages of the same rank goes first: the greater. All in the order they came, but output by what showing
 * it is worth.
 */
export function claim(entry: Entry, rank: Rank, now: number): number {
  if (rank === 'final') return now - (entry.finishedAt ?? now);
  if (rank === 'refresh') return now - entry.composedAt;
  const waited = now - (entry.changedAt ?? now);
  return rank === 'output' ? entry.rhythm.worth(waited, now) : waited;
}
