/**
 * How many sandboxes run at once. A place is reserved before a sandbox is made or woken. Over the limit a spare one is
 * ended, else the least recently used idle one is paused (paused ones take no place), else whoever asks waits in line.
 *
 * Everything here happens between two awaits, so that no two can count the same place. A sandbox that leaves keeps its
 * place until it has left, and cannot be held meanwhile.
 */
import type { SandboxId } from '../conversation/events.ts';
import type { Clock } from '../ports.ts';

export interface CapacityOptions {
  /** Running at once, at most. */
  readonly max: number;
  readonly clock: Clock;
  /** Pauses a thread's sandbox, ends a spare one. Rejects when that was not done. */
  readonly evict: (id: SandboxId, kind: 'idle' | 'spare') => Promise<void>;
}

/** A place that is reserved: exactly one of these is called, once. */
export interface Place {
  /** The sandbox runs, and somebody uses it. `endsAtMs`: when it is paused by itself. */
  occupy(id: SandboxId, endsAtMs: number): Hold;
  /** It runs and waits for a thread. */
  park(id: SandboxId, endsAtMs: number): void;
  free(): void;
  /** The service had no room after all: waits at the head of the line until some of it is freed, or for a while. */
  refused(signal: AbortSignal, onWait: (ahead: number) => void): Promise<Place>;
}

/** While it is held, a sandbox is not paused for others. */
export interface Hold {
  prolonged(endsAtMs: number): void;
  /** It is idle from now on. */
  release(): void;
  /** It does not run any more. */
  gone(): void;
  /** It does not run any more, and its place is kept for what takes its place. */
  swap(): Place;
}

/** A running sandbox as the service lists it. */
export interface Running {
  readonly id: SandboxId;
  readonly endsAtMs: number;
  /** When its thread last used it; undefined where it is not for us to pause it. */
  readonly lastUsedMs: number | undefined;
}

interface Entry {
  readonly id: SandboxId;
  readonly sinceMs: number;
  isSpare: boolean;
  holds: number;
  lastUsedMs: number;
  endsAtMs: number;
  /** Could not be paused: not tried again before. */
  stuckUntilMs: number;
  leaving: Promise<void> | undefined;
}

interface Waiter {
  readonly begin: () => void;
  readonly tell: (ahead: number) => void;
}

/** After the service refused: until the next attempt, where none of ours has made room. */
const REFUSED_MS = 10_000;
/** Until a sandbox that could not be paused is tried again. */
const STUCK_MS = 30_000;

export class Capacity {
  readonly #options: CapacityOptions;
  readonly #entries = new Map<SandboxId, Entry>();
  readonly #timers = new Set<() => void>();
  #line: Waiter[] = [];
  #reserved = 0;
  /** What the service allowed when it last refused. */
  #ceiling: number | undefined;

  constructor(options: CapacityOptions) {
    this.#options = options;
  }

  /** Running, leaving or about to run. */
  get used(): number {
    this.#forgetPaused();
    return this.#entries.size + this.#reserved;
  }

  /** Resolves when there is a place. `onWait` is told how many are served before. Rejects with the signal's reason. */
  reserve(signal: AbortSignal, onWait: (ahead: number) => void): Promise<Place> {
    return this.#queue(signal, onWait, false);
  }

  /** A place that is free now and that nobody waits for. */
  tryReserve(): Place | undefined {
    return this.#line.length === 0 && this.used < this.#limit ? this.#place() : undefined;
  }

  /** Undefined where it is not known to run, or is about to leave: then it needs a place. */
  hold(id: SandboxId): Hold | undefined {
    this.#forgetPaused();
    const entry = this.#entries.get(id);
    if (!entry || entry.leaving !== undefined) return undefined;
    entry.isSpare = false;
    entry.holds += 1;
    return this.#holdOf(entry);
  }

  prolong(id: SandboxId, endsAtMs: number): void {
    const entry = this.#entries.get(id);
    if (entry) entry.endsAtMs = endsAtMs;
  }

