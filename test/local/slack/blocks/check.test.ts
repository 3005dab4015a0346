import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMessageBlocks, viewBlockFaults } from '../../../../src/local/slack/blocks/check.ts';

const context = { isFileReady: (id: string) => id === 'F0READY0000' };
const check = (...blocks: readonly unknown[]) => checkMessageBlocks(blocks, context);
const faults = (...blocks: readonly unknown[]) => {
  const checked = check(...blocks);
  return checked.ok ? [] : checked.messages;
};
const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (more: object = {}) => ({ type: 'button', text: plain('Go'), ...more });
const actions = (...elements: readonly object[]) => ({ type: 'actions', elements });
const richText = (...elements: readonly object[]) => ({ type: 'rich_text', elements });
const x = (length: number) => 'x'.repeat(length);
const text = (value: string) => ({ type: 'text', text: value });
const option = (value: string) => ({ text: plain('One'), value });

describe('blocks Slack shows', () => {
  it.each([
    ['a section', { type: 'section', text: mrkdwn(x(3000)) }],
    [
      'a section of fields',
      {
        type: 'section',
        fields: Array(10)
          .fill(mrkdwn(x(2000)))
          .slice(0, 5),
      },
    ],
    ['a section with a button', { type: 'section', text: plain('a'), accessory: button({ value: x(2000) }) }],
    ['a header', { type: 'header', text: plain(x(150)) }],
    ['a divider', { type: 'divider', block_id: 'd' }],
    ['a context', { type: 'context', elements: Array(10).fill(mrkdwn('a')) }],
    ['actions', actions(...Array.from({ length: 25 }, (_, index) => button({ action_id: `a${index}` })))],
    ['a select', actions({ type: 'static_select', action_id: 's', options: [option('1'), option('2')] })],
    ['an overflow menu', actions({ type: 'overflow', action_id: 'o', options: [option('1')] })],
    ['an image by address', { type: 'image', image_url: 'https://example.org/a.png', alt_text: 'a' }],
    ['an image of a known file', { type: 'image', slack_file: { id: 'F0READY0000' }, alt_text: 'a' }],
    [
      'rich text with code',
      richText(
        {
          type: 'rich_text_section',
          elements: [text('a'), { type: 'user', user_id: 'U1' }, { type: 'emoji', name: 'tada' }],
        },
        { type: 'rich_text_preformatted', elements: [text('print(1)')], language: 'python', border: 0 },
        { type: 'rich_text_list', style: 'bullet', elements: [{ type: 'rich_text_section', elements: [text('b')] }] },
      ),
    ],
    ['markdown', { type: 'markdown', text: '# Title' }],
    [
      'a table',
      {
        type: 'table',
        rows: [
          [
            { type: 'raw_text', text: 'a' },
            { type: 'raw_text', text: '' },
          ],
        ],
      },
    ],
    [
      'a chart',
      {
        type: 'data_visualization',
        title: 't',
        chart: { type: 'bar', series: [{ name: 's', data: [{ label: 'a', value: 1 }] }] },
      },
    ],
    ['a task', { type: 'task_card', task_id: 't', title: 'Run', status: 'in_progress' }],
    [
      'feedback buttons',
      {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            action_id: 'f',
            positive_button: { text: plain('Good'), value: '1' },
            negative_button: { text: plain('Bad'), value: '0' },
          },
        ],
      },
    ],
  ])('%s', (_name, block) => {
    expect(faults(block)).toEqual([]);
    expect(check(block).ok).toBe(true);
  });
});

