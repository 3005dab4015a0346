/** A sandbox that is lost under a turn: replaced, said, and nothing run twice that may have run once. */
import { describe, expect, it } from 'vitest';
import type { InboundFile, RunResult } from '../../src/conversation/events.ts';
import type { OpeningStage } from '../../src/ports.ts';
import { type FakeRun, type FakeSandboxes, fakeSandboxes, OK } from '../fakes/fake-sandboxes.ts';
import { runs, says } from '../fakes/scripted-model.ts';
import { AT, CODE, outcomeOf, play, steps, until, type World, world } from './turn-harness.ts';

const ENDED = 'The sandbox has ended.';
const base = { durationMs: 3, results: [] };
const LOST: RunResult = { kind: 'lost', reason: ENDED, ...base };
const UNBEGUN: RunResult = { ...LOST, begun: false };
const CSV: InboundFile = { id: 'F1', name: 'a.csv', mimetype: 'text/csv', sizeBytes: 3, url: 'https://files/1' };

const AS_IS = { kind: 'code', code: CODE } as const;

const losing = (...script: readonly FakeRun[]): FakeSandboxes => fakeSandboxes({ runs: script });

/** What the model was told of its call. */
function lastResult({ messages }: World): string {
  const last = messages.findLast(({ role }) => role === 'result');
  return last?.role === 'result' ? last.text : '';
}

describe('loss.before', () => {
  it('of code that had not begun: it runs in another sandbox, in the same step, and both are told', async () => {
    const sandboxes = losing({ result: UNBEGUN, ends: true }, { prints: ['42\n'] });
    const one = world({ replies: [runs(CODE), says('It is 42.')], sandboxes });
    const events = await play(one);
    expect(steps(events)).toEqual([
      'turn.started',
      'model.started',
      'model.finished',
      'sandbox.opened',
      'run.started 1/1',
      'sandbox.opening',
      'sandbox.opened lost',
      'run.finished ok',
      'model.started',
      'model.finished',
      'turn.finished done',
    ]);
    expect(one.sandboxes.ran).toEqual([CODE.source, CODE.source]);
    expect(lastResult(one)).toMatch(/^\[The sandbox was replaced by a new one: the variables .* gone\.\]\n42$/);
    expect(one.written.filter((line) => line.startsWith('run 1'))).toEqual([
      'run 1 attempt 1 started',
      'run 1 ok: "42\\n"',
    ]);
  });

  it("of a person's own code: it runs again too, and the turn is done", async () => {
    const one = world({ sandboxes: losing({ result: UNBEGUN, ends: true }, {}) });
    expect(outcomeOf(await play(one, { task: AS_IS }))).toEqual({ kind: 'done' });
    expect(one.sandboxes.ran).toHaveLength(2);
  });

  it('of one that only slept: it is the same again, with its variables, and that is said', async () => {
    const one = world({ sandboxes: losing({ result: UNBEGUN }, {}) });
    const events = await play(one, { task: AS_IS });
    const note = 'turn.note The sandbox was out of reach for a moment; its variables and files are still there.';
    expect(steps(events)).toContain(note);
    expect(one.sandboxes.opened.map(({ last }) => last)).toEqual([undefined, 'sbx-1']);
  });

  it('of one that is lost as soon as it is back: it is ended, and a new one takes its place', async () => {
    const one = world({ sandboxes: losing({ result: UNBEGUN }, { result: UNBEGUN }, {}) });
    const events = await play(one, { task: AS_IS });
    expect(outcomeOf(events)).toEqual({ kind: 'done' });
    expect(one.sandboxes.opened.map(({ last }) => last)).toEqual([undefined, 'sbx-1', undefined]);
    expect(one.sandboxes.ended).toEqual(['sbx-1']);
    expect(one.written.filter((line) => line.startsWith('sandbox'))).toEqual([
      'sandbox sbx-1',
      'sandbox sbx-1',
      'sandbox sbx-3',
    ]);
    expect(steps(events)).toContain('sandbox.opened lost');
  });

  it('over and over: after two other sandboxes the turn ends with what is known', async () => {
    const one = world({ sandboxes: losing(...Array<FakeRun>(4).fill({ result: UNBEGUN, ends: true })) });
    const message = `${ENDED} Ask again to go on.`;
    expect(outcomeOf(await play(one, { task: AS_IS }))).toMatchObject({ kind: 'error', failure: { message } });
    expect(one.sandboxes.ran).toHaveLength(3);
  });
});

