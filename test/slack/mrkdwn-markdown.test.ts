import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementSize, type RichElement } from '../../src/slack/blocks.ts';
import { clipElements } from '../../src/slack/mrkdwn-clip.ts';
import { markdownElements, plainText } from '../../src/slack/mrkdwn-markdown.ts';
import { fittingTable, textTable } from '../../src/slack/mrkdwn-table.ts';
import { displayWidth } from '../../src/slack/mrkdwn-width.ts';
import { foreign } from './progress-cases.ts';

const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const t = (text: string, style?: object) => (style ? { type: 'text', text, style } : { type: 'text', text });
const pre = (text: string, more: object = {}) => ({ type: 'rich_text_preformatted', elements: [t(text)], ...more });
const list = (style: string, indent: number, items: string[], more: object = {}) => ({
  type: 'rich_text_list',
  style,
  indent,
  elements: items.map((item) => section(t(item))),
  ...more,
});

describe('Markdown as rich text', () => {
  it.each<[string, string, object[]]>([
    [
      'styles, alone and together',
      'a **b** _i_ ~~s~~ `c` ***bi*** **`bc`**',
      [
        section(
          t('a '),
          t('b', { bold: true }),
          t(' '),
          t('i', { italic: true }),
          t(' '),
          t('s', { strike: true }),
          t(' '),
          t('c', { code: true }),
          t(' '),
          t('bi', { italic: true, bold: true }),
          t(' '),
          t('bc', { bold: true, code: true }),
        ),
      ],
    ],
    ['paragraphs in one section', 'one\ntwo\n\nthree', [section(t('one\ntwo\n\nthree'))]],
    [
      'a heading close to its text',
      '# Title\ntext\n\n## Next\n',
      [section(t('Title', { bold: true }), t('\ntext\n\n'), t('Next', { bold: true }))],
    ],
    ['a fence with its language', '```py\nx = 1\n```', [pre('x = 1', { language: 'python' })]],
    ['a fence in an unknown language without colours', '```mermaid\nx\n```', [pre('x')]],
    ['an unclosed fence as a fence', '```js\nlet x', [pre('let x', { language: 'javascript' })]],
    ['unclosed emphasis as the text it is', 'a **b', [section(t('a **b'))]],
    ['a list', '- a\n- b', [list('bullet', 0, ['a', 'b'])]],
    ['an ordered list from its number', '3. a\n4. b', [list('ordered', 0, ['a', 'b'], { offset: 2 })]],
    [
      'a nested list, and the outer one going on',
      '1. a\n   - x\n   - y\n2. b',
      [list('ordered', 0, ['a']), list('bullet', 1, ['x', 'y']), list('ordered', 0, ['b'], { offset: 1 })],
    ],
    [
      'code inside an item between two lists',
      '1. a\n\n   ```sh\n   ls\n   ```\n2. b',
      [list('ordered', 0, ['a']), pre('ls', { language: 'bash' }), list('ordered', 0, ['b'], { offset: 1 })],
    ],
    ['two paragraphs in an item', '- a\n\n  b\n', [list('bullet', 0, ['a\nb'])]],
    ['a task list', '- [x] a\n- [ ] b', [list('bullet', 0, ['☑\ufe0e a', '☐ b'])]],
    ['an empty item', '-\n- b', [list('bullet', 0, [' ', 'b'])]],
    ['text after a list with a blank line', '- a\n\nb', [list('bullet', 0, ['a']), section(t('\nb'))]],
    ['a list that counts too high as text', '99999. a', [section(t('99999. a'))]],
    [
      'a quote with a list in it',
      '> q\n>\n> r\n> - z',
      [{ type: 'rich_text_quote', elements: [t('q\n\nr')] }, list('bullet', 0, ['z'], { border: 1 })],
    ],
    ['a table', '|a|日本|\n|-|-:|\n|**1**|2|', [pre('a  日本\n─  ────\n1     2')]],
    ['a line break in a cell as a space', '|a|\n|-|\n|1<br>2<br/>3|', [pre('a\n─────\n1 2 3')]],
    ['a name of Python as it is', 'call __init__ **now**', [section(t('call __init__ '), t('now', { bold: true }))]],
    ['bold underscores', '__Not a name__', [section(t('Not a name', { bold: true }))]],
    [
      'a formula as code, whole',
      'so $\\frac{s}{n}$ and \\(a_1 * b_2\\) of $n$',
      [
        section(
          t('so '),
          t('\\frac{s}{n}', { code: true }),
          t(' and '),
          t('a_1 * b_2', { code: true }),
          t(' of '),
          t('n', { code: true }),
        ),
      ],
    ],
    ['a formula on lines of its own', 'x\n\n$$\na \\,b\n$$\n\ny', [section(t('x')), pre('a \\,b'), section(t('y'))]],
    ['a formula in brackets', '\\[ a^2 \\]', [pre('a^2')]],
    [
      'prices and variables as they are',
      '$5 and $10, $HOME/x, $A_B and $C_D',
      [section(t('$5 and $10, $HOME/x, $A_B and $C_D'))],
    ],
    ['a rule', 'a\n\n---\n\nb', [section(t('a\n\n———\n\nb'))]],
    [
      'an image as a link',
      '![alt](https://x.y/z.png)',
      [section({ type: 'link', url: 'https://x.y/z.png', text: 'alt' })],
    ],
    ['HTML as the text it is', 'a <b>x</b>\n\n<div>y</div>', [section(t('a <b>x</b>\n\n<div>y</div>'))]],
    ['entities as characters', '&lt;b&gt; &amp; &#39;q&#x27; &nope;', [section(t("<b> & 'q' &nope;"))]],
    ['escapes as characters', '\\*a\\*', [section(t('*a*'))]],
    ['nothing as nothing', ' \n ', []],
  ])('shows %s', (_name, markdown, elements) => {
    expect(markdownElements(markdown)).toEqual(elements);
  });

  it.each([
    ['https', '[a](https://b.c/d)', { type: 'link', url: 'https://b.c/d', text: 'a' }],
    ['mailto', '<mailto:a@b.c>', { type: 'link', url: 'mailto:a@b.c', text: 'mailto:a@b.c' }],
    ['a bare address', 'https://b.c', { type: 'link', url: 'https://b.c/', text: 'https://b.c' }],
    ['bold', '**[a](http://b.c)**', { type: 'link', url: 'http://b.c/', text: 'a', style: { bold: true } }],
    ['javascript', '[a](javascript:alert(1))', t('[a](javascript:alert(1))')],
    ['data', '[a](data:text/html,x)', t('[a](data:text/html,x)')],
    ['a path', '[a](/b)', t('[a](/b)')],
    ['slack', '[a](slack://open)', t('[a](slack://open)')],
    ['an endless one', `[a](https://b.c/${'x'.repeat(3_000)})`, t(`[a](https://b.c/${'x'.repeat(3_000)})`)],
  ])('links only what is safe to follow: %s', (_name, markdown, inline) => {
    expect(markdownElements(markdown)).toEqual([section(inline)]);
  });

  it.each(['<!channel>', '<@U0123456>', '@here', '<!subteam^S1>', '<#C1|x>'])('leaves %s literal', (mention) => {
    expect(markdownElements(`hey ${mention}`)).toEqual([section(t(`hey ${mention}`))]);
  });

  it.each([
    ['>', '>'.repeat(20_000)],
    ['- ', '- '.repeat(10_000)],
    ['deep lists', Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}- x`).join('\n')],
    ['[', '['.repeat(10_000)],
    ['*_', '*_'.repeat(5_000)],
  ])('does not fall over %s', (_name, markdown) => {
    expect(markdownElements(markdown).length).toBeGreaterThan(0);
  });

  it('makes nothing that Slack refuses as empty', () => {
    fc.assert(
      fc.property(foreign, (markdown) => {
        const texts = JSON.stringify(markdownElements(markdown.slice(0, 4_000)));
        expect(texts).not.toContain('"text":""');
        expect(texts).not.toContain('"elements":[]');
      }),
    );
  });
});

describe('plain text', () => {
  it('keeps the words and the order, without marks', () => {
    const markdown = '# T\n**b** [l](https://x.y)\n\n1. a\n2. b\n\n- c\n\n```py\ncode\n```';
    expect(plainText(markdownElements(markdown))).toBe('T\nb l\n1. a\n2. b\n• c\ncode');
  });
});

describe('clipping', () => {
  const sizeOf = (elements: readonly RichElement[]) => elements.reduce((sum, element) => sum + elementSize(element), 0);

  it('fits the room and keeps the start or the end', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 0, max: 3_000 }), fc.constantFrom('start', 'end'), (text, room, keep) => {
        const all = markdownElements(text.slice(0, 6_000));
        const kept = clipElements(all, room, keep);
        expect(sizeOf(kept)).toBeLessThanOrEqual(room);
        if (sizeOf(all) <= room) expect(kept).toEqual(all);
        expect(JSON.stringify(kept)).not.toMatch(/"text":""|"elements":\[\]/);
      }),
    );
  });

  it('cuts a fence inside, and it stays one', () => {
    const [cut] = clipElements(markdownElements(`\`\`\`python\n${'x = 1\n'.repeat(100)}\`\`\``), 100, 'start');
    expect(cut).toMatchObject({ type: 'rich_text_preformatted', language: 'python' });
  });

  it('counts on in an ordered list whose start is cut', () => {
    const items = Array.from({ length: 20 }, (_, index) => `${index + 1}. item`).join('\n');
    expect(clipElements(markdownElements(items), 80, 'end')).toMatchObject([{ offset: 18, elements: [{}, {}] }]);
  });
});

