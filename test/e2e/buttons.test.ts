/** The buttons under a finished turn, their form, and the message shortcut, over the wire. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlMessage } from '../fakes/slack-control.ts';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';

describeWithWall('the buttons under a finished turn', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(async () => {
    await world.stop();
  });

  const run = async (code: string, language = 'python'): Promise<{ root: string; answer: ControlMessage }> => {
    const { control, general, ada } = world;
    const text = `${await mention(control, '')} ${FENCE}${language}\n${code}\n${FENCE}`;
    const root = await control.say(ada, general, text);
    return { root, answer: await finished(control, general, root) };
  };
  const buttonsOf = (message: ControlMessage) =>
    message.blocks
      .filter((block) => block.type === 'actions')
      .flatMap((block) => block['elements'] as { action_id: string }[])
      .map((element) => element.action_id);
  const press = async (message: ControlMessage, action: string, as = world.ada) => {
    const blockId = String(message.blocks.find((block) => block.type === 'actions')?.['block_id']);
    return world.control.act({ as, type: 'press', channel: world.general, ts: message.ts, blockId, actionId: action });
  };
  const now = async (root: string, ts: string, isThere: (message: ControlMessage) => boolean) => {
    const all = await until(
      () => world.control.thread(world.general, root),
      (found) => found.some((message) => message.ts === ts && isThere(message)),
    );
    return all.find((message) => message.ts === ts) ?? expect.fail('the message is gone');
  };
  const whispered = (sentence: RegExp) =>
    until(
      () => world.control.ephemerals(),
      (found) => found.some(({ text }) => sentence.test(text)),
    );
  const formOf = async (person: string) => {
    const views = await until(
      () => world.control.views(),
      (found) => found.some(({ user }) => user === person),
    );
    return views.find(({ user }) => user === person) ?? expect.fail('no form');
  };

  it('run the same code in the same sandbox, once for two presses, and leave a line', async () => {
    const { control, general, ada, grace } = world;
    const { root, answer } = await run("n = globals().get('n', 0) + 1\nprint('run', n)");
    expect(buttonsOf(answer)).toEqual(['turn.rerun', 'turn.edit', 'turn.code']);
    await Promise.all([press(answer, 'turn.rerun', grace), press(answer, 'turn.rerun', grace)]);
    const again = await finished(control, general, root, 1);
    expect(read(again)).toContain('run 2');
    expect(read(again)).not.toMatch(/tokens/);
    const old = await now(root, answer.ts, (message) => read(message).includes('Re-run by'));
    expect(read(old)).toContain(`Re-run by <@${grace}>`);
    expect(buttonsOf(old)).toEqual(['turn.code']);
    expect(old.metadata).toEqual(answer.metadata);
    await whispered(/^That button was pressed already/);
    await control.say(ada, general, `${FENCE}\nprint('last', n)\n${FENCE}`, { threadTs: root });
    expect(read(await finished(control, general, root, 2))).toContain('last 2');
    expect(await answers(control, general, root)).toHaveLength(3);
  });

  it('open the code in a form, and run what is sent once, in the language chosen', async () => {
    const { control, general, grace } = world;
    const { root, answer } = await run('print("draft")');
    await press(answer, 'turn.edit', grace);
    const { id, view } = await formOf(grace);
    expect(JSON.stringify(view['blocks'])).toContain('print(\\"draft\\")');
    const state = { code: { value: 'echo edited' }, language: { value: 'bash' } };
    const submit = () => control.act({ as: grace, type: 'view.submit', viewId: id, state });
    await Promise.all([submit(), submit()]);
    expect(read(await finished(control, general, root, 1))).toContain('edited');
    const old = await now(root, answer.ts, (message) => read(message).includes('Edited and run by'));
    expect(read(old)).toContain(`<@${grace}>`);
    expect(await answers(control, general, root)).toHaveLength(2);
  });

  it('take longer code as a file', async () => {
    const { control, general, ada } = world;
    const { root, answer } = await run(`print("long")\n${'# a line of no use\n'.repeat(200)}`);
    await press(answer, 'turn.edit');
    const { id, view } = await formOf(ada);
    expect(JSON.stringify(view['blocks'])).toMatch(/3,000.*step-1\.py.*file_input/);
    const empty = await control.upload(ada, 'empty.py', Buffer.from('\n'));
    const file = await control.upload(ada, 'edited.py', Buffer.from('print(6 * 7)'));
    const submit = (viewId: string, file: string) => {
      const state = { file: { value: [file] }, language: { value: 'python' } };
      return control.act({ as: ada, type: 'view.submit', viewId, state });
    };
    await submit(id, empty.id);
    await whispered(/^That file is empty/);
    await press(answer, 'turn.edit');
    await submit((await formOf(ada)).id, file.id);
    expect(read(await finished(control, general, root, 1))).toContain('42');
  });

  it('let the model fix code that failed as it is', async () => {
    const { control, general } = world;
    const { root, answer } = await run('total = 41 + 1\nprint(totl)');
    expect(buttonsOf(answer)).toEqual(['turn.rerun', 'turn.edit', 'turn.fix', 'turn.code']);
    await press(answer, 'turn.fix');
    const fixed = await finished(control, general, root, 1);
    expect(read(fixed)).toMatch(/Done/);
    expect(read(fixed)).toContain('42');
    expect(buttonsOf(fixed)).not.toContain('turn.fix');
    await now(root, answer.ts, (message) => read(message).includes('Fix asked for by'));
  });

  it('show the code of every step to the person who asks', async () => {
    const { control, general, ada } = world;
    const root = await control.say(
      ada,
      general,
      await mention(control, 'which product category has the highest average price?'),
    );
    const answer = await finished(control, general, root);
    await press(answer, 'turn.code');
    const shown = (await whispered(/^The code of 2 steps/)).find(({ text }) => text.startsWith('The code of 2 steps'));
    expect(shown?.threadTs).toBe(root);
    expect(read({ blocks: shown?.blocks ?? [] })).toMatch(/Step 1 · Python[\s\S]*Step 2 · Python/);
    expect(await answers(control, general, root)).toHaveLength(1);
  });

  it('say so when the thread has gone on', async () => {
    const { control, general, ada } = world;
    const { root, answer } = await run('print(1)');
    await control.say(ada, general, `${FENCE}\nprint(2)\n${FENCE}`, { threadTs: root });
    await finished(control, general, root, 1);
    await press(answer, 'turn.rerun');
    await whispered(/^This thread has gone on since then/);
    const old = await now(root, answer.ts, (message) => read(message).includes('The thread went on from here'));
    expect(buttonsOf(old)).toEqual(['turn.code']);
    expect(await answers(control, general, root)).toHaveLength(2);
  });

  const shortcut = (channel: string, ts: string, as = world.ada) =>
    world.control.act({ as, type: 'shortcut', callbackId: 'run_message_code', channel, ts });

  it('have a shortcut beside them that runs the code of any message in its thread', async () => {
    const { control, general, grace } = world;
    const root = await control.say(grace, general, `does this work?\n${FENCE}\nprint("from a message")\n${FENCE}`);
    await shortcut(general, root);
    expect(read(await finished(control, general, root))).toContain('from a message');
    const own = (await answers(control, general, root))[0]?.ts ?? '';
    await shortcut(general, own);
    expect(read(await finished(control, general, root, 1))).toContain('from a message');
  });

  it('have a shortcut that says where there is no code, and where it cannot answer', async () => {
    const { control, general, random, grace } = world;
    const plain = await control.say(grace, general, 'lunch?');
    await shortcut(general, plain);
    await whispered(/^There is no code in that message/);
    await control.removeBot(random);
    const there = await control.say(grace, random, `${FENCE}\nprint(1)\n${FENCE}`);
    await shortcut(random, there);
    await whispered(/^I am not in this channel\. Write `\/invite @threadbox`/);
  });

  it('say so when the turn is not known any more, and go', async () => {
    const { control, general } = world;
    const { root, answer } = await run('print("long ago")');
    await world.stopBot();
    await world.startBot({ DATA_DIR: join(world.dataDir, 'another') });
    await press(answer, 'turn.rerun');
    await whispered(/^I do not have that run any more/);
    const old = await now(root, answer.ts, (message) => read(message).includes('do not work any more'));
    expect(buttonsOf(old)).toEqual([]);
    expect(await answers(control, general, root)).toHaveLength(1);
  });
});
