/** What people write, in every form and writing: it reaches the model as it was meant, and whole. */
import { expect } from 'vitest';
import { mention, read } from '../world.ts';
import type { Proofs } from './proof.ts';
import { textsOf } from './recorded-model.ts';
import { fence, type Stage } from './stage.ts';

const FENCE = '```';

/** The last task as the model got it. */
function lastAsked(stage: Stage): string {
  return textsOf(stage.model.requests.at(-1) ?? expect.fail('nothing was asked')).at(-1) ?? '';
}

const said = (text: string, style?: object) => ({ type: 'text', text, ...(style && { style }) });
const section = (...elements: readonly object[]) => ({ type: 'rich_text_section', elements });
const list = (style: string, indent: number, ...items: readonly (string | object)[]) => ({
  type: 'rich_text_list',
  style,
  indent,
  elements: items.map((item) => section(typeof item === 'string' ? said(item) : item)),
});

/** Delivers a mention whose blocks a composer made of these elements. */
async function deliver(stage: Stage, elements: readonly object[], text: string): Promise<string> {
  const { general, ada } = stage.world;
  const ts = await stage.control.say(ada, general, 'as the composer makes it');
  const blocks = [{ type: 'rich_text', block_id: 'b', elements }];
  await stage.control.deliver({ type: 'app_mention', channel: general, user: ada, text, ts, event_ts: ts, blocks });
  return ts;
}

export const writing: Proofs = {
  'bad.mention-in-code': async (stage) => {
    const { control } = stage;
    const { general, ada } = stage.world;
    const me = await mention(control, '');
    const typed = await control.say(ada, general, `look:\n${FENCE}\n${me} print(1)\n${FENCE}`);
    const event = { type: 'app_mention', channel: general, user: ada, ts: typed, event_ts: typed };
    await control.deliver({ ...event, text: `look: ${FENCE}${me} print(1)${FENCE}` });
    await control.deliver({ ...event, text: `say \`${me} hello\` to it` });
    await stage.settled();
    expect(await control.thread(general, typed)).toHaveLength(1);
  },

  'bad.other-writing': async (stage) => {
    const asked = 'フィボナッチ数列を計算して、結果を説明してください。 احسب المجموع 🇯🇵 👩‍👩‍👧 ﷽ q̃';
    stage.model.script(asked, () => ({ words: `はい。${asked}` }));
    const root = await stage.ask(asked);
    const answer = await stage.answer(root);
    expect(lastAsked(stage)).toBe(asked);
    expect(read(answer)).toContain(`はい。${asked}`);
    expect(answer.text).toContain(`はい。${asked}`);
    await stage.reply(root, fence('名前 = "東京"\nprint(名前, "ä", "\\N{GRINNING FACE}")'));
    expect(await stage.shown(root, 1)).toContain('東京 ä 😀');
  },

  'bad.long-text': async (stage) => {
    const lines = Array.from({ length: 2_000 }, (_, at) => `${at} of the river, a <b> & more — ä`);
    const task = lines.join('\n').slice(0, 39_900).trim();
    const root = await stage.ask(task);
    expect(await stage.shown(root)).toMatch(/no model is connected/i);
    expect(lastAsked(stage)).toBe(task);
  },

  'bad.rich-text': async (stage) => {
    const { team } = await stage.control.state();
    const { grace, general } = stage.world;
    const elements = [
      section(
        { type: 'user', user_id: team.botUserId },
        said(' please '),
        said('weigh', { bold: true, italic: true, underline: true, highlight: true }),
        said(' '),
        said('these', { strike: true }),
        said(' with '),
        { type: 'user', user_id: grace },
        said(' in '),
        { type: 'channel', channel_id: general },
        said(', '),
        { type: 'usergroup', usergroup_id: 'S012AB3CD' },
        said(' and '),
        { type: 'broadcast', range: 'here' },
        said(' by '),
        { type: 'date', timestamp: 1_720_710_212, format: '{date_num}', fallback: '2024-07-11' },
        said(', in '),
        { type: 'color', value: '#F405B3' },
        said('\nsecond line'),
      ),
      list('ordered', 0, 'apples', 'pears'),
      list('bullet', 1, 'green ones', said('f(x)', { code: true })),
      list('bullet', 2, 'small'),
      { ...list('ordered', 0, 'plums'), offset: 2 },
      { type: 'rich_text_quote', elements: [said('fruit is heavy\nthey say')] },
      section(
        { type: 'link', url: 'https://example.com/a?b=1&c=2', text: 'the scale' },
        said(' '),
        { type: 'link', url: 'https://example.com/bare' },
        said(' '),
        { type: 'emoji', name: 'pear', unicode: '1f350' },
        { type: 'emoji', name: 'wave', skin_tone: 4, unicode: '1f44b-1f3fd' },
        { type: 'emoji', name: 'our-logo' },
        said(' '),
        said('kg()', { code: true }),
      ),
      { type: 'rich_text_preformatted', elements: [said('w = {"a": 1}\nprint(w < 2)')] },
      section(said('thank you kindly for all of it')),
    ];
    const ts = await deliver(stage, elements, `<@${team.botUserId}> please *weigh* ~these~ …`);
    await stage.answer(ts);
    expect(lastAsked(stage).split('\n')).toEqual([
      `please weigh these with @grace (${grace}) in #${general}, @S012AB3CD and @here by 2024-07-11, in #F405B3`,
      'second line',
      '1. apples',
      '2. pears',
      '',
      '  - green ones',
      '  - `f(x)`',
      '',
      '    - small',
      '',
      '3. plums',
      '',
      '> fruit is heavy',
      '> they say',
      'the scale (https://example.com/a?b=1&c=2) https://example.com/bare 🍐👋🏽:our-logo: `kg()`',
      FENCE,
      'w = {"a": 1}',
      'print(w < 2)',
      FENCE,
      'thank you kindly for all of it',
    ]);

    // The text form has linked and escaped what the block holds as it was typed.
    const code = { type: 'rich_text_preformatted', language: 'python', elements: [said('x = "<a.b> & c"\nprint(x)')] };
    const text = `<@${team.botUserId}> ${FENCE}x = "&lt;<http://a.b|a.b>&gt; &amp; c"\nprint(x)${FENCE}`;
    const root = await deliver(stage, [section({ type: 'user', user_id: team.botUserId }), code], text);
    expect(await stage.shown(root)).toContain('<a.b> & c');
  },
};
