/** What holds for any load and any faults: limits, errors, time-outs, answers that are lost, clocks that jump. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { createEditBudget } from '../../src/slack/edit-budget.ts';
import { createPacedEditor, type EditScheduler } from '../../src/slack/paced-editor.ts';
import type { News, SendResult } from '../../src/slack/paced-editor-message.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const PACE = { intervalMs: 1_200, refreshMs: 5_000 };
const MINUTE = 60_000;

interface Answer {
  /** The call arrives this share of the time between sending and answer. */
  readonly arrives: number;
  readonly afterMs: number;
  readonly kind: 'landed' | 'limited' | 'failed' | 'lost';
  readonly retryAfterMs: number;
}

const LANDED: Answer = { arrives: 0.5, afterMs: 150, kind: 'landed', retryAfterMs: 0 };

interface Sent {
  readonly message: number;
  readonly at: number;
  readonly state: number;
  readonly news: News | 'final';
}

/** A Slack that does what its answers say, in real time; the scheduler's clock may say something else. */
class World {
  readonly real = new FakeClock(0);
  /** What the scheduler's clock is ahead of real time. */
  aheadMs = 0;
  readonly sent: Sent[] = [];
  readonly arrivals: number[] = [];
  /** By message, the states it showed, in order. */
  readonly shown = new Map<number, number[]>();
  readonly inFlight = new Set<number>();
  overlaps = 0;
  private readonly answers: Answer[];
  private readonly editor: EditScheduler;

  constructor(perMinute: number, answers: readonly Answer[]) {
    this.answers = [...answers];
    const clock: Clock = {
      now: () => this.real.now() + this.aheadMs,
      after: (delayMs, run) => this.real.after(delayMs, run),
    };
    this.editor = createPacedEditor(createEditBudget(perMinute), PACE, clock);
  }

  message(id: number) {
    let state = 0;
    let news: News | 'final' = 'output';
    const edits = this.editor.open<number>(
      {
        compose: () => state,
        same: (a, b) => a === b,
        send: (content) => this.send({ message: id, at: this.real.now(), state: content, news }),
      },
      0,
    );
    return {
      show: (what: News) => {
        state += 1;
        news = what;
        edits.changed(what);
      },
      finish: () => {
        state += 1;
        news = 'final';
        return edits.finish().then((end) => ({ end, state }));
      },
    };
  }

  private async send(sent: Sent): Promise<SendResult> {
    this.sent.push(sent);
    if (this.inFlight.has(sent.message)) this.overlaps += 1;
    this.inFlight.add(sent.message);
    const { arrives, afterMs, kind, retryAfterMs } = this.answers.shift() ?? LANDED;
    await this.pause(afterMs * arrives);
    this.arrivals.push(this.real.now());
    if (kind === 'landed' || kind === 'lost') {
      this.shown.set(sent.message, [...(this.shown.get(sent.message) ?? []), sent.state]);
    }
    await this.pause(afterMs * (1 - arrives));
    this.inFlight.delete(sent.message);
    if (kind === 'limited') return { kind, retryAfterMs };
    return kind === 'landed' ? { kind } : { kind: 'failed' };
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.real.after(ms, resolve));
  }
}

const answer = fc.record<Answer>({
  arrives: fc.double({ min: 0, max: 1, noNaN: true }),
  afterMs: fc.oneof(fc.integer({ min: 20, max: 800 }), fc.constant(15_000)),
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('landed' as const) },
    { weight: 2, arbitrary: fc.constantFrom('failed' as const, 'lost' as const) },
    { weight: 1, arbitrary: fc.constant('limited' as const) },
  ),
  retryAfterMs: fc.integer({ min: 500, max: 30_000 }),
});

const load = fc.record({
  perMinute: fc.integer({ min: 1, max: 60 }),
  messages: fc.integer({ min: 1, max: 8 }),
  steps: fc.array(
    fc.record({
      wait: fc.oneof(fc.nat(300), fc.nat(4_000)),
      message: fc.nat(7),
      news: fc.constantFrom<News>('first', 'phase', 'output', 'output', 'output', 'output'),
      /** The scheduler's clock jumps by so much. */
      jump: fc.oneof({ weight: 20, arbitrary: fc.constant(0) }, fc.integer({ min: -2 * MINUTE, max: 2 * MINUTE })),
    }),
    { minLength: 1, maxLength: 120 },
  ),
  answers: fc.array(answer, { maxLength: 60 }),
});

type Load = typeof load extends fc.Arbitrary<infer T> ? T : never;

/** Plays a load, ends every message, and waits until all last states stand. */
async function play({ perMinute, messages, steps, answers }: Load, jumps: boolean) {
  const world = new World(perMinute, answers);
  const all = Array.from({ length: messages }, (_, id) => world.message(id));
  for (const { wait, message, news, jump } of steps) {
    all[message % messages]?.show(news);
    await world.real.advance(wait);
    if (jumps) world.aheadMs += jump;
  }
  const endedAt = world.real.now();
  const ends = all.map((message) => message.finish());
  await world.real.advance(60 * MINUTE);
  return { world, endedAt, ends: await Promise.all(ends) };
}

