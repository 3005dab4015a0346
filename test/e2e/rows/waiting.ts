/** What is written, edited and deleted while a turn waits or runs. */
import { expect } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { mention, read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { buttonsOf, FOREVER, fence, type Stage } from './stage.ts';

const SIGN = 'hourglass_flowing_sand';

/** A thread in which a turn runs until it is stopped. */
async function busy(stage: Stage): Promise<string> {
  const root = await stage.ask(FOREVER);
  await stage.showing(root, /started/);
  return root;
}

async function waits(stage: Stage, root: string, ts: string, does = true): Promise<void> {
  const signs = async () =>
    (await stage.control.thread(stage.world.general, root)).find((message) => message.ts === ts)?.reactions ?? [];
  await until(signs, (found) => found.some(({ name }) => name === SIGN) === does);
}

const edit = async (stage: Stage, ts: string, text: string) => {
  const { ada: as, general: channel } = stage.world;
  expect(await stage.control.act({ as, type: 'edit', channel, ts, text })).toMatchObject({ ok: true });
};

const remove = async (stage: Stage, ts: string) => {
  const { ada: as, general: channel } = stage.world;
  expect(await stage.control.act({ as, type: 'delete', channel, ts })).toMatchObject({ ok: true });
};

export const waiting: Proofs = {
  'queue.in-order': async (stage) => {
    const root = await busy(stage);
    const first = await stage.reply(root, fence('order = ["first"]'));
    const second = await stage.reply(root, fence('order.append("second"); print(order)'), stage.world.grace);
    await waits(stage, root, first);
    await waits(stage, root, second);
    expect(await stage.answers(root)).toHaveLength(1);
    await stage.reply(root, 'stop');
    expect(await stage.shown(root, 2)).toContain("['first', 'second']");
    await waits(stage, root, first, false);
    await waits(stage, root, second, false);
  },

  'queue.capped': async (stage) => {
    const root = await busy(stage);
    for (let n = 1; n <= 20; n += 1) await stage.reply(root, fence(`print("task ${n}")`));
    const one = await stage.reply(root, fence('print("one too many")'));
    await stage.said(root, /^20 tasks are already waiting in this thread\. Let some of them finish, or stop them/);
    await waits(stage, root, one, false);
    await stage.reply(root, 'end');
    expect(await stage.shown(root)).toMatch(/Stopped\* by .* · The session was ended, and its sandbox with it\./);
    await stage.said(root, /^This session is ended/);
    expect(await stage.answers(root)).toHaveLength(1);
  },

  'queue.edited': async (stage) => {
    const root = await busy(stage);
    const edited = await stage.reply(root, fence('print("old words")'));
    const given = await stage.reply(root, fence('print("given up")'));
    await waits(stage, root, given);
    await edit(stage, edited, fence('print("new words")'));
    await edit(stage, given, '!aside never mind');
    await waits(stage, root, given, false);
    await stage.reply(root, 'stop');
    expect(await stage.shown(root, 1)).toContain('new words');
    await stage.reply(root, fence('print("last")'));
    expect(await stage.shown(root, 2)).toContain('last');
  },

  'queue.deleted': async (stage) => {
    const root = await busy(stage);
    const deleted = await stage.reply(root, fence('print("deleted")'));
    await waits(stage, root, deleted);
    await remove(stage, deleted);
    await stage.reply(root, fence('print("kept")'));
    await stage.reply(root, 'status');
    const status = await stage.said(root, /^Running: /);
    expect(status.text).toContain('Waiting: “print("kept")”');
    expect(status.text).not.toContain('deleted');
    await stage.reply(root, 'stop');
    expect(await stage.shown(root, 1)).toContain('kept');
  },

  'running.edited': async (stage) => {
    const { control } = stage;
    const { grace } = stage.world;
    const root = await busy(stage);
    await edit(stage, root, await mention(control, fence('print("the first edit", kept)')));
    const told = await stage.said(root, /^You edited your message after I started on it/);
    await edit(stage, root, await mention(control, fence('print("the second edit", kept)')));
    // It goes on with what it was asked, and begins nothing by itself.
    await stage.settled();
    expect(await stage.answers(root)).toHaveLength(1);
    expect(buttonsOf(told)).toEqual(['turn.reread']);
    await Promise.all([stage.press(told, 'turn.reread', grace), stage.press(told, 'turn.reread', grace)]);
    await stage.reply(root, 'stop');
    expect(await stage.shown(root, 1)).toContain('the second edit 1');
    const after = await stage.become(told, (now) => read(now).includes('Re-run by'));
    expect(read(after)).toContain(`<@${grace}>`);
    expect(buttonsOf(after)).toEqual([]);
    await stage.whispered(/^That button was pressed already/);
    await stage.reply(root, fence('print("last")'));
    expect(await stage.shown(root, 2)).toContain('last');
    expect(await stage.answers(root)).toHaveLength(3);
  },

  'running.deleted': async (stage) => {
    // The thread keeps a stone in its place.
    const root = await busy(stage);
    await remove(stage, root);
    expect(await stage.shown(root)).toContain('Stopped');
    // Without a thread below it, the message is gone altogether.
    const other = await stage.ask(fence('x = 1'));
    await stage.answer(other);
    const running = await stage.reply(other, FOREVER);
    await stage.showing(other, /started/, 1);
    await remove(stage, running);
    expect(await stage.shown(other, 1)).toContain('Stopped');
  },

  'restart.queued': async (stage) => {
    const root = await busy(stage);
    const first = await stage.reply(root, fence('order = ["first"]'));
    const second = await stage.reply(root, fence('order.append("second"); print(order)'));
    await waits(stage, root, second);
    await stage.world.stopBot();
    await waits(stage, root, first);
    await stage.world.startBot();
    expect(await stage.shown(root, 0)).toMatch(/I was restarted while working on this[\s\S]*started[\s\S]*Retry/);
    expect(await stage.shown(root, 2)).toContain("['first', 'second']");
    await waits(stage, root, first, false);
    await waits(stage, root, second, false);
    expect(await stage.answers(root)).toHaveLength(3);
  },
};
