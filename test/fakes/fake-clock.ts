/** A clock that stands still until a test moves it. */
import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A round of the event loop: every promise that can settle without time or I/O has settled. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export class FakeClock implements Clock {
  private time: number;
  private order = 0;
  private timers: Timer[] = [];
  private waits: { readonly delayMs: number; readonly resolve: () => void }[] = [];

  constructor(startMs = Date.UTC(2026, 0, 5, 9, 0, 0)) {
    this.time = startMs;
  }

  now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.time + Math.max(0, delayMs), order: this.order++, run };
    this.timers.push(timer);
    for (const wait of this.waits.splice(0)) {
      if (wait.delayMs === delayMs) wait.resolve();
      else this.waits.push(wait);
    }
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.length;
  }

  /** Resolves when somebody sets a timer for so long: what comes before it may take real time. */
  nextTimer(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.waits.push({ delayMs, resolve }));
  }

  /**
   * Moves time forward and runs what comes due, in order, each at its own time; promises settle before, between and
   * after, so a timer set by what a timer awaited still runs if it falls into the span.
   */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.next(end); next; next = this.next(end)) {
      this.time = next.at;
      this.timers = this.timers.filter((other) => other !== next);
      next.run();
      await settle();
    }
    this.time = end;
    await settle();
  }

  private next(end: number): Timer | undefined {
    return this.timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}