  isHeld(id: SandboxId): boolean {
    return (this.#entries.get(id)?.holds ?? 0) > 0;
  }

  /** Resolves when it has left; undefined when it does not. */
  leaving(id: SandboxId): Promise<void> | undefined {
    return this.#entries.get(id)?.leaving;
  }

  /** It does not run any more, whoever found that out. */
  gone(id: SandboxId): void {
    if (this.#entries.delete(id)) this.#serve();
  }

  /** Compares the idle ones with what the service lists as running since `listedMs`. */
  reconcile(running: readonly Running[], listedMs: number): void {
    const ids = new Set(running.map(({ id }) => id));
    for (const [id, { holds, leaving, sinceMs }] of this.#entries) {
      if (holds === 0 && leaving === undefined && sinceMs < listedMs && !ids.has(id)) this.#entries.delete(id);
    }
    for (const { id, endsAtMs, lastUsedMs } of running) {
      if (lastUsedMs !== undefined && !this.#entries.has(id)) this.#add(id, { endsAtMs, lastUsedMs });
    }
    this.#serve();
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  get #limit(): number {
    return Math.min(this.#options.max, this.#ceiling ?? this.#options.max);
  }

  #queue(signal: AbortSignal, onWait: (ahead: number) => void, first: boolean): Promise<Place> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#line = this.#line.filter((other) => other !== waiter);
        this.#serve();
        reject(signal.reason);
      };
      let told: number | undefined;
      const waiter: Waiter = {
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.#place());
        },
        tell: (ahead) => {
          if (told !== ahead) onWait(ahead);
          told = ahead;
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      if (first) this.#line.unshift(waiter);
      else this.#line.push(waiter);
      this.#serve();
    });
  }

  #place(): Place {
    this.#reserved += 1;
    let isOpen = true;
    const close = () => {
      if (!isOpen) throw new Error('the place was given away before');
      isOpen = false;
      this.#reserved -= 1;
    };
    return {
      occupy: (id, endsAtMs) => {
        close();
        const entry = this.#add(id, { endsAtMs });
        entry.holds = 1;
        return this.#holdOf(entry);
      },
      park: (id, endsAtMs) => {
        close();
        this.#add(id, { endsAtMs }).isSpare = true;
        this.#serve();
      },
      free: () => {
        close();
        this.#serve();
      },
      refused: (signal, onWait) => {
        close();
        this.#learn(this.used);
        return this.#queue(signal, onWait, true);
      },
    };
  }

  #holdOf(entry: Entry): Hold {
    let isOpen = true;
    const once = (work: () => void) => {
      if (isOpen) work();
      isOpen = false;
    };
    const remove = () => {
      if (this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
    };
    return {
      prolonged: (endsAtMs) => {
        entry.endsAtMs = endsAtMs;
      },
      release: () =>
        once(() => {
          entry.holds -= 1;
          entry.lastUsedMs = this.#options.clock.now();
          this.#serve();
        }),
      gone: () =>
        once(() => {
          remove();
          this.#serve();
        }),
      swap: () => {
        once(remove);
        return this.#place();
      },
    };
  }

  #add(id: SandboxId, known: { readonly endsAtMs: number; readonly lastUsedMs?: number }): Entry {
    const nowMs = this.#options.clock.now();
    const fresh = { isSpare: false, holds: 0, stuckUntilMs: 0, leaving: undefined };
    const entry: Entry = { id, sinceMs: nowMs, lastUsedMs: nowMs, ...fresh, ...known };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Nobody used them until their time was over: the service has paused them. */
  #forgetPaused(): void {
    const nowMs = this.#options.clock.now();
    for (const [id, { holds, leaving, endsAtMs }] of this.#entries) {
      if (holds === 0 && leaving === undefined && endsAtMs <= nowMs) this.#entries.delete(id);
    }
  }

  #learn(allowed: number): void {
    this.#ceiling = Math.min(this.#ceiling ?? allowed, allowed);
    this.#later(REFUSED_MS, () => {
      this.#ceiling = undefined;
    });
  }

  /** Gives out what places there are, makes room for those who wait, and tells them where they stand. */
  #serve(): void {
    for (let head = this.#line[0]; head && this.used < this.#limit; head = this.#line[0]) {
      this.#line.shift();
      head.begin();
    }
    const leaving = [...this.#entries.values()].filter((entry) => entry.leaving !== undefined).length;
    for (let needed = this.#line.length - leaving; needed > 0; needed -= 1) {
      const victim = this.#leastMissed();
      if (!victim) break;
      this.#evict(victim);
    }
    for (const [ahead, waiter] of this.#line.entries()) waiter.tell(ahead);
  }

  #leastMissed(): Entry | undefined {
    const nowMs = this.#options.clock.now();
    const idle = [...this.#entries.values()].filter(
      ({ holds, leaving, stuckUntilMs }) => holds === 0 && leaving === undefined && stuckUntilMs <= nowMs,
    );
    return idle.sort((a, b) => Number(b.isSpare) - Number(a.isSpare) || a.lastUsedMs - b.lastUsedMs)[0];
  }

  #evict(entry: Entry): void {
    const left = () => {
      if (this.#entries.get(entry.id) === entry) this.#entries.delete(entry.id);
    };
    const stayed = () => {
      entry.leaving = undefined;
      entry.stuckUntilMs = this.#options.clock.now() + STUCK_MS;
      this.#later(STUCK_MS, () => {});
    };
    entry.leaving = this.#options
      .evict(entry.id, entry.isSpare ? 'spare' : 'idle')
      .then(left, stayed)
      .then(() => this.#serve());
  }

  #later(delayMs: number, change: () => void): void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      change();
      this.#serve();
    });
    this.#timers.add(cancel);
  }
}
