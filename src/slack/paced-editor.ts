/**
 * When each message is edited. Knows nothing of Slack: a message is something that can be composed, compared and sent.
 *
 * The promises, whatever the load and the faults: the newest state wins; one edit in flight per message; more output of a
 * message never closer than the interval; never more in all than the budget; no edit that would change nothing; finals
 * before everything else, and again and again until they stand.
 */
import type { Clock } from '../clock.ts';
import type { EditBudget, Priority } from './edit-budget.ts';

/** What became of one edit. */
export type SendResult =
  | { readonly kind: 'landed' }
  /** Not done, and all edits are to pause. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** Perhaps done, perhaps not, and it may work later. */
  | { readonly kind: 'failed' }
  /** This content is not accepted: it is composed again. `compose` must come up with something else. */
  | { readonly kind: 'refused' }
  /** The message cannot be edited any more. */
  | { readonly kind: 'gone' };

export interface EditedMessage<Content> {
  /** The newest content. Called when it is about to be sent, never earlier; must not throw. */
  compose(): Content;
  /** True when replacing one by the other would change nothing. */
  same(shown: Content, next: Content): boolean;
  /** Must not reject. */
  send(content: Content): Promise<SendResult>;
}

/** 'closed': the scheduler was stopped before the last state stood. */
export type FinishResult = 'landed' | 'gone' | 'closed';

/** What a change is: the first thing to see in its message, a step further, or more of the same. */
export type News = Exclude<Priority, 'final' | 'refresh'>;

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

interface Entry {
  /** Undefined when the newest content is already shown. */
  readonly next: () => Promise<SendResult> | undefined;
  /** When the oldest change that is not shown came; undefined when nothing is new. */
  changedAt: number | undefined;
  /** The most urgent of the changes that are not shown. */
  news: News | undefined;
  final: boolean;
  inFlight: boolean;
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

const PRIORITIES: readonly Priority[] = ['final', 'first', 'phase', 'output', 'refresh'];

function priorityOf(entry: Entry): Priority {
  if (entry.final) return 'final';
  return entry.changedAt === undefined ? 'refresh' : (entry.news ?? 'output');
}

function moreUrgent(a: News | undefined, b: News): News {
  return a !== undefined && PRIORITIES.indexOf(a) < PRIORITIES.indexOf(b) ? a : b;
}

function createEntry<Content>(message: EditedMessage<Content>, posted: Content, now: number): Entry {
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
    changedAt: undefined,
    news: undefined,
    final: false,
    inFlight: false,
    sentAt: Number.NEGATIVE_INFINITY,
    composedAt: now,
    failures: 0,
    notBefore: Number.NEGATIVE_INFINITY,
    result: undefined,
    resolve,
    finished,
  };
}

class PacedEditor implements EditScheduler {
  private readonly entries = new Set<Entry>();
  private readonly budget: EditBudget;
  private readonly pace: Pace;
  private readonly clock: Clock;
  private cancelWake: () => void = () => {};
  private closed = false;

  constructor(budget: EditBudget, pace: Pace, clock: Clock) {
    this.budget = budget;
    this.pace = pace;
    this.clock = clock;
  }

  open<Content>(message: EditedMessage<Content>, shown: Content): Edits {
    const entry = createEntry(message, shown, this.clock.now());
    if (this.closed) this.end(entry, 'closed');
    else this.entries.add(entry);
    this.pump();
    return {
      changed: (news) => {
        if (entry.final || entry.result) return;
        entry.news = moreUrgent(entry.news, news);
        entry.changedAt ??= this.clock.now();
        this.pump();
      },
      finish: () => {
        if (!entry.final) {
          entry.final = true;
          entry.changedAt ??= this.clock.now();
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

  /** Sends what may be sent now, and wakes up when the next may. */
  private pump(): void {
    this.cancelWake();
    this.cancelWake = () => {};
    if (this.closed) return;
    const now = this.clock.now();
    const waiting = [...this.entries].filter((entry) => !entry.inFlight);
    const order = (entry: Entry) => entry.changedAt ?? entry.composedAt;
    let wakeIn = Number.POSITIVE_INFINITY;
    for (const priority of PRIORITIES) {
      const candidates = waiting.filter((entry) => priorityOf(entry) === priority);
      for (const entry of candidates.sort((a, b) => order(a) - order(b))) {
        const wait = Math.max(this.waitMs(entry, priority, now), this.budget.waitMs(priority, now));
        if (wait > 0) wakeIn = Math.min(wakeIn, wait);
        else if (!this.send(entry, now)) wakeIn = Math.min(wakeIn, this.pace.refreshMs);
      }
    }
    // Infinity: only an answer can free a slot, and it pumps.
    if (Number.isFinite(wakeIn)) this.cancelWake = this.clock.after(wakeIn, () => this.pump());
  }

  /** What the message's own pace asks for. */
  private waitMs(entry: Entry, priority: Priority, now: number): number {
    // Where the clock was set back, these lie in the future: then they count from now.
    entry.sentAt = Math.min(entry.sentAt, now);
    entry.composedAt = Math.min(entry.composedAt, now);
    entry.notBefore = Math.min(entry.notBefore, now + LONGEST_PAUSE_MS);
    const refreshAt = priority === 'refresh' ? entry.composedAt + this.pace.refreshMs : now;
    const paced = priority === 'output' || priority === 'refresh';
    const pacedAt = paced ? entry.sentAt + this.pace.intervalMs : now;
    return Math.max(0, pacedAt - now, refreshAt - now, entry.notBefore - now);
  }

  /** False when there was nothing to send. */
  private send(entry: Entry, now: number): boolean {
    const last = entry.final;
    entry.changedAt = undefined;
    const news = entry.news;
    entry.news = undefined;
    entry.composedAt = now;
    entry.inFlight = true;
    const sending = entry.next();
    if (!sending) {
      entry.inFlight = false;
      if (last) this.end(entry, 'landed');
      return false;
    }
    entry.sentAt = now;
    const answered = this.budget.take();
    void sending.then((result) => {
      const at = this.clock.now();
      answered(at);
      entry.inFlight = false;
      // What did not land is as urgent as it was.
      if (news && result.kind !== 'landed') entry.news = moreUrgent(entry.news, news);
      this.settle(entry, result, last, at);
      this.pump();
    });
    return true;
  }

  private settle(entry: Entry, result: SendResult, last: boolean, now: number): void {
    if (result.kind === 'landed') entry.failures = 0;
    else entry.changedAt ??= now;
    if (result.kind === 'gone') this.end(entry, 'gone');
    else if (result.kind === 'landed' && last) this.end(entry, 'landed');
    else if (result.kind === 'limited') this.budget.cool(result.retryAfterMs, now);
    else if (result.kind === 'failed') {
      entry.failures += 1;
      entry.notBefore = now + Math.min(FIRST_PAUSE_MS * 2 ** (entry.failures - 1), LONGEST_PAUSE_MS);
    }
  }

  private end(entry: Entry, result: FinishResult): void {
    entry.result ??= result;
    this.entries.delete(entry);
    entry.resolve(entry.result);
  }
}

/** One scheduler for all messages of a workspace. */
export function createPacedEditor(budget: EditBudget, pace: Pace, clock: Clock): EditScheduler {
  return new PacedEditor(budget, pace, clock);
}
