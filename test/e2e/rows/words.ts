/** Words that mean something when they stand alone in a thread. */
import { expect } from 'vitest';
import { mention } from '../world.ts';
import type { Proofs } from './proof.ts';
import { textsOf } from './recorded-model.ts';
import { FOREVER, fence } from './stage.ts';

export const words: Proofs = {
  'words.stop': async (stage) => {
    const { grace } = stage.world;
    const root = await stage.ask(FOREVER);
    await stage.showing(root, /started/);
    await stage.reply(root, 'Stop', grace);
    expect(await stage.shown(root)).toContain(`Stopped* by <@${grace}>`);
    await stage.reply(root, await mention(stage.control, 'stop'));
    await stage.said(root, /^Nothing is running here/);
    await stage.reply(root, fence('print("kept", kept)'));
    expect(await stage.shown(root, 1)).toContain('kept 1');
  },

  'words.status': async (stage) => {
    const root = await stage.ask(fence('x = 41'));
    await stage.answer(root);
    await stage.reply(root, 'status');
    await stage.said(root, /^Nothing is running\. The sandbox is awake, with its variables and files\. Last task: /);
    await stage.reply(root, FOREVER);
    await stage.showing(root, /started/, 1);
    await stage.reply(root, fence('print("next")'));
    await stage.reply(root, 'status');
    await stage.said(root, /^Running: “import time.*”, asked .* ago\. Waiting: “print\("next"\)”\./);
    await stage.reply(root, 'stop');
    await stage.answer(root, 2);
  },

  'words.reset': async (stage) => {
    const root = await stage.ask('compute the first 20 Fibonacci numbers with statistics');
    await stage.answer(root);
    await stage.reply(root, 'reset');
    await stage.said(root, /^The next run here starts in a fresh sandbox.*I still know what was said/);
    await stage.reply(root, fence('print("fibs" in globals())'));
    expect(await stage.shown(root, 1)).toContain('False');
    await stage.reply(root, 'what did I ask you first?');
    await stage.answer(root, 2);
    const texts = textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(texts[0]).toBe('compute the first 20 Fibonacci numbers with statistics');
    expect(texts.join('\n')).toContain('[The sandbox was replaced by a fresh one');
  },

  'words.end': async (stage) => {
    const root = await stage.ask(fence('x = 41'));
    await stage.answer(root);
    await stage.reply(root, 'End');
    await stage.said(root, /^This session is ended/);
    await stage.reply(root, fence('print("not for you")'));
    await stage.reply(root, await mention(stage.control, fence('print("again", "x" in globals())')));
    expect(await stage.shown(root, 1)).toContain('again False');
    expect(await stage.answers(root)).toHaveLength(2);
    await stage.reply(root, fence('print("open")'));
    expect(await stage.shown(root, 2)).toContain('open');
  },

  'words.help': async (stage) => {
    const root = await stage.ask(fence('x = 41'));
    await stage.answer(root);
    await stage.reply(root, 'help');
    await stage.said(root, /Mention me with a task/);
  },

  'words.exact': async (stage) => {
    const root = await stage.ask(FOREVER);
    await stage.showing(root, /started/);
    const asked = ['stop please', 'status?', 'the end', 'reset the counter'];
    for (const text of asked) await stage.reply(root, text);
    await stage.settled();
    expect(await stage.answers(root)).toHaveLength(1);
    await stage.reply(root, 'stop');
    await stage.answer(root, asked.length);
    const texts = textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(texts.filter((text) => asked.includes(text))).toEqual(asked);
  },
};