const RUNS = 60;

/** A clock set back and an answer that arrives between two milliseconds: two times differ by less than a sum can show. */
const BETWEEN_MILLISECONDS: Load = {
  perMinute: 3,
  messages: 1,
  steps: [
    { wait: 0, message: 0, news: 'first', jump: -1 },
    { wait: 0, message: 0, news: 'first', jump: 0 },
  ],
  answers: [
    { arrives: 4.019966581836344e-14, afterMs: 15_000, kind: 'landed', retryAfterMs: 500 },
    { arrives: 0, afterMs: 384, kind: 'failed', retryAfterMs: 500 },
  ],
};

describe('for any load and any faults, the paced editor', () => {
  const holds = (jumps: boolean, check: (played: Awaited<ReturnType<typeof play>>, given: Load) => void) =>
    fc.assert(
      fc.asyncProperty(load, async (given) => check(await play(given, jumps), given)),
      { numRuns: RUNS, examples: [[BETWEEN_MILLISECONDS]] },
    );

  it('lands the last state of every message, and leaves no timer behind', () =>
    holds(false, ({ world, ends }) => {
      for (const [id, { end, state }] of ends.entries()) {
        expect(end).toBe('landed');
        expect(world.shown.get(id)?.at(-1)).toBe(state);
      }
      expect(world.real.waiting).toBe(0);
    }));

  it('never goes over the budget in any minute, counted where Slack counts: at arrival', () =>
    holds(false, ({ world }, { perMinute }) => {
      const { arrivals } = world;
      for (const at of arrivals) {
        const inMinute = arrivals.filter((other) => other > at - MINUTE && other <= at);
        expect(inMinute.length).toBeLessThanOrEqual(perMinute);
      }
    }));

  it('keeps the order of states, one edit of a message at a time', () =>
    holds(true, ({ world }) => {
      expect(world.overlaps).toBe(0);
      for (const states of world.shown.values()) expect(states).toEqual([...states].sort((a, b) => a - b));
    }));

  it('sends more output of a message no sooner than its floor allows', () =>
    fc.assert(
      fc.asyncProperty(load, async (given) => {
        const steps = given.steps.map((step) => ({ ...step, news: 'output' as const }));
        const { world } = await play({ ...given, steps }, false);
        for (const id of world.shown.keys()) {
          const sent = world.sent.filter(({ message }) => message === id);
          for (const [index, { at, news }] of sent.slice(1).entries()) {
            if (news === 'output') expect(at - (sent[index]?.at ?? 0)).toBeGreaterThanOrEqual(PACE.intervalMs);
          }
        }
      }),
      { numRuns: RUNS },
    ));

  it('sends nothing of a message after its end but its last state', () =>
    holds(true, ({ world, endedAt, ends }) => {
      const late = world.sent.filter(({ at, message, state }) => at > endedAt && state !== ends[message]?.state);
      expect(late).toEqual([]);
    }));

  it('lands every last state when the clock jumps forth and back', () =>
    holds(true, ({ world, ends }) => {
      for (const [id, { end, state }] of ends.entries()) {
        expect(end).toBe('landed');
        expect(world.shown.get(id)?.at(-1)).toBe(state);
      }
    }));
});

describe('for any load without faults', () => {
  /** Rounds of all messages at the even pace, the time before output is overdue, and a minute of what was urgent. */
  const boundMs = (perMinute: number, messages: number) =>
    3 * (messages + 1) * (MINUTE / Math.max(1, perMinute - Math.round(perMinute / 50))) + 30_000 + MINUTE;

  it('no message waits longer than three rounds of all messages and a minute and a half', async () => {
    const rhythm = fc.record({
      gapMs: fc.integer({ min: 100, max: 20_000 }),
      news: fc.constantFrom<News>('output', 'phase'),
    });
    const rhythms = fc.array(rhythm, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 5, max: 50 }), rhythms, async (perMinute, given) => {
        const world = new World(perMinute, []);
        const waits: number[] = [];
        for (const [id, { gapMs, news }] of given.entries()) {
          const message = world.message(id);
          const asked: number[] = [];
          const print = (): void => {
            asked.push(world.real.now());
            message.show(news);
            world.real.after(gapMs, print);
          };
          print();
          world.real.after(0, function look() {
            const state = world.shown.get(id)?.at(-1) ?? 0;
            const oldest = asked[state];
            if (oldest !== undefined) waits.push(world.real.now() - oldest);
            world.real.after(1_000, look);
          });
        }
        await world.real.advance(6 * MINUTE);
        expect(Math.max(...waits)).toBeLessThanOrEqual(boundMs(perMinute, given.length));
      }),
      { numRuns: 15 },
    );
  });
});
