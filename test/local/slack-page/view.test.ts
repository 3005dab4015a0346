import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { initialViewState } from '../../../src/local/slack/page/blocks/view-state.ts';
import { delayBefore } from '../../../src/local/slack/page/net/backoff.ts';
import { formatPlace, parsePlace } from '../../../src/local/slack/page/place.ts';
import { timeline } from '../../../src/local/slack/page/state/timeline.ts';
import { bytes, count, fileKind } from '../../../src/local/slack/page/text/amounts.ts';
import {
  clockTime,
  dateOfTs,
  dayLabel,
  fullTime,
  shortClockTime,
  timeAgo,
} from '../../../src/local/slack/page/text/time.ts';
import { message, ts } from './builders.ts';

const now = new Date('2026-03-10T09:30:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);

describe('times', () => {
  test.each([
    [ago(60), 'Today'],
    [ago(86_400), 'Yesterday'],
    [new Date('2026-03-02T12:00:00Z'), 'Monday, March 2nd'],
    [new Date('2026-02-11T12:00:00Z'), 'Wednesday, February 11th'],
    [new Date('2025-12-23T12:00:00Z'), 'Tuesday, December 23rd, 2025'],
  ])('%s is %s', (date, label) => {
    expect(dayLabel(date, now, 'UTC')).toBe(label);
  });

  test('the zone decides the day and the hour', () => {
    const late = new Date('2026-03-09T23:30:00Z');
    expect(dayLabel(late, now, 'UTC')).toBe('Yesterday');
    expect(dayLabel(late, now, 'Europe/Berlin')).toBe('Today');
    expect(clockTime(late, 'Europe/Berlin')).toMatch(/^12:30\sAM$/);
    expect(shortClockTime(late, 'UTC')).toBe('11:30');
    expect(fullTime(late, now, 'UTC')).toMatch(/^Yesterday at 11:30:00\sPM$/);
  });

  test.each([
    [5, 'just now'],
    [-5, 'just now'],
    [60, '1 minute ago'],
    [59 * 60, '59 minutes ago'],
    [2 * 3600, '2 hours ago'],
    [3 * 86_400, '3 days ago'],
    [8 * 86_400, 'Monday, March 2nd'],
  ])('%s seconds ago is %s', (seconds, label) => {
    expect(timeAgo(ago(seconds), now, 'UTC')).toBe(label);
  });

  test('a ts is seconds', () => {
    expect(dateOfTs('1700000000.000100').toISOString()).toBe('2023-11-14T22:13:20.000Z');
  });
});

describe('timeline', () => {
  const shape = (messages: Parameters<typeof timeline>[0], newAfter = '') =>
    timeline(messages, { newAfter, me: 'U1', zone: 'UTC' }).map((item) =>
      item.kind === 'message' ? `${item.isGrouped ? '+' : ''}${item.message.text}` : item.kind,
    );

  test('consecutive messages of one author are grouped, for five minutes', () => {
    const messages = [message(0), message(60), message(361), message(362, { user: 'U1' }), message(363)];
    expect(shape(messages)).toEqual(['day', 'message 0', '+message 60', 'message 361', 'message 362', 'message 363']);
  });

  test('replies, privacy and joins end a group', () => {
    const messages = [
      message(0, { replyCount: 1 }),
      message(1),
      message(2, { ephemeralFor: 'U1' }),
      message(3, { subtype: 'channel_join' }),
      message(4, { subtype: 'file_share' }),
      message(5),
    ];
    expect(shape(messages).filter((each) => each.startsWith('+'))).toEqual(['+message 5']);
  });

  test('each day begins with a divider', () => {
    expect(shape([message(0), message(86_400)])).toEqual(['day', 'message 0', 'day', 'message 86400']);
  });

  test('the New line stands before the first unread message of somebody else', () => {
    const messages = [message(1), message(2, { user: 'U1' }), message(3), message(4)];
    expect(shape(messages, ts(1))).toEqual(['day', 'message 1', 'message 2', 'new', 'message 3', '+message 4']);
  });
});

test('a place survives the address, anything else is no place', () => {
  const places = [{ channel: 'C024BE91L' }, { channel: 'D1', threadTs: '1700000000.000100' }];
  expect(places.map((place) => parsePlace(formatPlace(place)))).toEqual(places);
  expect(['', '#', '#composer', '#C1/x', '#C1/1.2/3'].map(parsePlace)).toEqual(Array(5).fill(undefined));
});

test('connection attempts: at once, then spread, never more than five seconds apart', () => {
  fc.assert(
    fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const delay = delayBefore(attempt, () => random);
      expect(delay).toBeLessThanOrEqual(5000);
      expect(delay).toBeGreaterThanOrEqual(attempt === 0 ? 0 : 300);
    }),
  );
  expect(delayBefore(0, Math.random)).toBe(0);
});

test('amounts', () => {
  expect([812, 3400, 12_345, 1_248_300].map(bytes)).toEqual(['812 B', '3.4 kB', '12 kB', '1.2 MB']);
  expect([count(1, 'reply', 'replies'), count(3, 'reply', 'replies')]).toEqual(['1 reply', '3 replies']);
  expect([fileKind('a.py', ''), fileKind('a.csv', 'text/csv'), fileKind('noext', 'application/pdf')]).toEqual([
    'Python',
    'CSV',
    'application/pdf',
  ]);
});

test('a modal starts with the app’s values and keeps what was typed', () => {
  const option = { value: 'python', text: { type: 'plain_text', text: 'Python' } };
  const blocks = [
    { type: 'input', block_id: 'code', element: { type: 'plain_text_input', action_id: 'a', initial_value: 'x = 1' } },
    { type: 'input', block_id: 'lang', element: { type: 'static_select', action_id: 'a', initial_option: option } },
    { type: 'section', block_id: 'opts', accessory: { type: 'checkboxes', action_id: 'a', initial_options: [option] } },
    {
      type: 'actions',
      elements: [
        { type: 'button', action_id: 'b' },
        { type: 'radio_buttons', action_id: 'r' },
      ],
    },
    { type: 'divider' },
  ];
  expect(initialViewState(blocks, { code: { a: 'y = 2' } })).toEqual({
    code: { a: 'y = 2' },
    lang: { a: 'python' },
    opts: { a: ['python'] },
    'block-3': { r: '' },
  });
});
