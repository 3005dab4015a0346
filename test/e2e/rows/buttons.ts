/** The buttons under answers, their form, and the message shortcut. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { type ControlMessage, until } from '../../fakes/slack-control.ts';
import { read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { buttonsOf, FOREVER, fence, type Stage } from './stage.ts';

async function ran(stage: Stage, source: string): Promise<{ root: string; answer: ControlMessage }> {
  const root = await stage.ask(fence(source));
  return { root, answer: await stage.answer(root) };
}

/** The form that stands open for a person. */
async function formOf(stage: Stage, person: string) {
  const open = async () => (await stage.control.views()).find(({ user }) => user === person);
  return (await until(open, (found) => found !== undefined)) ?? expect.fail('no form');
}

async function shortcut(stage: Stage, channel: string, ts: string): Promise<void> {
  const use = { as: stage.world.ada, type: 'shortcut', callbackId: 'run_message_code', channel, ts } as const;
  expect(await stage.control.act(use)).toEqual({ ok: true });
}

export const buttons: Proofs = {
  'buttons.stop': async (stage) => {
    const { grace } = stage.world;
    const root = await stage.ask(FOREVER);
    const running = await stage.showing(root, /started/);
    await stage.reply(root, fence('print("waited", kept)'));
    await Promise.all([stage.press(running, 'turn.stop', grace), stage.press(running, 'turn.stop', grace)]);
    const answer = await stage.shown(root);
    expect(answer).toContain(`Stopped* by <@${grace}>`);
    expect(answer).toMatch(/variables.*kept|kept.*variables/i);
    expect(await stage.shown(root, 1)).toContain('waited 1');
  },

  'buttons.rerun': async (stage) => {
    const { grace } = stage.world;
    const { root, answer } = await ran(stage, "n = globals().get('n', 0) + 1\nprint('run', n)");
    expect(buttonsOf(answer)).toEqual(['turn.rerun', 'turn.edit', 'turn.code']);
    await Promise.all([stage.press(answer, 'turn.rerun', grace), stage.press(answer, 'turn.rerun', grace)]);
    const again = await stage.shown(root, 1);
    expect(again).toContain('run 2');
    expect(again).not.toMatch(/tokens/);
    const old = await stage.become(answer, (now) => read(now).includes('Re-run by'));
    expect(read(old)).toContain(`Re-run by <@${grace}>`);
    expect(buttonsOf(old)).toEqual(['turn.code']);
    expect(old.metadata).toEqual(answer.metadata);
    await stage.whispered(/^That button was pressed already/);
    await stage.reply(root, fence("print('last', n)"));
    expect(await stage.shown(root, 2)).toContain('last 2');
    expect(await stage.answers(root)).toHaveLength(3);
  },

  'buttons.edit': async (stage) => {
    const { grace } = stage.world;
    const { root, answer } = await ran(stage, 'print("draft")');
    await stage.press(answer, 'turn.edit', grace);
    const { id, view } = await formOf(stage, grace);
    expect(JSON.stringify(view['blocks'])).toContain('print(\\"draft\\")');
    const state = { code: { value: 'echo edited' }, language: { value: 'bash' } };
    expect(await stage.control.act({ as: grace, type: 'view.submit', viewId: id, state })).toEqual({ ok: true });
    expect(await stage.shown(root, 1)).toContain('edited');
    const old = await stage.become(answer, (now) => read(now).includes('Edited and run by'));
    expect(read(old)).toContain(`<@${grace}>`);
  },

  'bad.form-twice': async (stage) => {
    const { grace } = stage.world;
    const { root, answer } = await ran(stage, 'print("draft")');
    await stage.press(answer, 'turn.edit', grace);
    const { id: viewId } = await formOf(stage, grace);
    const state = { code: { value: 'print("sent")' }, language: { value: 'python' } };
    const submit = () => stage.control.act({ as: grace, type: 'view.submit', viewId, state });
    await Promise.all([submit(), submit()]);
    expect(await stage.shown(root, 1)).toContain('sent');
    await stage.settled();
    expect(await stage.answers(root)).toHaveLength(2);
  },

  'bad.empty-form': async (stage) => {
    const { grace } = stage.world;
    const { root, answer } = await ran(stage, 'print("draft")');
    await stage.press(answer, 'turn.edit', grace);
    const { id: viewId } = await formOf(stage, grace);
    const submit = (value: string) => {
      const state = { code: { value }, language: { value: 'python' } };
      return stage.control.act({ as: grace, type: 'view.submit', viewId, state });
    };
    await submit('  \n ');
    const errors = async () =>
      (await stage.control.notices()).filter((notice) => JSON.stringify(notice).includes('no code in it'));
    await until(errors, (found) => found.length > 0);
    expect((await formOf(stage, grace)).id).toBe(viewId);
    await submit('print("filled in")');
    expect(await stage.shown(root, 1)).toContain('filled in');
  },

  'buttons.edit-file': async (stage) => {
    const { ada } = stage.world;
    const { root, answer } = await ran(stage, `print("long")\n${'# a line of no use\n'.repeat(200)}`);
    await stage.press(answer, 'turn.edit');
    const { id, view } = await formOf(stage, ada);
    expect(JSON.stringify(view['blocks'])).toMatch(/3,000.*step-1\.py.*file_input/);
    const submit = async (viewId: string, files: readonly string[]) => {
      const state = { file: { value: files }, language: { value: 'python' } };
      await stage.control.act({ as: ada, type: 'view.submit', viewId, state });
    };
    await submit(id, await stage.upload({ 'empty.py': '\n' }));
    await stage.whispered(/^That file is empty/);
    await stage.press(answer, 'turn.edit');
    await submit((await formOf(stage, ada)).id, await stage.upload({ 'edited.py': 'print(6 * 7)' }));
    expect(await stage.shown(root, 1)).toContain('42');
  },

  'buttons.code': async (stage) => {
    const { grace } = stage.world;
    const root = await stage.ask('which product category has the highest average price?');
    const answer = await stage.answer(root);
    await stage.press(answer, 'turn.code', grace);
    const shown = await stage.whispered(/^The code of 2 steps/);
    expect(shown).toMatchObject({ threadTs: root, ephemeralFor: grace });
    expect(read(shown)).toMatch(/Step 1 · Python[\s\S]*Step 2 · Python/);
    expect(await stage.answers(root)).toHaveLength(1);
  },

  'buttons.newest': async (stage) => {
    const { root, answer } = await ran(stage, 'print(1)');
    await stage.reply(root, fence('print(2)'));
    await stage.answer(root, 1);
    await stage.press(answer, 'turn.rerun');
    await stage.whispered(/^This thread has gone on since then/);
    const old = await stage.become(answer, (now) => read(now).includes('The thread went on from here'));
    expect(buttonsOf(old)).toEqual(['turn.code']);
    expect(await stage.answers(root)).toHaveLength(2);
  },

  'buttons.closed': async (stage) => {
    const { root, answer } = await ran(stage, 'print(1)');
    await stage.reply(root, 'end');
    await stage.said(root, /^This session is ended/);
    await stage.press(answer, 'turn.rerun');
    await stage.whispered(/^This session was ended, so its buttons do nothing/);
    const old = await stage.become(answer, (now) => read(now).includes('This session was ended'));
    expect(buttonsOf(old)).toEqual(['turn.code']);
    expect(await stage.answers(root)).toHaveLength(1);
  },

  'buttons.shortcut': async (stage) => {
    const { general, grace } = stage.world;
    const root = await stage.control.say(grace, general, `does this work?\n${fence('print("from a message")')}`);
    await shortcut(stage, general, root);
    expect(await stage.shown(root)).toContain('from a message');
    // Of a message of its own, which is code that ran; inside a thread, where no slash command works.
    const own = (await stage.answers(root))[0]?.ts ?? '';
    await shortcut(stage, general, own);
    expect(await stage.shown(root, 1)).toContain('from a message');
  },

  'buttons.shortcut-nothing': async (stage) => {
    const { general, grace } = stage.world;
    await shortcut(stage, general, await stage.control.say(grace, general, 'lunch?'));
    await stage.whispered(/^There is no code in that message/);
    await stage.control.act({ as: grace, type: 'create-channel', name: 'without-me' });
    const { id } = await stage.control.channel('without-me');
    await stage.control.act({ as: stage.world.ada, type: 'join', channel: id });
    const there = await stage.control.say(grace, id, fence('print(1)'));
    await shortcut(stage, id, there);
    await stage.whispered(/^I am not in this channel\. Write `\/invite @threadbox`/);
    expect(await stage.control.thread(id, there)).toHaveLength(1);
  },

  'bad.old-button': async (stage) => {
    const { root, answer } = await ran(stage, 'print("long ago")');
    await stage.withVariables({ DATA_DIR: join(stage.world.dataDir, 'another') }, async () => {
      await stage.press(answer, 'turn.rerun');
      await stage.whispered(/^I do not have that run any more/);
      const old = await stage.become(answer, (now) => read(now).includes('do not work any more'));
      expect(buttonsOf(old)).toEqual([]);
      expect(await stage.answers(root)).toHaveLength(1);
    });
  },
};
