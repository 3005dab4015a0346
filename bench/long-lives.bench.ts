/**
 * What a thread's next reply waits for: after the bot was started again, and after 1,000 turns; each held against the same
 * reply without that, in the same world.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ModelMessage, type TurnId, threadKey } from '../src/conversation/events.ts';
import { openStore } from '../src/store/sqlite.ts';
import { answers, finished, mention, read, startWorld, type World } from '../test/e2e/world.ts';
import { until } from '../test/fakes/slack-control.ts';
import { median, print, summary } from './table.ts';

const RUNS = 7;
const PAST_TURNS = 1_000;
const FENCE = '```';

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.stop());

function fenced(code: string): string {
  return `${FENCE}python\n${code}\n${FENCE}`;
}

/** A thread whose sandbox has x. */
async function openThread(): Promise<string> {
  const { control, ada, general } = world;
  const root = await control.say(ada, general, await mention(control, fenced('x = 41')));
  await finished(control, general, root);
  return root;
}

/** Milliseconds from a reply with that text to its answer saying `said`. The answer is the thread's nth. */
async function reply(root: string, nth: number, text: string, said: RegExp): Promise<number> {
  const { control, ada, general } = world;
  const start = performance.now();
  await control.say(ada, general, text, { threadTs: root });
  await until(
    () => answers(control, general, root),
    (found) => found[nth] !== undefined && said.test(read(found[nth])),
    60_000,
  );
  const took = performance.now() - start;
  await finished(control, general, root, nth);
  return took;
}

it('finds its sandbox again after a restart', async () => {
  const root = await openThread();
  const starts: number[] = [];
  const restarted: number[] = [];
  const goingOn: number[] = [];
  let nth = 1;
  for (let i = 0; i < RUNS; i += 1) {
    await world.stopBot();
    const start = performance.now();
    await world.startBot();
    starts.push(performance.now() - start);
    restarted.push(await reply(root, nth, fenced(`print("value", x + ${i})`), new RegExp(`value ${41 + i}\\b`)));
    goingOn.push(await reply(root, nth + 1, fenced(`print("again", x + ${i})`), new RegExp(`again ${41 + i}\\b`)));
    nth += 2;
  }
  print('A reply → its first output, variables there', [
    { what: 'the bot was running', measured: summary(goingOn), aim: '', ok: true },
    { what: 'the bot was started again before', measured: summary(restarted), aim: '', ok: true },
    { what: 'start → connected to Slack', measured: summary(starts), aim: '', ok: true },
  ]);
  expect(restarted).toHaveLength(RUNS);
});

/** A question, a run, an answer: about 1 kB. */
function pastTurn(n: number): readonly ModelMessage[] {
  const code = { language: 'python', source: 'print(df.describe())\n'.repeat(6) } as const;
  return [
    { role: 'user', text: `Question ${n}: what are the figures of column ${n}?` },
    { role: 'assistant', text: 'I describe it.', calls: [{ id: `c${n}`, code }] },
    { role: 'result', callId: `c${n}`, text: 'mean 67.8, std 9.1\n'.repeat(30), failed: false },
    { role: 'assistant', text: 'The mean is 67.8, and most values are close to it.', calls: [] },
  ];
}

/** Writes the past of a thread into the database of a bot that is not running. */
function remember(team: string, root: string): void {
  const store = openStore(join(world.dataDir, 'threadbox.db'));
  const key = threadKey({ team, channel: world.general, threadTs: root });
  if (!store.thread(key)) throw new Error('the thread is not known');
  for (let n = 1; n <= PAST_TURNS; n += 1) {
    const id = `past-${n}` as TurnId;
    const task = { kind: 'ask', text: 'x' } as const;
    const row = { id, thread: key, user: world.ada, sourceTs: null, task, files: [], replyTs: null, createdMs: n };
    store.insertTurn({ ...row, state: 'running' });
    store.appendMessages(key, id, pastTurn(n), n);
    store.finishTurn(id, { kind: 'done' }, { inputTokens: 1, outputTokens: 1 }, n);
  }
  store.close();
}

it('answers in a thread of 1,000 turns as in a new one', async () => {
  const [young, old] = [await openThread(), await openThread()];
  const { team } = await world.control.state();
  await world.stopBot();
  remember(team.id, old);
  await world.startBot();
  const times = { young: [] as number[], old: [] as number[] };
  for (let i = 0; i <= RUNS; i += 1) {
    const words = `what do you think of ${i}?`;
    const youngMs = await reply(young, 1 + i, words, /no model/i);
    const oldMs = await reply(old, 1 + i, words, /no model/i);
    // The first of each is the first after a start.
    if (i > 0) times.young.push(youngMs);
    if (i > 0) times.old.push(oldMs);
  }
  const ratio = median(times.old) / median(times.young);
  print(`A reply → the model's answer`, [
    { what: 'in a new thread', measured: summary(times.young), aim: '', ok: true },
    {
      what: `in a thread of ${PAST_TURNS.toLocaleString('en')} turns`,
      measured: summary(times.old),
      aim: '',
      ok: true,
    },
    { what: 'ratio of medians', measured: `${ratio.toFixed(2)} ×`, aim: '', ok: true },
  ]);
  expect(times.old).toHaveLength(RUNS);
});
