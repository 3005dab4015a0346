import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asList } from '../../../src/local/slack/page/blocks/fields.ts';
import { highlight } from '../../../src/local/slack/page/text/highlight.ts';
import { parseMarkdown } from '../../../src/local/slack/page/text/markdown.ts';
import type { Inline, RichNode } from '../../../src/local/slack/page/text/nodes.ts';
import { parseRichText } from '../../../src/local/slack/page/text/rich-text.ts';

const t = (text: string): Inline => ({ kind: 'text', text });
const p = (...children: Inline[]): RichNode => ({ kind: 'paragraph', children });

describe('rich_text', () => {
  const read = (...elements: unknown[]) => parseRichText(asList(elements));
  const section = (...elements: unknown[]) => ({ type: 'rich_text_section', elements });

  test('styles nest, text is literal', () => {
    const text = { type: 'text', text: '*not bold* <@U1>', style: { bold: true, code: true } };
    expect(read(section(text))).toEqual([
      p({
        kind: 'marked',
        mark: 'bold',
        children: [{ kind: 'marked', mark: 'code', children: [t('*not bold* <@U1>')] }],
      }),
    ]);
  });

  test('links, mentions, emoji', () => {
    const inlines = [
      { type: 'link', url: 'https://x.dev', text: 'x' },
      { type: 'link', url: 'javascript:1', text: 'bad' },
      { type: 'user', user_id: 'U1' },
      { type: 'channel', channel_id: 'C1' },
      { type: 'broadcast', range: 'here' },
      { type: 'emoji', name: 'tada' },
    ];
    expect(read(section(...inlines))).toEqual([
      p(
        { kind: 'link', url: 'https://x.dev', children: [t('x')] },
        t('bad'),
        { kind: 'user', id: 'U1' },
        { kind: 'channel', id: 'C1' },
        { kind: 'broadcast', range: 'here' },
        { kind: 'emoji', name: 'tada' },
      ),
    ]);
  });

  test('preformatted keeps every character and its language', () => {
    const pre = {
      type: 'rich_text_preformatted',
      language: 'python',
      elements: [{ type: 'text', text: 'a\n\n<b>\n' }],
    };
    expect(read(pre)).toEqual([{ kind: 'pre', text: 'a\n\n<b>', language: 'python' }]);
  });

  test('lists keep their level and first number', () => {
    const list = {
      type: 'rich_text_list',
      style: 'ordered',
      indent: 1,
      offset: 2,
      elements: [section({ type: 'text', text: 'a' })],
    };
    expect(read(list)).toEqual([{ kind: 'list', ordered: true, start: 3, indent: 1, items: [[p(t('a'))]] }]);
  });

  test('anything malformed is left out', () => {
    expect(read(null, 7, {}, { type: 'rich_text_list' }, section(null, { type: 'text', text: 4 }))).toEqual([
      { kind: 'list', ordered: false, start: 1, indent: 0, items: [] },
      p(),
    ]);
  });
});

describe('markdown', () => {
  test.each<[string, string, RichNode[]]>([
    [
      'heading and styles',
      '## A **b**',
      [{ kind: 'heading', level: 2, children: [t('A '), { kind: 'marked', mark: 'bold', children: [t('b')] }] }],
    ],
    ['code', '```py\na < b\n```', [{ kind: 'pre', text: 'a < b', language: 'py' }]],
    ['code span', '`a < b`', [p({ kind: 'marked', mark: 'code', children: [t('a < b')] })]],
    ['html stays text', '<b>x</b>', [p(t('<b>'), t('x'), t('</b>'))]],
    ['an unsafe link is its words', '[x](javascript:alert)', [p(t('x'))]],
    [
      'an image is a link',
      '![alt](https://x.dev/a.png)',
      [p({ kind: 'link', url: 'https://x.dev/a.png', children: [t('alt')] })],
    ],
    ['emoji', 'done :tada:', [p(t('done '), { kind: 'emoji', name: 'tada' })]],
    ['rule', '---', [{ kind: 'rule' }]],
    [
      'table',
      '| a | b |\n|---|---|\n| 1 | 2 |',
      [{ kind: 'table', header: [[t('a')], [t('b')]], rows: [[[t('1')], [t('2')]]] }],
    ],
    ['list', '3. a\n4. b', [{ kind: 'list', ordered: true, start: 3, indent: 0, items: [[p(t('a'))], [p(t('b'))]] }]],
  ])('%s', (_name, source, expected) => {
    expect(parseMarkdown(source)).toEqual(expected);
  });
});

describe('highlight', () => {
  test('keywords and strings get classes', () => {
    const classes = highlight('def f():\n  return "<&"', 'python').filter((token) => token.className !== '');
    expect(classes).toEqual(
      expect.arrayContaining([
        { text: 'def', className: 'hljs-keyword' },
        { text: '"<&"', className: 'hljs-string' },
      ]),
    );
  });

  test('the tokens joined are the code, for any code and language', () => {
    const language = fc.constantFrom('python', 'js', 'bash', 'json', 'csv', undefined);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), language, (code, name) => {
        expect(
          highlight(code, name)
            .map((token) => token.text)
            .join(''),
        ).toBe(code);
      }),
    );
  });

  test('an unknown language is one plain token', () => {
    expect(highlight('x = 1', 'cobol')).toEqual([{ text: 'x = 1', className: '' }]);
  });
});
