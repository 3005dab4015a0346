import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createEditBudget } from '../../src/slack/edit-budget.ts';
import { createPacedEditor, type EditScheduler } from '../../src/slack/paced-editor.ts';
import type { SendResult } from '../../src/slack/paced-editor-message.ts';
import { FakeClock } from '../fakes/fake-clock.ts';

const PACE = { intervalMs: 1_200, refreshMs: 5_000 };
const MINUTE = 60_000;

interface Sent {
  readonly message: number;
  readonly at: number;
  readonly content: string;
  readonly last: boolean;
}

interface Answer {
  readonly afterMs: number;
  readonly result: SendResult;
}

const LANDED: Answer = { afterMs: 100, result: { kind: 'landed' } };

/** Messages on a paced editor whose answers the test decides. `refreshing` content changes with time by itself. */
class World {
  readonly clock = new FakeClock(0);
  readonly sent: Sent[] = [];
  readonly shown = new Map<number, string>();
  readonly inFlight = new Map<number, number>();
  mostInFlight = 0;
  readonly editor: EditScheduler;
  readonly answer: (sent: Sent) => Answer;

  constructor(perMinute = 45, answer: (sent: Sent) => Answer = () => LANDED) {
    this.answer = answer;
    this.editor = createPacedEditor(createEditBudget(perMinute), PACE, this.clock);
  }

  message(id: number, refreshing = false) {
    let state = '';
    let last = false;
    const edits = this.editor.open<string>(
      {
        compose: () => (refreshing ? `${state}@${Math.floor(this.clock.now() / 1_000)}` : state),
        same: (a, b) => a === b,
        send: (content) => this.send({ message: id, at: this.clock.now(), content, last }),
      },
      refreshing ? '@0' : '',
    );
    return {
      show: (next: string) => {
        if (!last) state = next;
        edits.changed('output');
      },
      finish: (next: string) => {
        if (!last) state = next;
        last = true;
        return edits.finish();
      },
    };
  }

  private async send(sent: Sent): Promise<SendResult> {
    this.sent.push(sent);
    const now = (this.inFlight.get(sent.message) ?? 0) + 1;
    this.inFlight.set(sent.message, now);
    this.mostInFlight = Math.max(this.mostInFlight, now);
    const { afterMs, result } = this.answer(sent);
    await new Promise<void>((resolve) => this.clock.after(afterMs, resolve));
    this.inFlight.set(sent.message, 0);
    if (result.kind === 'landed') this.shown.set(sent.message, sent.content);
    return result;
  }
}

function times(world: World): number[] {
  return world.sent.map((sent) => sent.at);
}

