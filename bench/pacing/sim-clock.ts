/** A clock that runs a whole simulation: timers in a heap, and promises settled wherever one may have been resolved. */
import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class SimClock implements Clock {
  private time = 0;
  private order = 0;
  private readonly heap: Timer[] = [];
  /** Set by whoever resolves a promise; settling costs too much to do after every print. */
  private unsettled = false;

  now(): number {
    return this.time;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, delayMs), order: this.order++, run };
    this.push(timer);
    return () => {
      timer.run = undefined;
    };
  }

  at(time: number, run: () => void): void {
    this.after(time - this.time, run);
  }

  /** Promises have been resolved, or will be awaited, by what runs now. */
  stir(): void {
    this.unsettled = true;
  }

  /** Resolves after `delayMs`. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, () => {
        this.unsettled = true;
        resolve();
      });
    });
  }

  async advanceTo(end: number): Promise<void> {
    await settle();
    for (let next = this.heap[0]; next !== undefined && next.at <= end; next = this.heap[0]) {
      this.pop();
      if (!next.run) continue;
      this.time = next.at;
      next.run();
      if (!this.unsettled) continue;
      this.unsettled = false;
      await settle();
    }
    this.time = end;
    await settle();
  }

  private push(timer: Timer): void {
    const { heap } = this;
    let i = heap.push(timer) - 1;
    for (let up = (i - 1) >> 1; i > 0 && before(timer, heap[up]); up = (i - 1) >> 1) {
      heap[i] = heap[up] as Timer;
      heap[up] = timer;
      i = up;
    }
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let i = 0; ; ) {
      const left = 2 * i + 1;
      const least = heap[left + 1] && before(heap[left + 1] as Timer, heap[left]) ? left + 1 : left;
      if (!before(heap[least], last)) return;
      heap[i] = heap[least] as Timer;
      heap[least] = last;
      i = least;
    }
  }
}

function before(a: Timer | undefined, b: Timer | undefined): boolean {
  if (!a || !b) return false;
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
