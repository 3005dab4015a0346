/** A stop and a kill: no turn is lost, none is answered twice, and the messages say what happened. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asRecord } from '../../src/local/slack/json.ts';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { openWorkspace, survive, type Workspace } from './kills.ts';
import { expectSurvival } from './kills-expectations.ts';
import { answers, finished, mention, read } from './world.ts';

const FENCE = '```';
const FOREVER = `${FENCE}\nimport time\nprint("begun", flush=True)\ntime.sleep(600)\n${FENCE}`;

describeWithWall('a bot that ends in mid-turn', () => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await openWorkspace();
  }, 60_000);
  afterAll(async () => {
    await workspace.stop();
  });

  const ask = async (text: string): Promise<string> => {
    const { control, ada, general } = workspace;
    return control.say(ada, general, await mention(control, text));
  };

  /** Waits until the thread's first answer says that. */
  const says = (root: string, words: RegExp) =>
    until(
      () => answers(workspace.control, workspace.general, root),
      ([first]) => first !== undefined && words.test(read(first)),
      30_000,
    );

  it('says on a stop that it was restarted, with what had been printed, and ends in time', async () => {
    const bot = workspace.bot();
    await bot.ready;
    const root = await ask(FOREVER);
    await says(root, /^begun$/m);
    expect(await bot.terminate()).toBe(0);
    const [answer] = await answers(workspace.control, workspace.general, root);
    expect(read(answer ?? { blocks: [] })).toMatch(/I was restarted while working on this[\s\S]*^begun$[\s\S]*Retry/m);
  });

  it('ends the message of a turn that was killed, and does its task anew on Retry, once', async () => {
    const { control, ada, general } = workspace;
    const killed = workspace.bot();
    await killed.ready;
    const root = await ask(`${FENCE}\nimport time\nprint("begun", flush=True)\ntime.sleep(3)\n${FENCE}`);
    await says(root, /^begun$/m);
    await killed.kill();
    const [before] = await answers(control, general, root);
    expect(read(before ?? { blocks: [] })).toMatch(/Running/);

    const bot = workspace.bot();
    await bot.ready;
    const closed = await finished(control, general, root);
    expect(closed.ts).toBe(before?.ts);
    expect(read(closed)).toMatch(/I was restarted while working on this[\s\S]*print\("begun"/);
    expect(read(closed)).toContain('The code that was running is stopped; the variables are kept.');
    const block = closed.blocks.find((one) => JSON.stringify(one).includes('turn.retry'));
    const press = { as: ada, type: 'press', channel: general, ts: closed.ts, actionId: 'turn.retry' } as const;
    const blockId = String(block?.['block_id']);
    await Promise.all([control.act({ ...press, blockId }), control.act({ ...press, blockId })]);
    expect(read(await finished(control, general, root, 1))).toMatch(/Done/);
    const [first, ...more] = await until(
      () => answers(control, general, root),
      ([one]) => one !== undefined && read(one).includes('Started anew'),
    );
    expect(read(first ?? { blocks: [] })).toContain(`Started anew by <@${ada}>`);
    expect(more).toHaveLength(1);
    expect(await bot.terminate()).toBe(0);
  });

  it('does after a kill what a shortcut asked for and was told is coming, once', async () => {
    const { control, ada, general } = workspace;
    const killed = workspace.bot();
    await killed.ready;
    const ts = await control.say(ada, general, `${FENCE}\nprint("asked before the kill")\n${FENCE}`);
    // Between the acknowledgement and the turn's row the bot asks whether it may answer there.
    await control.fault({ method: 'conversations.replies', kind: 'delay', delayMs: 60_000 });
    const use = { as: ada, type: 'shortcut', callbackId: 'run_message_code', channel: general, ts } as const;
    expect(await control.act(use)).toEqual({ ok: true });
    await killed.kill();
    await control.clearFaults();
    expect(await answers(control, general, ts)).toEqual([]);

    const bot = workspace.bot();
    expect(read(await finished(control, general, ts))).toContain('asked before the kill');
    await bot.terminate();
    const next = workspace.bot();
    await next.ready;
    expect(await answers(control, general, ts)).toHaveLength(1);
    await next.terminate();
  });

  it('takes up, once and in order, the replies that Slack brought before the mention of their thread', async () => {
    const { control, ada, general } = workspace;
    const saying = (word: string) => `${FENCE}\nprint("${word} is done")\n${FENCE}`;
    const root = await ask(saying('first'));
    const replies = [];
    for (const text of [saying('second'), '!aside not this', saying('third')]) {
      replies.push(await control.say(ada, general, text, { threadTs: root }));
    }
    const ids = async (ts: string) =>
      (await control.events()).filter(({ event }) => asRecord(event)['ts'] === ts).map((one) => one['event_id']);
    // What waits for a bot longer than this is not delivered when one comes: the schedule of redeliveries is the test's.
    await control.advance(7 * 60_000);
    const bot = workspace.bot();
    await bot.ready;
    for (const ts of replies) for (const id of await ids(ts)) await control.redeliver(id);
    const other = await ask(saying('other'));
    await finished(control, general, other);
    expect(await answers(control, general, root)).toEqual([]);

    for (const id of await ids(root)) await control.redeliver(id);
    const doneIn = async (nth: number) =>
      /(\w+) is done$/m.exec(read(await finished(control, general, root, nth)))?.[1];
    expect([await doneIn(0), await doneIn(1), await doneIn(2)]).toEqual(['first', 'second', 'third']);
    for (const ts of replies) for (const id of await ids(ts)) await control.redeliver(id);
    await control.say(ada, general, saying('fourth'), { threadTs: root });
    expect(await doneIn(3)).toBe('fourth');
    expect(await answers(control, general, root)).toHaveLength(4);
    await bot.terminate();
  });

  it('loses nothing and answers nothing twice, killed at random moments', async () => {
    expectSurvival(await survive(workspace, 4, 20));
  }, 150_000);
});