describe('text tables', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['👩‍👩‍👧‍👦', 2],
    ['a\u200bb', 2],
  ])('knows how wide %s is', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('aligns columns', () => {
    expect(
      textTable(
        [
          ['Name', 'Sum'],
          ['é', '1'],
          ['long name', '200'],
        ],
        ['left', 'right'],
      ).split('\n'),
    ).toEqual(['Name       Sum', '─────────  ───', 'é            1', 'long name  200']);
  });

  it('wraps long cells inside their column, so that a narrow thread does not wrap the lines', () => {
    const rows = [
      ['City', 'People', 'Note'],
      ['東京', '13,960,000', 'the most populous metropolitan area of the world'],
      ['Kraków', '780,000', '日本語の長い説明がここに入りますのでとても長い'],
    ];
    expect(textTable(rows, [null, 'right', null]).split('\n')).toEqual([
      'City        People  Note',
      '──────  ──────────  ────────────────────────',
      '東京    13,960,000  the most populous',
      '                    metropolitan area of the',
      '                    world',
      '',
      'Kraków     780,000  日本語の長い説明がここに',
      '                    入りますのでとても長い',
    ]);
  });

  it('leaves a table of too many columns wide', () => {
    const head = Array.from({ length: 9 }, (_, column) => `a column ${column}`);
    expect(
      textTable(
        [head],
        head.map(() => null),
      ).split('\n')[0],
    ).toBe(head.join('  '));
  });

  it('goes on below where the columns fit beside each other in two or three tables', () => {
    const rows = [
      ['Region', 'First quarter', 'Second quarter', 'Third quarter', 'Fourth quarter'],
      ['East', '1,204', '1,391', '1,502', '1,544'],
    ];
    expect(fittingTable(rows, [null, 'right', 'right', 'right', 'right']).split('\n')).toEqual([
      'Region  First quarter  Second quarter',
      '──────  ─────────────  ──────────────',
      'East            1,204           1,391',
      '',
      'Region  Third quarter  Fourth quarter',
      '──────  ─────────────  ──────────────',
      'East            1,502           1,544',
    ]);
  });

  it('becomes a record for each row where there are more columns than that', () => {
    const rows = [
      ['Customer', 'Country', 'Plan', 'Seats', 'Monthly revenue', 'Last contact', 'Owner', 'Remark'],
      [
        'Acme Industrial Holdings GmbH',
        'Germany',
        'Enterprise',
        '1,250',
        '18,750.00 €',
        '2026-11-02',
        'Ada',
        'Wants a quote',
      ],
      ['Blue Harbour', 'Norway', 'Team', '40', '480.00 €', '2026-10-19', 'Grace', ''],
    ];
    expect(fittingTable(rows, rows[0]?.map(() => null) ?? []).split('\n')).toEqual([
      'Customer         Acme Industrial Holdings',
      '                 GmbH',
      'Country          Germany',
      'Plan             Enterprise',
      'Seats            1,250',
      'Monthly revenue  18,750.00 €',
      'Last contact     2026-11-02',
      'Owner            Ada',
      'Remark           Wants a quote',
      '─'.repeat(44),
      'Customer         Blue Harbour',
      'Country          Norway',
      'Plan             Team',
      'Seats            40',
      'Monthly revenue  480.00 €',
      'Last contact     2026-10-19',
      'Owner            Grace',
    ]);
  });

  it('keeps a cell that is written from right to left in its column', () => {
    const [, , row] = fittingTable(
      [
        ['City', 'People'],
        ['القاهرة', '9,540,000'],
      ],
      [null, 'right'],
    ).split('\n');
    expect(row).toBe('\u2068القاهرة\u2069  9,540,000');
  });

  it('is never wider than a thread and loses no cell, whatever its shape', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 60 }),
      fc.constantFrom('word '.repeat(9), '漢'.repeat(30)),
    );
    const row = (columns: number) =>
      fc.array(
        cell.map((text) => text.replace(/\s+/g, ' ').trim()),
        { minLength: columns, maxLength: columns },
      );
    const rows = fc
      .integer({ min: 1, max: 9 })
      .chain((columns) => fc.array(row(columns), { minLength: 2, maxLength: 4 }));
    const bare = (text: string) => text.replace(/[\s─]/g, '');
    fc.assert(
      fc.property(rows, (table) => {
        const drawn = fittingTable(table, table[0]?.map(() => null) ?? []);
        expect(Math.max(...drawn.split('\n').map(displayWidth))).toBeLessThanOrEqual(44);
        const left = [...bare(drawn)].sort();
        for (const one of table.slice(1).flat()) for (const point of bare(one)) expect(left).toContain(point);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every character of every cell', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.constantFrom('word '.repeat(30), '漢'.repeat(90)),
    );
    const bare = (text: string) =>
      text
        .replace(/[\s─\u2068\u2069]/g, '')
        .split('')
        .sort()
        .join('');
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 4 }), (rows) => {
        expect(bare(textTable(rows, [null, 'right']))).toBe(bare(rows.flat().join('')));
      }),
    );
  });
});