describe('blocks Slack refuses', () => {
  it.each([
    [
      'a section too long',
      { type: 'section', text: mrkdwn(x(3001)) },
      'must be less than 3001 characters',
      '/blocks/0/text/text',
    ],
    [
      'an empty section',
      { type: 'section', text: mrkdwn('') },
      'must be more than 0 characters',
      '/blocks/0/text/text',
    ],
    ['a section of nothing', { type: 'section' }, 'missing required field: text', '/blocks/0'],
    [
      '11 fields',
      { type: 'section', fields: Array(11).fill(mrkdwn('a')) },
      'no more than 10 items allowed',
      '/blocks/0/fields',
    ],
    [
      'a field too long',
      { type: 'section', fields: [mrkdwn(x(2001))] },
      'must be less than 2001 characters',
      '/blocks/0/fields/0/text',
    ],
    [
      'a header too long',
      { type: 'header', text: plain(x(151)) },
      'must be less than 151 characters',
      '/blocks/0/text/text',
    ],
    ['a header in mrkdwn', { type: 'header', text: mrkdwn('a') }, 'unsupported type: mrkdwn', '/blocks/0/text/type'],
    [
      '11 context elements',
      { type: 'context', elements: Array(11).fill(mrkdwn('a')) },
      'no more than 10 items allowed',
      '/blocks/0/elements',
    ],
    ['26 actions', actions(...Array(26).fill(button())), 'no more than 25 items allowed', '/blocks/0/elements'],
    [
      'a button text too long',
      actions(button({ text: plain(x(76)) })),
      'must be less than 76 characters',
      '/blocks/0/elements/0/text/text',
    ],
    [
      'a button value too long',
      actions(button({ value: x(2001) })),
      'must be less than 2001 characters',
      '/blocks/0/elements/0/value',
    ],
    ['a button style', actions(button({ style: 'loud' })), 'must be a valid enum value', '/blocks/0/elements/0/style'],
    ['an unknown element', actions({ type: 'slider' }), 'unsupported type: slider', '/blocks/0/elements/0/type'],
    ['an unknown block', { type: 'hologram' }, 'unsupported type: hologram', '/blocks/0/type'],
    ['a block without a type', { text: plain('a') }, 'missing required field: type', '/blocks/0'],
    ['a block that is text', 'section', 'missing required field: type', '/blocks/0'],
    ['a field of no meaning', { type: 'divider', colour: 'red' }, 'invalid additional property: colour', '/blocks/0'],
    [
      'an image without words',
      { type: 'image', image_url: 'https://example.org/a.png' },
      'missing required field: alt_text',
      '/blocks/0',
    ],
    [
      'an image of nothing',
      { type: 'image', alt_text: 'a' },
      'must define either `image_url` or `slack_file`',
      '/blocks/0',
    ],
    [
      'an image of an unknown file',
      { type: 'image', alt_text: 'a', slack_file: { id: 'F0OTHER0000' } },
      'invalid slack file',
      '/blocks/0/slack_file',
    ],
    [
      'an image address that is none',
      { type: 'image', alt_text: 'a', image_url: 'nowhere' },
      'must be a valid URL',
      '/blocks/0/image_url',
    ],
    [
      'an empty text in rich text',
      richText({ type: 'rich_text_section', elements: [text('')] }),
      'must be more than 0 characters',
      '/blocks/0/elements/0/elements/0/text',
    ],
    [
      'a mention in code',
      richText({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }),
      'unsupported type: user',
      '/blocks/0/elements/0/elements/0/type',
    ],
    [
      'a table of 101 rows',
      { type: 'table', rows: Array(101).fill([{ type: 'raw_text', text: 'a' }]) },
      'no more than 100 items allowed',
      '/blocks/0/rows',
    ],
    [
      'a table of 21 columns',
      { type: 'table', rows: [Array(21).fill({ type: 'raw_text', text: 'a' })] },
      'no more than 20 items allowed',
      '/blocks/0/rows/0',
    ],
    [
      'a select of no options',
      actions({ type: 'static_select' }),
      'must define either `options` or `option_groups`',
      '/blocks/0/elements/0',
    ],
    ['an alert: modals only', { type: 'alert', text: plain('a') }, 'unsupported type: alert', '/blocks/0/type'],
  ])('%s', (_name, block, message, at) => {
    expect(faults(block)).toContain(`[ERROR] ${message} [json-pointer:${at}]`);
  });

  it('more than fifty, ids used twice, two tables', () => {
    const table = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] };
    expect(faults(...Array(51).fill({ type: 'divider' }))).toEqual([
      '[ERROR] no more than 50 items allowed [json-pointer:/blocks]',
    ]);
    expect(faults({ type: 'divider', block_id: 'a' }, { type: 'divider', block_id: 'a' })).toEqual([
      '[ERROR] `block_id` `a` already exists [json-pointer:/blocks/1]',
    ]);
    expect(faults(actions(button({ action_id: 'a' }), button({ action_id: 'a' })))).toEqual([
      '[ERROR] `action_id` `a` already exists [json-pointer:/blocks/0/elements]',
    ]);
    expect(faults(table, table)).toEqual([
      '[ERROR] only one table block is allowed per message [json-pointer:/blocks]',
    ]);
  });

  it('more characters in all than a message holds', () => {
    const code = (length: number) => richText({ type: 'rich_text_preformatted', elements: [text(x(length))] });
    expect(check(code(12_000)).ok).toBe(true);
    expect(check(code(13_300))).toMatchObject({ ok: false, error: 'msg_blocks_too_long' });
    const headers = Array.from({ length: 20 }, () => ({ type: 'header', text: plain('a') }));
    expect(check(...headers, code(11_500))).toMatchObject({ ok: false, error: 'msg_blocks_too_long' });
  });

  it('anything that is no list', () => {
    for (const value of [null, {}, 'x', 1]) {
      expect(checkMessageBlocks(value, context)).toEqual({ ok: false, error: 'invalid_blocks_format', messages: [] });
    }
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (blocks) => {
        const checked = checkMessageBlocks(blocks, context);
        if (!checked.ok) expect(['invalid_blocks', 'msg_blocks_too_long']).toContain(checked.error);
      }),
    );
  });
});

describe('modals', () => {
  it('hold a hundred blocks, inputs and alerts, but no tables', () => {
    const input = { type: 'input', label: plain('L'), element: { type: 'plain_text_input', action_id: 'a' } };
    expect(viewBlockFaults([input, { type: 'alert', text: plain('a') }], context)).toEqual([]);
    expect(viewBlockFaults(Array(100).fill({ type: 'divider' }), context)).toEqual([]);
    expect(viewBlockFaults(Array(101).fill({ type: 'divider' }), context)).toHaveLength(1);
    expect(viewBlockFaults([{ type: 'table', rows: [] }], context)).toHaveLength(1);
    expect(
      viewBlockFaults([{ ...input, element: { type: 'plain_text_input', max_length: 3001 } }], context),
    ).toHaveLength(1);
  });
});
