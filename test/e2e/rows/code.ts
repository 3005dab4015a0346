/** Messages that are nothing but code. */
import { expect } from 'vitest';
import { read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { textsOf } from './recorded-model.ts';
import { buttonsOf, fence } from './stage.ts';

/** The ts of a message that came just after. */
const later = (ts: string) => (Number(ts) + 0.0001).toFixed(6);

export const code: Proofs = {
  'code.without-model': async (stage) => {
    const asked = stage.model.requests.length;
    const root = await stage.ask(fence('x = 6\nprint(x * 7)'));
    const answer = await stage.shown(root);
    expect(answer).toContain('42');
    expect(answer).not.toMatch(/tokens/);
    // In a thread it knows, without a mention.
    await stage.reply(root, fence('print(x * 8)'));
    expect(await stage.shown(root, 1)).toContain('48');
    expect(stage.model.requests).toHaveLength(asked);
  },

  'code.inline': async (stage) => {
    const root = await stage.ask('`print(6 * 9)`');
    expect(await stage.shown(root)).toContain('54');
  },

  'code.snippet': async (stage) => {
    const { control } = stage;
    const root = await stage.ask(fence('x = 1'));
    await stage.answer(root);
    const files = await stage.upload({ 'a-snippet.py': 'print("from a snippet", x)' });
    const ts = await control.say(stage.world.ada, stage.world.general, '!aside look at this', {
      threadTs: root,
      files,
    });
    const asked = stage.model.requests.length;
    // The page has no form for snippets: the event that it sends of a file, as Slack sends it of a snippet.
    const sent = (await control.events()).map(({ event }) => event as Record<string, unknown>);
    const event = sent.findLast((one) => one['ts'] === ts) ?? expect.fail('no event');
    const [file] = event['files'] as readonly object[];
    const alone = { ...event, ts: later(ts), event_ts: later(ts), text: '', blocks: undefined };
    await control.deliver({ ...alone, files: [{ ...file, mode: 'snippet', filetype: 'python' }] });
    expect(await stage.shown(root, 1)).toContain('from a snippet 1');
    expect(stage.model.requests).toHaveLength(asked);
  },

  'code.with-words': async (stage) => {
    const root = await stage.ask(`what does this do?\n${fence('print(6 * 7)')}`);
    const answer = await stage.shown(root);
    expect(answer).not.toMatch(/Python/);
    const texts = textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked'));
    expect(texts).toEqual([expect.stringMatching(/^what does this do\?\n+```(python)?\nprint\(6 \* 7\)\n```$/)]);
  },

  'code.language': async (stage) => {
    const root = await stage.ask(fence('const n = 20; console.log(n + 1)', 'js'));
    expect(await stage.shown(root)).toContain('21');
    await stage.reply(root, fence('javascript\nn * 3', ''));
    expect(await stage.shown(root, 1)).toContain('60');
    await stage.reply(root, fence('X=5; echo "bash $((X + 2))"', 'bash'));
    expect(await stage.shown(root, 2)).toContain('bash 7');
    await stage.reply(root, fence('n = 1\nprint("python", n)', ''));
    expect(await stage.shown(root, 3)).toContain('python 1');
    await stage.reply(root, fence('console.log(n)', 'js'));
    expect(await stage.shown(root, 4)).toContain('20');
  },

  'code.other-language': async (stage) => {
    const root = await stage.ask(fence('DISPLAY "HI"', 'cobol'));
    await stage.said(root, /cobol.*Python.*JavaScript.*Bash/is);
    expect(await stage.answers(root)).toEqual([]);
  },

  'code.not-repaired': async (stage) => {
    const asked = stage.model.requests.length;
    const root = await stage.ask(fence('raise ValueError("as it is")'));
    const answer = await stage.answer(root);
    expect(read(answer)).toMatch(/Failed[\s\S]*ValueError: as it is/);
    expect(buttonsOf(answer)).toEqual(['turn.rerun', 'turn.edit', 'turn.fix', 'turn.code']);
    expect(await stage.control.thread(stage.world.general, root)).toHaveLength(2);
    expect(stage.model.requests).toHaveLength(asked);
  },

  'code.fix-it': async (stage) => {
    const root = await stage.ask(fence('total = 41 + 1\nprint(totl)'));
    const answer = await stage.answer(root);
    await Promise.all([stage.press(answer, 'turn.fix'), stage.press(answer, 'turn.fix')]);
    const fixed = await stage.answer(root, 1);
    expect(read(fixed)).toMatch(/Done/);
    expect(read(fixed)).toContain('42');
    expect(buttonsOf(fixed)).not.toContain('turn.fix');
    await stage.become(answer, (now) => read(now).includes('Fix asked for by'));
    await stage.whispered(/^That button was pressed already/);
    expect(await stage.answers(root)).toHaveLength(2);
  },
};