describe('loss.during', () => {
  it('of code that may have begun: it is not run again; the model is told all, and decides in a new sandbox', async () => {
    const sandboxes = losing({ prints: ['half\n'], result: LOST, ends: true }, { prints: ['whole\n'] });
    const one = world({ replies: [runs(CODE), runs({ ...CODE, source: 'again()' }), says('Done.')], sandboxes });
    const events = await play(one);
    expect(one.sandboxes.ran).toEqual([CODE.source, 'again()']);
    const results = one.messages.flatMap((message) => (message.role === 'result' ? [message] : []));
    expect(results[0]).toMatchObject({ failed: true });
    expect(results[0]?.text).toMatch(
      /^\[The sandbox was lost while this code ran, and how far it came is not known\. [^\]]*\]\n\[The sandbox was replaced [^\]]*\]\nhalf\n/,
    );
    expect(steps(events)).toContain('sandbox.opened lost');
    expect(outcomeOf(events)).toEqual({ kind: 'done' });
  });

  it("of a person's own code: the turn ends, and says that nobody knows how far it came", async () => {
    const one = world({ sandboxes: losing({ result: LOST, ends: true }, {}) });
    const outcome = outcomeOf(await play(one, { task: AS_IS }));
    expect(outcome).toMatchObject({
      kind: 'error',
      failure: { message: expect.stringContaining('How far the code came') },
    });
    expect(one.sandboxes.ran).toHaveLength(1);
  });

  it('with no other sandbox to be had: the turn ends, and the model is asked nothing more', async () => {
    const failure = { reason: 'sandbox-unavailable', message: 'Nobody answers.' } as const;
    const sandboxes = losing({ result: LOST, ends: true });
    const one = world({ replies: [runs(CODE), says('No.')], sandboxes });
    const open = sandboxes.open;
    let opened = 0;
    sandboxes.open = (...asked) => (opened++ === 0 ? open(...asked) : Promise.resolve({ ok: false, failure }));
    const playing = play(one);
    await until(() => one.clock.waiting > 0);
    await one.clock.advance(5_000);
    const events = await playing;
    expect(opened).toBe(3);
    expect(outcomeOf(events)).toMatchObject({ kind: 'error', failure: { message: `${ENDED} Ask again to go on.` } });
    expect(steps(events).filter((line) => line === 'model.started')).toHaveLength(1);
    expect(lastResult(one)).toBe(ENDED);
  });
});

describe('loss.restart', () => {
  it('of all sandboxes with their service: a moment later there is another, and the thread knows', async () => {
    const sandboxes = losing({ result: UNBEGUN, ends: true }, {});
    const one = world({ sandboxes });
    const { open } = sandboxes;
    const failure = { reason: 'sandbox-unavailable', message: 'Nobody answers.' } as const;
    let opened = 0;
    sandboxes.open = (...asked) => (opened++ === 1 ? Promise.resolve({ ok: false, failure }) : open(...asked));
    const playing = play(one, { task: AS_IS });
    await until(() => one.clock.waiting > 0);
    await one.clock.advance(5_000);
    const events = await playing;
    expect(outcomeOf(events)).toEqual({ kind: 'done' });
    expect(steps(events)).toContain('sandbox.opened lost');
  });
});

describe('loss.refused', () => {
  it('keeps the sandbox: it is there, and another one would be refused the same', async () => {
    const one = world({ sandboxes: losing({ result: { ...UNBEGUN, refused: true } }) });
    expect(outcomeOf(await play(one, { task: AS_IS }))).toMatchObject({
      kind: 'error',
      failure: { message: `${ENDED} Ask again to go on.` },
    });
    expect([one.sandboxes.opened.length, one.sandboxes.ended]).toEqual([1, []]);
  });
});

