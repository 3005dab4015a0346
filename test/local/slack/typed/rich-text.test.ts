import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessageBlocks } from '../../../../src/local/slack/blocks/check.ts';
import { readTyped } from '../../../../src/local/slack/typed/rich-text.ts';

const names = {
  person: (name: string) => ({ ada: 'U0ADA', threadbox: 'U0BOT', U0BOT: 'U0BOT' })[name],
  channel: (name: string) => ({ data: 'C0DATA', C0DATA: 'C0DATA' })[name],
};
const read = (typed: string) => readTyped(typed, names);
const elements = (typed: string) =>
  read(typed).blocks.flatMap((block) => block['elements'] as Record<string, unknown>[]);
const inline = (typed: string) => elements(typed).flatMap((element) => element['elements']);

describe('what a person typed', () => {
  it.each([
    ['plain & <simple>', 'plain &amp; &lt;simple&gt;', [{ type: 'text', text: 'plain & <simple>' }]],
    [
      '@ada look',
      '<@U0ADA> look',
      [
        { type: 'user', user_id: 'U0ADA' },
        { type: 'text', text: ' look' },
      ],
    ],
    [
      'hi <@U0BOT>',
      'hi <@U0BOT>',
      [
        { type: 'text', text: 'hi ' },
        { type: 'user', user_id: 'U0BOT' },
      ],
    ],
    ['@nobody', '@nobody', [{ type: 'text', text: '@nobody' }]],
    ['mail a@ada.org', 'mail a@ada.org', [{ type: 'text', text: 'mail a@ada.org' }]],
    ['@here', '<!here>', [{ type: 'broadcast', range: 'here' }]],
    [
      'in #data',
      'in <#C0DATA|data>',
      [
        { type: 'text', text: 'in ' },
        { type: 'channel', channel_id: 'C0DATA' },
      ],
    ],
    [
      'see https://a.org/b?c=1&d=2.',
      'see <https://a.org/b?c=1&amp;d=2>.',
      [
        { type: 'text', text: 'see ' },
        { type: 'link', url: 'https://a.org/b?c=1&d=2' },
        { type: 'text', text: '.' },
      ],
    ],
    [
      'run `x < 1` now',
      'run `x &lt; 1` now',
      [
        { type: 'text', text: 'run ' },
        { type: 'text', text: 'x < 1', style: { code: true } },
        { type: 'text', text: ' now' },
      ],
    ],
    [
      '*b* _i_ ~s~',
      '*b* _i_ ~s~',
      [
        { type: 'text', text: 'b', style: { bold: true } },
        { type: 'text', text: ' ' },
        { type: 'text', text: 'i', style: { italic: true } },
        { type: 'text', text: ' ' },
        { type: 'text', text: 's', style: { strike: true } },
      ],
    ],
    ['&lt; as typed', '&amp;lt; as typed', [{ type: 'text', text: '&lt; as typed' }]],
    [
      '<https://a.org?x=1>',
      '&lt;<https://a.org?x=1>&gt;',
      [
        { type: 'text', text: '<' },
        { type: 'link', url: 'https://a.org?x=1' },
        { type: 'text', text: '>' },
      ],
    ],
    [
      '<#C0DATA|data> <@U0NOBODY> <!here>',
      '<#C0DATA|data> &lt;@U0NOBODY&gt; &lt;!here&gt;',
      [
        { type: 'channel', channel_id: 'C0DATA' },
        { type: 'text', text: ' <@U0NOBODY> <!here>' },
      ],
    ],
    ['2*3*4 and a_b_c', '2*3*4 and a_b_c', [{ type: 'text', text: '2*3*4 and a_b_c' }]],
    [
      ':tada: 10:30:00',
      ':tada: 10:30:00',
      [
        { type: 'emoji', name: 'tada' },
        { type: 'text', text: ' 10:30:00' },
      ],
    ],
  ])('%s', (typed, text, expected) => {
    expect(read(typed).text).toBe(text);
    expect(inline(typed)).toEqual(expected);
  });

  it('makes a block of a fence, with its language', () => {
    const typed = '@threadbox run\n```python\nif a < b:\n    print("```"[0])\n```\nplease';
    expect(read('@threadbox run\n```python\nx = 1 < 2\n```\nplease')).toMatchObject({
      text: '<@U0BOT> run\n```python\nx = 1 &lt; 2```\nplease',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            { type: 'rich_text_section' },
            { type: 'rich_text_preformatted', language: 'python', elements: [{ type: 'text', text: 'x = 1 < 2' }] },
            { type: 'rich_text_section', elements: [{ type: 'text', text: 'please' }] },
          ],
        },
      ],
    });
    expect(read(typed).blocks).toHaveLength(1);
  });

  it('takes a fence within a line, and one without a language', () => {
    expect(elements('try ```x = 1``` now').map((element) => element['type'])).toEqual([
      'rich_text_section',
      'rich_text_preformatted',
      'rich_text_section',
    ]);
    expect(elements('```\na\n  b\n```')).toEqual([
      { type: 'rich_text_preformatted', border: 0, elements: [{ type: 'text', text: 'a\n  b' }] },
    ]);
  });

  it('quotes lines that begin with >', () => {
    expect(read('> a\n> b\nc')).toMatchObject({
      text: '&gt; a\n&gt; b\nc',
      blocks: [{ elements: [{ type: 'rich_text_quote' }, { type: 'rich_text_section' }] }],
    });
  });

  it('is nothing where nothing was typed', () => {
    expect(read('  \n ')).toEqual({ text: '', blocks: [] });
  });

  it('always makes blocks that Slack takes, and never an unescaped bracket', () => {
    const piece = fc.constantFrom(
      '@ada',
      '#data',
      '`',
      '```',
      '\n',
      '*',
      '_',
      '~',
      '<',
      '>',
      '&',
      '&lt;',
      '&gt;',
      '&amp;',
      ' ',
      'a',
      'https://x.y',
      ':',
      '<@U0BOT>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const typed = read(pieces.join(''));
        const checked = checkMessageBlocks([...typed.blocks], { isFileReady: () => false });
        expect(checked).toMatchObject({ ok: true });
        expect(typed.text.replace(/<(?:@U0ADA|@U0BOT|#C0DATA\|data|https:\/\/[^>]*)>/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });
});
