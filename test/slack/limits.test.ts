import { describe, expect, it } from 'vitest';
import {
  actions,
  blockSize,
  blocksSize,
  button,
  context,
  preformatted,
  richText,
  section,
  sectionOf,
  text,
} from '../../src/slack/blocks.ts';
import { LIMITS } from '../../src/slack/limits.ts';
import { duration, elapsed, number, short } from '../../src/slack/render-words.ts';

describe('the size of blocks', () => {
  it.each([
    ['escapes count in full', richText([preformatted('<&>')]), 100 + 10 + 10 + 13],
    ['every element costs a little', richText([sectionOf([text('a'), text('b', { bold: true })])]), 100 + 10 + 11 + 11],
    [
      'an address counts',
      richText([sectionOf([{ type: 'link', url: 'https://x.y/', text: 'z' }])]),
      100 + 10 + 10 + 13,
    ],
    ['mrkdwn counts as it is, escaped already', section('&lt;'), 104],
  ])('%s', (_name, block, size) => {
    expect(blockSize(block)).toBe(size);
  });

  it('is never less than what can be read', () => {
    const blocks = [context('status'), actions(button('Stop', 'turn.stop', 'turn-1')), section('x'.repeat(200))];
    expect(blocksSize(blocks)).toBeGreaterThan('statusStopturn-1'.length + 200);
    expect(LIMITS.messageChars).toBeLessThan(13_200);
  });
});

describe('times and numbers', () => {
  it.each([
    [40, '40 ms'],
    [95, '0.1 s'],
    [420, '0.4 s'],
    [9_949, '9.9 s'],
    [9_960, '10 s'],
    [59_600, '1 min'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [3_780_000, '1 h 3 min'],
    [-5, '1 ms'],
  ])('%d ms took %s', (ms, said) => {
    expect(duration(ms)).toBe(said);
  });

  it.each([
    [999, ''],
    [1_999, '1 s'],
    [61_000, '1 min 1 s'],
    [-1, ''],
  ])('%d ms so far: %s', (ms, said) => {
    expect(elapsed(ms)).toBe(said);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1.0k'],
    [1_234, '1.2k'],
    [9_949, '9.9k'],
    [9_950, '10k'],
    [85_400, '85k'],
  ])('%d tokens are %s', (count, said) => {
    expect(short(count)).toBe(said);
  });

  it.each([
    [0, '0'],
    [1_234, '1,234'],
    [1_234_567, '1,234,567'],
  ])('%d reads %s', (value, said) => {
    expect(number(value)).toBe(said);
  });
});