describe('the paced editor', () => {
  it('shows the first change at once, then the newest state per interval', async () => {
    const world = new World();
    const message = world.message(1);
    for (let i = 1; i <= 30; i += 1) {
      message.show(`state ${i}`);
      await world.clock.advance(100);
    }
    expect(times(world)).toEqual([0, 1_200, 2_400]);
    expect(world.sent.map((sent) => sent.content)).toEqual(['state 1', 'state 12', 'state 24']);
    await world.clock.advance(5_000);
    expect(world.shown.get(1)).toBe('state 30');
  });

  it('sends nothing when nothing changed', async () => {
    const world = new World();
    const message = world.message(1);
    message.show('a');
    await world.clock.advance(500);
    message.show('b');
    message.show('a');
    await world.clock.advance(MINUTE);
    expect(world.sent).toHaveLength(1);
    await expect(message.finish('a')).resolves.toBe('landed');
    expect(world.sent).toHaveLength(1);
  });

  it('waits for the answer before the next edit of a message', async () => {
    const world = new World(45, () => ({ ...LANDED, afterMs: 4_000 }));
    const message = world.message(1);
    message.show('a');
    await world.clock.advance(2_000);
    message.show('b');
    await world.clock.advance(10_000);
    expect(times(world)).toEqual([0, 4_000]);
  });

  it('composes a quiet message again every five seconds, so that its elapsed time moves', async () => {
    const world = new World();
    const message = world.message(1, true);
    message.show('x');
    await world.clock.advance(11_000);
    expect(times(world)).toEqual([0, 5_000, 10_000]);
    const finished = message.finish('done');
    await world.clock.advance(MINUTE);
    await expect(finished).resolves.toBe('landed');
    expect(world.sent.at(-1)?.content).toBe('done@11');
    expect(world.clock.waiting).toBe(0);
  });

  it('sends a final before older output when a slot comes free', async () => {
    const world = new World(1);
    const other = world.message(1);
    const ending = world.message(2);
    other.show('a');
    await world.clock.advance(2_000);
    other.show('b');
    await world.clock.advance(2_000);
    const finished = ending.finish('final');
    await world.clock.advance(MINUTE);
    await expect(finished).resolves.toBe('landed');
    expect(world.sent.map((sent) => sent.content)).toEqual(['a', 'final']);
  });

  it('retries a final through limits and failures until it stands', async () => {
    const script: SendResult[] = [{ kind: 'limited', retryAfterMs: 7_000 }, { kind: 'failed' }, { kind: 'failed' }];
    const world = new World(45, () => ({ afterMs: 100, result: script.shift() ?? { kind: 'landed' } }));
    const message = world.message(1);
    const finished = message.finish('final');
    await world.clock.advance(30_000);
    await expect(finished).resolves.toBe('landed');
    expect(times(world)).toEqual([0, 7_100, 8_200, 10_300]);
  });

  it('stops all messages while a limit lasts', async () => {
    const script: SendResult[] = [{ kind: 'limited', retryAfterMs: 20_000 }];
    const world = new World(45, () => ({ afterMs: 100, result: script.shift() ?? { kind: 'landed' } }));
    world.message(1).show('a');
    await world.clock.advance(1_000);
    world.message(2).show('b');
    await world.clock.advance(30_000);
    expect(times(world)).toEqual([0, 20_100, 20_100]);
    expect(world.shown).toEqual(
      new Map([
        [1, 'a'],
        [2, 'b'],
      ]),
    );
  });

  it('sends an old state again when an unclear failure may have replaced it', async () => {
    const script: SendResult[] = [{ kind: 'landed' }, { kind: 'failed' }];
    const world = new World(45, () => ({ afterMs: 100, result: script.shift() ?? { kind: 'landed' } }));
    const message = world.message(1);
    message.show('a');
    await world.clock.advance(2_000);
    message.show('b');
    await world.clock.advance(200);
    void message.finish('a');
    await world.clock.advance(5_000);
    expect(world.sent.map((sent) => sent.content)).toEqual(['a', 'b', 'a']);
  });

  it('composes again when content is refused', async () => {
    let simple = false;
    const world = new World();
    const contents: string[] = [];
    const edits = world.editor.open<string>(
      {
        compose: () => (simple ? 'simple' : 'rich'),
        same: (a, b) => a === b,
        send: async (content) => {
          contents.push(content);
          simple = true;
          return content === 'rich' ? { kind: 'refused' } : { kind: 'landed' };
        },
      },
      '',
    );
    const finished = edits.finish();
    await world.clock.advance(3_000);
    await expect(finished).resolves.toBe('landed');
    expect(contents).toEqual(['rich', 'simple']);
  });

  it('gives a message up once it is gone, and says so at the finish', async () => {
    const world = new World(45, () => ({ afterMs: 100, result: { kind: 'gone' } }));
    const message = world.message(1);
    message.show('a');
    await world.clock.advance(2_000);
    message.show('b');
    await world.clock.advance(2_000);
    await expect(message.finish('c')).resolves.toBe('gone');
    expect(world.sent).toHaveLength(1);
  });

  it('goes on at its pace when the clock is set back by an hour', async () => {
    let offset = 60 * MINUTE;
    const world = new World();
    const clock = { now: () => world.clock.now() + offset, after: world.clock.after.bind(world.clock) };
    const editor = createPacedEditor(createEditBudget(45), PACE, clock);
    let state = 0;
    const contents: number[] = [];
    const edits = editor.open<number>(
      {
        compose: () => state,
        same: (a, b) => a === b,
        send: async (content) => {
          contents.push(content);
          return { kind: 'landed' };
        },
      },
      0,
    );
    state = 1;
    edits.changed('output');
    await world.clock.advance(100);
    offset = 0;
    state = 2;
    edits.changed('output');
    await world.clock.advance(2_000);
    expect(contents).toEqual([1, 2]);
  });

  it('answers pending finishes when it is closed, and sends nothing more', async () => {
    const world = new World(45, () => ({ afterMs: 100, result: { kind: 'failed' } }));
    const message = world.message(1);
    const finished = message.finish('final');
    await world.clock.advance(500);
    world.editor.close();
    await expect(finished).resolves.toBe('closed');
    await expect(world.message(2).finish('x')).resolves.toBe('closed');
    await world.clock.advance(MINUTE);
    expect(world.sent).toHaveLength(1);
    expect(world.clock.waiting).toBe(0);
  });
});

