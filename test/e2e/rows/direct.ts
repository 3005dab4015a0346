/** Direct messages. */
import { expect } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { isFinal, read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { FOREVER, fence } from './stage.ts';

export const direct: Proofs = {
  'dm.one-session': async (stage) => {
    const { control } = stage;
    const { ada } = stage.world;
    const dm = await control.directMessage(ada);
    const shows = (words: RegExp) =>
      until(
        () => control.messages(dm),
        (found) => found.some((message) => message.isBot && isFinal(message) && words.test(read(message))),
        30_000,
      );
    const before = (await control.messages(dm)).length;
    await control.say(ada, dm, fence('secret = 7\nprint("in private")'));
    await shows(/in private/);
    await control.say(ada, dm, fence('print("still", secret)'));
    const all = await shows(/still 7/);
    expect(all.slice(before).map(({ isBot, threadTs }) => ({ isBot, threadTs }))).toEqual([
      { isBot: false, threadTs: undefined },
      { isBot: true, threadTs: undefined },
      { isBot: false, threadTs: undefined },
      { isBot: true, threadTs: undefined },
    ]);
    await control.say(ada, dm, FOREVER);
    await until(
      () => control.messages(dm),
      (found) => found.some((message) => /started/.test(read(message))),
    );
    await control.say(ada, dm, 'stop');
    await shows(/Stopped/);
  },

  'dm.not-for-us': async (stage) => {
    const { control } = stage;
    const { ada } = stage.world;
    const dm = await control.directMessage(ada);
    const before = (await control.messages(dm)).length;
    for (const text of [':+1:', '🎉', '!aside a note to myself']) await control.say(ada, dm, text);
    await control.say(ada, dm, 'help');
    const after = await until(
      () => control.messages(dm),
      (found) => found.at(-1)?.isBot === true,
    );
    expect(after.slice(before).map(({ isBot }) => isBot)).toEqual([false, false, false, false, true]);
  },

  'dm.thread': async (stage) => {
    const { control } = stage;
    const { ada } = stage.world;
    const dm = await control.directMessage(ada);
    const root = await control.say(ada, dm, fence('top = 1\nprint("at the top")'));
    await until(
      () => control.messages(dm),
      (found) => found.some((message) => isFinal(message) && /at the top/.test(read(message))),
    );
    await control.say(ada, dm, fence('print("top" in globals())\nown = 2'), { threadTs: root });
    expect(await stage.shown(root, 0, dm)).toContain('False');
    await control.say(ada, dm, fence('print("own", own)'), { threadTs: root });
    expect(await stage.shown(root, 1, dm)).toContain('own 2');
  },
};
