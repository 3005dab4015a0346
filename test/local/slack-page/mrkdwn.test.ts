import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeText, safeUrl } from '../../../src/local/slack/page/text/escape.ts';
import { parseInline } from '../../../src/local/slack/page/text/inline.ts';
import { parseMrkdwn } from '../../../src/local/slack/page/text/mrkdwn.ts';
import type { Inline, Mark, RichNode } from '../../../src/local/slack/page/text/nodes.ts';

const t = (text: string): Inline => ({ kind: 'text', text });
const m = (mark: Mark, ...children: Inline[]): Inline => ({ kind: 'marked', mark, children });
const link = (url: string, label: string): Inline => ({ kind: 'link', url, children: [t(label)] });
const p = (...children: Inline[]): RichNode => ({ kind: 'paragraph', children });

describe('inline', () => {
  test.each<[string, string, Inline[]]>([
    ['bold', 'a *b c* d', [t('a '), m('bold', t('b c')), t(' d')]],
    ['italic and strike', '_i_ ~s~', [m('italic', t('i')), t(' '), m('strike', t('s'))]],
    ['nested', '*bold _both_*', [m('bold', t('bold '), m('italic', t('both')))]],
    ['markers inside words', 'snake_case_name 2*3*4', [t('snake_case_name 2*3*4')]],
    ['a marker that hugs a space', 'a * b * c', [t('a * b * c')]],
    ['an unclosed marker', '*open', [t('*open')]],
    ['a marker does not span lines', '*a\nb*', [t('*a'), { kind: 'break' }, t('b*')]],
    ['code is literal', '`*x* :tada:`', [m('code', t('*x* :tada:'))]],
    ['a star in code does not close bold', '*a `*` b*', [m('bold', t('a '), m('code', t('*')), t(' b'))]],
    ['entities', 'a &lt;b&gt; &amp;amp;', [t('a <b> &amp;')]],
    ['link with label', '<https://x.dev/?a=1&amp;b|the docs>', [link('https://x.dev/?a=1&b', 'the docs')]],
    ['link without label', '<mailto:a@b.c>', [link('mailto:a@b.c', 'a@b.c')]],
    ['bare link', 'see https://x.dev/a_b_c.', [t('see '), link('https://x.dev/a_b_c', 'https://x.dev/a_b_c'), t('.')]],
    ['unsafe link', '<javascript:alert(1)|x>', [t('<javascript:alert(1)|x>')]],
    ['user', 'hi <@U1>!', [t('hi '), { kind: 'user', id: 'U1' }, t('!')]],
    ['channel', '<#C1|general>', [{ kind: 'channel', id: 'C1', label: 'general' }]],
    ['broadcast', '<!here>', [{ kind: 'broadcast', range: 'here' }]],
    ['date', '<!date^1^{date}|today>', [t('today')]],
    ['emoji', ':tada: :not_one: 10:30:00', [{ kind: 'emoji', name: 'tada' }, t(' :not_one: 10:30:00')]],
    ['two lines', 'a\nb', [t('a'), { kind: 'break' }, t('b')]],
  ])('%s', (_name, source, expected) => {
    expect(parseInline(source)).toEqual(expected);
  });

  test('escaped text without markers reads back as it was', () => {
    const plain = fc.string().filter((value) => !/[*_~`:\n]|http/.test(value));
    fc.assert(
      fc.property(plain, (value) => {
        expect(parseInline(escapeText(value))).toEqual(value === '' ? [] : [t(value)]);
      }),
    );
  });
});

describe('blocks', () => {
  test.each<[string, string, RichNode[]]>([
    ['a fence', '```x = 1\n```', [{ kind: 'pre', text: 'x = 1' }]],
    ['a fence with a language', '```python\nx &lt; 1\n```', [{ kind: 'pre', text: 'x < 1', language: 'python' }]],
    ['a first line that is code', '```print\n(1)```', [{ kind: 'pre', text: 'print\n(1)' }]],
    ['text around a fence', 'a\n```b```\nc', [p(t('a')), { kind: 'pre', text: 'b' }, p(t('c'))]],
    ['an open fence is text', 'a ```b', [p(t('a ')), p(t('```b'))]],
    ['a quote', '&gt; a\n&gt; b\nc', [{ kind: 'quote', children: [p(t('a'), { kind: 'break' }, t('b'))] }, p(t('c'))]],
    ['a quote of the rest', '&gt;&gt;&gt;a\nb', [{ kind: 'quote', children: [p(t('a'), { kind: 'break' }, t('b'))] }]],
    [
      'lists',
      '• a\n• *b*\n2. c',
      [
        { kind: 'list', ordered: false, start: 1, indent: 0, items: [[p(t('a'))], [p(m('bold', t('b')))]] },
        { kind: 'list', ordered: true, start: 2, indent: 0, items: [[p(t('c'))]] },
      ],
    ],
    ['bold at the start of a line is no list', '*a* b', [p(m('bold', t('a')), t(' b'))]],
    ['blank lines stay', 'a\n\nb', [p(t('a'), { kind: 'break' }, { kind: 'break' }, t('b'))]],
    ['nothing', '', []],
  ])('%s', (_name, source, expected) => {
    expect(parseMrkdwn(source)).toEqual(expected);
  });

  test('every text has a reading, and no character inside a fence is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[^`\n]+$/), (around, code) => {
        const fenced = parseMrkdwn(`${around.replaceAll('`', '')}\n\`\`\`${escapeText(code)}\`\`\``);
        expect(fenced.at(-1)).toEqual({ kind: 'pre', text: code });
      }),
    );
  });
});

test.each([
  ['https://example.com', true],
  ['mailto:a@b.c', true],
  ['javascript:alert(1)', false],
  ['JAVASCRIPT:alert(1)', false],
  ['data:text/html,x', false],
  ['/relative', false],
])('%s may be followed: %s', (url, isSafe) => {
  expect(safeUrl(url) === url).toBe(isSafe);
});
