import { describe, expect, it } from 'vitest';
import { createEditBudget } from '../../src/slack/edit-budget.ts';
import { createPacedEditor, type EditScheduler } from '../../src/slack/paced-editor.ts';
import type { News, SendResult } from '../../src/slack/paced-editor-message.ts';
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
      show: (next: string, news: News = 'output') => {
        if (!last) state = next;
        edits.changed(news);
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
    other.show('a', 'first');
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

  it('forgets nobody who waited when the clock was set back', async () => {
    let offset = 60 * MINUTE;
    const world = new World();
    const clock = { now: () => world.clock.now() + offset, after: world.clock.after.bind(world.clock) };
    const editor = createPacedEditor(createEditBudget(10), PACE, clock);
    const shown = new Set<string>();
    const message = (name: string) => {
      let state = 0;
      const send = async (): Promise<SendResult> => {
        shown.add(name);
        return { kind: 'landed' };
      };
      const edits = editor.open<number>({ compose: () => state, same: (a, b) => a === b, send }, 0);
      return () => {
        state += 1;
        edits.changed('phase');
      };
    };
    const others = Array.from({ length: 12 }, (_, index) => message(`other ${index}`));
    const flood = (): void => {
      for (const change of others) change();
      world.clock.after(500, flood);
    };
    flood();
    await world.clock.advance(1_000);
    message('waits')();
    offset = 0;
    await world.clock.advance(3 * MINUTE);
    expect(shown).toContain('waits');
  });

  it('shows a first output and a change of phase at once, and more output at the pace of its message', async () => {
    const world = new World();
    const message = world.message(1);
    message.show('words', 'first');
    await world.clock.advance(200);
    message.show('a run', 'phase');
    await world.clock.advance(200);
    message.show('a line', 'output');
    await world.clock.advance(2_000);
    expect(times(world)).toEqual([0, 200, 1_400]);
  });

  it('keeps a slot for the first output of each message while others change their phase and print', async () => {
    const world = new World(50);
    const busy = Array.from({ length: 20 }, (_, id) => world.message(id));
    const slow = Array.from({ length: 25 }, (_, id) => world.message(100 + id));
    for (const [id, message] of busy.entries()) message.show(`first ${id}`, 'first');
    for (let step = 0; step < 30; step += 1) {
      await world.clock.advance(200);
      for (const message of busy) message.show(`step ${step}`, step % 2 === 0 ? 'phase' : 'output');
    }
    const begun = world.clock.now();
    for (const message of slow) message.show('first', 'first');
    await world.clock.advance(200);
    const firsts = world.sent.filter(({ content }) => content === 'first');
    expect(firsts.map(({ at }) => at)).toEqual(slow.map(() => begun));
  });

  it('keeps it no longer than a first output may be expected', async () => {
    const world = new World(50);
    const busy = world.message(0);
    Array.from({ length: 40 }, (_, id) => world.message(100 + id));
    busy.show('first', 'first');
    await world.clock.advance(2_000);
    busy.show('a phase', 'phase');
    await world.clock.advance(12_000);
    expect(world.sent).toHaveLength(1);
    await world.clock.advance(1_500);
    expect(times(world)).toEqual([0, 15_000]);
  });

  it('takes the most urgent of what happened while an edit was under way', async () => {
    const world = new World(45, () => ({ ...LANDED, afterMs: 300 }));
    const message = world.message(1);
    message.show('a', 'output');
    await world.clock.advance(100);
    message.show('b', 'phase');
    message.show('c', 'output');
    await world.clock.advance(1_000);
    expect(times(world)).toEqual([0, 300]);
    expect(world.shown.get(1)).toBe('c');
  });

  it('puts finals before first outputs before changes of phase before output when one slot comes free', async () => {
    const world = new World(1);
    world.message(0).show('spends the slot', 'first');
    await world.clock.advance(1_000);
    const [a, b, c, d] = [1, 2, 3, 4].map((id) => world.message(id));
    a?.show('output', 'output');
    b?.show('phase', 'phase');
    c?.show('first', 'first');
    void d?.finish('final');
    await world.clock.advance(5 * MINUTE);
    expect(world.sent.slice(1).map(({ content }) => content)).toEqual(['final', 'first', 'phase', 'output']);
  });

  it('lets a change of phase wait for output that has waited two rounds', async () => {
    const world = new World(10);
    const output = world.message(99);
    const phases = Array.from({ length: 4 }, (_, id) => world.message(id));
    const flood = (turn: number): void => {
      for (const [id, message] of phases.entries()) message.show(`${id}:${turn}`, 'phase');
      world.clock.after(500, () => flood(turn + 1));
    };
    flood(0);
    await world.clock.advance(MINUTE);
    output.show('x', 'output');
    await world.clock.advance(3 * MINUTE);
    expect(world.shown.get(99)).toBe('x');
  });

  it('spends no slot on the passing of time while output waits for a better moment', async () => {
    const world = new World(50);
    const busy = Array.from({ length: 20 }, (_, id) => world.message(id));
    world.message(99, true);
    const print = (turn: number): void => {
      for (const [id, message] of busy.entries()) message.show(`${id}:${turn}`, 'output');
      world.clock.after(200, () => print(turn + 1));
    };
    print(0);
    await world.clock.advance(5 * MINUTE);
    expect(world.sent.filter(({ message }) => message === 99).length).toBeLessThanOrEqual(1);
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