describe('loss.files', () => {
  it("puts the turn's own files into the new sandbox too", async () => {
    const one = world({ sandboxes: losing({ result: UNBEGUN, ends: true }, {}) });
    one.stored.set('F1', new TextEncoder().encode('a,b'));
    const put: string[] = [];
    const { open } = one.sandboxes;
    one.sandboxes.open = async (...asked) => {
      const opened = await open(...asked);
      if (!opened.ok) return opened;
      const { sandbox } = opened;
      const watched = { ...sandbox, put: async (path: string) => void put.push(`${sandbox.id} ${path}`) };
      return { ok: true, sandbox: watched };
    };
    await play(one, { task: AS_IS, files: [CSV] });
    expect(put).toEqual(['sbx-1 a.csv', 'sbx-2 a.csv']);
  });
});

describe('loss.asleep', () => {
  it.each([
    [{ variables: ['python'], files: false }, 'The sandbox came back without its Python variables and imports.'],
    [
      { variables: ['python', 'bash'], files: false },
      'The sandbox came back without its Python and bash variables and imports.',
    ],
    [
      { variables: [], files: true },
      'The sandbox came back with its files as they were some time ago: the latest changes are gone.',
    ],
  ] as const)('is said to the person and to the model: %o', async (losses, sentence) => {
    const one = world({ replies: [runs(CODE), says('Done.')], sandboxes: fakeSandboxes({ losses }) });
    const events = await play(one, { lastSandbox: 'sbx-old' });
    expect(steps(events)).toContain(`turn.note ${sentence}`);
    expect(lastResult(one)).toContain(`[${sentence}]`);
  });
});

describe('loss.release', () => {
  it('lets go of each sandbox: of a lost one before the next is opened, of the last one at the end', async () => {
    const one = world({ sandboxes: losing({ result: UNBEGUN, ends: true }, {}) });
    await play(one, { task: AS_IS });
    expect(one.sandboxes.released).toEqual(['sbx-1', 'sbx-2']);
  });
});

describe('opening.stages', () => {
  const stages = (...list: readonly OpeningStage[]) => {
    let open = (): void => {};
    const openingTakes = new Promise<void>((resolve) => {
      open = resolve;
    });
    return {
      one: world({ sandboxes: fakeSandboxes({ stages: list, openingTakes, runs: [{ result: OK }] }) }),
      open: () => open(),
    };
  };
  const shown = (events: Awaited<ReturnType<typeof play>>) =>
    events.filter(({ type }) => type.startsWith('sandbox.')).map(({ type }) => type);

  it('tells how many are served before, while there is no free sandbox', async () => {
    const { one, open } = stages({ kind: 'waiting', ahead: 2 });
    const events = await play(one, { task: AS_IS, onEvent: ({ type }) => type === 'sandbox.waiting' && open() });
    expect(events).toContainEqual({ type: 'sandbox.waiting', at: AT, ahead: 2 });
    expect(shown(events)).toEqual(['sandbox.opening', 'sandbox.waiting', 'sandbox.opened']);
  });

  it('says nothing of a resuming that takes 2 s, and says it of one that takes longer', async () => {
    const quick = stages({ kind: 'resuming' });
    const playing = play(quick.one, { task: AS_IS });
    await quick.one.clock.advance(1_999);
    quick.open();
    expect(shown(await playing)).toEqual(['sandbox.opening', 'sandbox.opened']);

    const slow = stages({ kind: 'resuming' });
    const waiting = play(slow.one, { task: AS_IS, onEvent: ({ type }) => type === 'sandbox.resuming' && slow.open() });
    await slow.one.clock.advance(2_000);
    expect(shown(await waiting)).toEqual(['sandbox.opening', 'sandbox.resuming', 'sandbox.opened']);
  });

  it('ends at once when the turn is stopped in line', async () => {
    const { one } = stages({ kind: 'waiting', ahead: 0 });
    const stop = new AbortController();
    const onEvent = ({ type }: { type: string }): void => {
      if (type === 'sandbox.waiting') stop.abort();
    };
    const events = await play(one, { task: AS_IS, signal: stop.signal, onEvent });
    expect(events.at(-1)).toMatchObject({ type: 'turn.finished' });
    await until(() => one.sandboxes.abandoned() === 1);
    expect(one.sandboxes.ran).toEqual([]);
  });
});
