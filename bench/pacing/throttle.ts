/**
 * The common way, for comparison: each message is edited at most every so often by a clock of its own, and the SDK repeats
 * what Slack refuses. Modelled on @slack/web-api 8 as it is by default: 100 calls at once; a 429 pauses the queue of the
 * whole client for its `Retry-After`, then the same content is sent again after a growing, random pause. In its favour:
 * a message waits for its own call before the next, and composes when it calls.
 */
import type { Load } from './loads.ts';
import { type Random, random } from './random.ts';
import type { Run, Seen, Sent } from './record.ts';
import { SimClock } from './sim-clock.ts';
import { SimSlack } from './sim-slack.ts';

const CONCURRENCY = 100;
const RETRIES = 10;
const RETRY_FACTOR = 1.96821;
const FIRST_RETRY_MS = 1_000;

/** The queue of a client: tasks start in order, at most so many at once, none while it is paused. */
class Queue {
  private running = 0;
  private paused = false;
  private readonly waiting: (() => void)[] = [];

  async add<T>(task: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.waiting.push(start);
      this.next();
    });
    try {
      return await task();
    } finally {
      this.running -= 1;
      this.next();
    }
  }

  pause(): void {
    this.paused = true;
  }

  start(): void {
    this.paused = false;
    this.next();
  }

  private next(): void {
    while (!this.paused && this.running < CONCURRENCY && this.waiting.length > 0) {
      this.running += 1;
      this.waiting.shift()?.();
    }
  }
}

class Client {
  private readonly queue = new Queue();
  private readonly slack: SimSlack;
  private readonly clock: SimClock;
  private readonly chance: Random;

  constructor(slack: SimSlack, clock: SimClock, chance: Random) {
    this.slack = slack;
    this.clock = clock;
    this.chance = chance;
  }

  /** False when the SDK gave up. */
  async update(apply: (at: number) => void): Promise<boolean> {
    for (let attempt = 0; attempt <= RETRIES; attempt += 1) {
      const done = await this.queue.add(async () => {
        const answer = await this.slack.edit(apply);
        if (answer.ok) return true;
        this.queue.pause();
        await this.clock.pause(answer.retryAfterMs);
        this.queue.start();
        return false;
      });
      if (done) return true;
      await this.clock.pause(FIRST_RETRY_MS * RETRY_FACTOR ** attempt * this.chance.between(1, 2));
    }
    return false;
  }
}

export async function runThrottle(load: Load, intervalMs: number, seed: number, drainMs: number): Promise<Run> {
  const clock = new SimClock();
  const slack = new SimSlack(clock, random(seed));
  const client = new Client(slack, clock, random(seed + 1));
  const seen: Seen[][] = load.turns.map(() => []);
  const sent: Sent[] = [];

  for (const [index, turn] of load.turns.entries()) {
    let [changed, final, busy, ended] = [false, false, false, false];
    let sentAt = Number.NEGATIVE_INFINITY;
    const send = async (): Promise<void> => {
      if (busy || ended || (!changed && !final)) return;
      const wait = final ? 0 : sentAt + intervalMs - clock.now();
      if (wait > 0) return;
      clock.stir();
      const content = { asOf: clock.now(), final };
      [changed, busy, ended] = [false, true, final];
      sentAt = clock.now();
      const edit = { at: sentAt, answeredAt: Number.POSITIVE_INFINITY, turn: index };
      sent.push(edit);
      await client.update((at) => seen[index]?.push({ ...content, at }));
      edit.answeredAt = clock.now();
      busy = false;
      later();
    };
    const later = (): void => {
      clock.after(final ? 0 : Math.max(0, sentAt + intervalMs - clock.now()), () => void send());
    };
    const printAt = (next: number): void => {
      const at = turn.prints[next];
      if (at === undefined) return;
      clock.at(at, () => {
        changed = true;
        void send();
        printAt(next + 1);
      });
    };
    printAt(0);
    clock.at(turn.until, () => {
      final = true;
      void send();
    });
  }
  await clock.advanceTo(load.until + drainMs);
  return { load, seen, sent, refused: slack.refused };
}
