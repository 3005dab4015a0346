/** Failing runs: how often they are repaired, what is said of it, and when it ends. */
import { expect } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { textsOf } from './recorded-model.ts';
import type { Stage } from './stage.ts';

/** What was announced in the thread, once it is so many. Announcements that wait for the channel's pace share a message. */
async function announcements(stage: Stage, root: string, count: number): Promise<readonly string[]> {
  const read = async () => {
    const messages = await stage.control.thread(stage.world.general, root);
    return messages.flatMap(({ text }) => text.split('\n')).filter((line) => line.startsWith('Attempt '));
  };
  return until(read, (found) => found.length >= count);
}

export const attempts: Proofs = {
  'attempts.announced': async (stage) => {
    const root = await stage.ask('which product category has the highest average price?');
    expect(await stage.shown(root)).toMatch(/\*Done\* in .* · 2 attempts/);
    expect(await announcements(stage, root, 1)).toEqual([
      expect.stringMatching(/^Attempt 2 of 3 — fixing `KeyError: /),
    ]);
    const states = (await stage.answer(root)).versions.map(read);
    expect(states.some((state) => /\* · attempt 2 of 3/.test(state))).toBe(true);
    // The model was given the traceback.
    const texts = textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(texts.join('\n')).toMatch(/Traceback \(most recent call last\)[\s\S]*KeyError/);
  },

  'attempts.three': async (stage) => {
    const root = await stage.ask('how many rows are in the orders table of the sales database?');
    expect(await stage.shown(root)).toMatch(/Failed\* after 3 attempts\. The last error was /);
    expect(await announcements(stage, root, 2)).toEqual([
      expect.stringMatching(/^Attempt 2 of 3 — fixing /),
      expect.stringMatching(/^Attempt 3 of 3 — fixing /),
    ]);
  },

  'attempts.unchanged': async (stage) => {
    stage.model.script('the same mistake', ({ runs, closed }) =>
      closed
        ? { words: 'I could not get past it.' }
        : { words: 'Again.', run: { language: 'python', code: `# try ${runs.length + 1}\nraise KeyError("price")` } },
    );
    const root = await stage.ask('make the same mistake again and again');
    const answer = await stage.shown(root);
    expect(answer).toMatch(/Failed\* after 2 attempts\. The same error came back unchanged: `KeyError: 'price'`/);
    expect(answer).toContain('I could not get past it.');
    expect(await announcements(stage, root, 1)).toHaveLength(1);
  },

  'attempts.hopeless': async (stage) => {
    stage.model.script('sleep too long', ({ closed }) =>
      closed
        ? { words: 'It takes longer than a run may.' }
        : { words: 'Sleeping.', run: { language: 'python', code: 'import time\nkept = 1\ntime.sleep(60)' } },
    );
    await stage.withVariables({ RUN_TIMEOUT_SECONDS: '1' }, async () => {
      const root = await stage.ask('sleep too long');
      expect(await stage.shown(root)).toMatch(/Failed\*\. .*1 s[\s\S]*It takes longer than a run may\./);
      expect(await announcements(stage, root, 0)).toEqual([]);
    });
  },

  'attempts.steps': async (stage) => {
    stage.model.script('never finish', ({ runs, closed }) =>
      closed
        ? { words: 'That is as far as I came.' }
        : { words: 'One more.', run: { language: 'python', code: `print("run ${runs.length + 1}")` } },
    );
    const root = await stage.ask('never finish');
    const answer = await stage.shown(root);
    expect(answer).toMatch(/10 runs/);
    expect(answer).toContain('That is as far as I came.');
    const texts = textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(texts.filter((text) => /^run \d+/.test(text))).toHaveLength(10);
  },
};