// ── Any load, any faults ─────────────────────────────────────────────────────────────────────────────────────────────

const results = fc.oneof(
  { weight: 8, arbitrary: fc.constant<SendResult>({ kind: 'landed' }) },
  { weight: 2, arbitrary: fc.constant<SendResult>({ kind: 'failed' }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 500, max: 20_000 }).map<SendResult>((ms) => ({ kind: 'limited', retryAfterMs: ms })),
  },
);

const load = fc.record({
  perMinute: fc.integer({ min: 2, max: 20 }),
  messages: fc.integer({ min: 1, max: 6 }),
  steps: fc.array(fc.record({ wait: fc.nat(3_000), message: fc.nat(5) }), { maxLength: 60 }),
  answers: fc.array(fc.record({ afterMs: fc.nat(4_000), result: results }), { maxLength: 40 }),
  refreshing: fc.boolean(),
});

/** Plays a load, finishes every message at its end, and waits until all have landed. */
async function play(given: typeof load extends fc.Arbitrary<infer T> ? T : never) {
  const answers = [...given.answers];
  const world = new World(given.perMinute, () => answers.shift() ?? LANDED);
  const messages = Array.from({ length: given.messages }, (_, id) => world.message(id, given.refreshing));
  for (const [index, step] of given.steps.entries()) {
    messages[step.message % messages.length]?.show(`state ${index}`);
    await world.clock.advance(step.wait);
  }
  const finishedAt = world.clock.now();
  const finishes = messages.map((message, id) => message.finish(`final ${id}`));
  await world.clock.advance(20 * MINUTE);
  return { world, finishedAt, ends: await Promise.all(finishes) };
}

describe('for any load and any faults, the paced editor', () => {
  const property = (check: (played: Awaited<ReturnType<typeof play>>, given: { perMinute: number }) => void) =>
    fc.assert(
      fc.asyncProperty(load, async (given) => check(await play(given), given)),
      { numRuns: 40 },
    );

  it('lands the last state of every message', () =>
    property(({ world, ends }) => {
      expect(ends.every((end) => end === 'landed')).toBe(true);
      for (const [id, shown] of world.shown) expect(shown.split('@')[0]).toBe(`final ${id}`);
      expect(world.shown.size).toBe(ends.length);
    }));

  it('never goes over the budget in any sliding minute', () =>
    property(({ world }, { perMinute }) => {
      for (const at of times(world)) {
        expect(times(world).filter((time) => time > at - MINUTE && time <= at).length).toBeLessThanOrEqual(perMinute);
      }
    }));

  it('never has two edits of a message in flight, nor more output closer than the interval', () =>
    property(({ world }) => {
      expect(world.mostInFlight).toBeLessThanOrEqual(1);
      for (const id of world.shown.keys()) {
        const sent = world.sent.filter(({ message }) => message === id);
        for (const [index, { at, last }] of sent.slice(1).entries()) {
          if (last) continue;
          expect(at - (sent[index]?.at ?? 0)).toBeGreaterThanOrEqual(PACE.intervalMs);
        }
      }
    }));

  it('sends no show of a message after its finish, and leaves no timer behind', () =>
    property(({ world, finishedAt }) => {
      const late = world.sent.filter((sent) => sent.at > finishedAt && !sent.last);
      expect(late).toEqual([]);
      expect(world.clock.waiting).toBe(0);
    }));
});
