import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelName } from '../../../src/local/slack/page/compose/channel-name.ts';
import { readCommand } from '../../../src/local/slack/page/compose/command.ts';
import { complete, completionAt, insertFence, matching } from '../../../src/local/slack/page/compose/complete.ts';
import { createDrafts, restored } from '../../../src/local/slack/page/compose/drafts.ts';
import { insideCode, insideFence, splitCode } from '../../../src/local/slack/page/compose/fence.ts';
import { asTyped, withMentions } from '../../../src/local/slack/page/compose/mentions.ts';
import { boot, channel, person } from './builders.ts';

/** A text with the caret at `|`. */
function at(marked: string): [text: string, caret: number] {
  return [marked.replace('|', ''), marked.indexOf('|')];
}

describe('fences', () => {
  test.each([
    ['|', false],
    ['hello|', false],
    ['```|', true],
    ['```python\nx = 1|', true],
    ['```x```|', false],
    ['```x```\n```y|', true],
    ['|```x```', false],
    ['``|', false],
  ])('%j: Enter is a line break: %s', (marked, isInside) => {
    expect(insideFence(...at(marked))).toBe(isInside);
  });

  test.each([
    ['a `b|', true],
    ['a `b` c|', false],
    ['a `b\nc|', false],
    ['```\n`a` b|', true],
  ])('%j is code: %s', (marked, isCode) => {
    expect(insideCode(...at(marked))).toBe(isCode);
  });

  test('splitting into code and prose loses nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('```', '`', 'a', ' ', '\n', '@x')), (parts) => {
        const text = parts.join('');
        expect(
          splitCode(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('mentions', () => {
  const people = [person('U1', 'ada'), person('U2', 'grace.h'), person('UB', 'threadbox', true)];
  const channels = [channel('C1', { name: 'general' })];

  test.each([
    ['@threadbox plot it', '<@UB> plot it'],
    ['hi @Ada, ok', 'hi <@U1>, ok'],
    ['@grace.h. Thanks', '<@U2>. Thanks'],
    ['see #general.', 'see <#C1|general>.'],
    ['mail a@ada.dev', 'mail a@ada.dev'],
    ['@nobody @here a < b & c', '@nobody @here a < b & c'],
    ['`@ada` and ```\n@ada\n```', '`@ada` and ```\n@ada\n```'],
    ['(@ada)', '(<@U1>)'],
    ['<@U1> stays', '<@U1> stays'],
  ])('%j is sent as %j', (typed, sent) => {
    expect(withMentions(typed, people, channels)).toBe(sent);
  });

  test.each([
    ['<@UB> a &lt; b', '@threadbox a < b'],
    ['<#C1|general> <!here>', '#general @here'],
    ['<https://x.dev|x>', 'https://x.dev'],
    ['<@U9>', '<@U9>'],
  ])('%j is edited as %j', (stored, typed) => {
    expect(asTyped(stored, people, channels)).toBe(typed);
  });
});

describe('completion', () => {
  test.each([
    ['@th|', { kind: 'person', query: 'th', from: 0, to: 3 }],
    ['hi @|', { kind: 'person', query: '', from: 3, to: 4 }],
    ['a #Gen|', { kind: 'channel', query: 'gen', from: 2, to: 6 }],
    [':ta|', { kind: 'emoji', query: 'ta', from: 0, to: 3 }],
    ['/r|', { kind: 'command', query: 'r', from: 0, to: 2 }],
    ['/|', { kind: 'command', query: '', from: 0, to: 1 }],
    ['a@b|', undefined],
    [':|', undefined],
    ['/run x|', undefined],
    [' /r|', undefined],
    ['`@th|', undefined],
    ['```\n@th|', undefined],
    ['/home/x|', undefined],
  ])('%j', (marked, expected) => {
    expect(completionAt(...at(marked))).toEqual(expected);
  });

  test('a choice replaces what was typed and leaves one space', () => {
    const completion = { kind: 'person', query: 'th', from: 3, to: 6 } as const;
    expect(complete('hi @th there', completion, '@threadbox')).toEqual({ text: 'hi @threadbox there', caret: 14 });
  });

  test('names that begin with the query come first, real names count', () => {
    const names = [
      { name: 'sam', realName: 'Sam Adams' },
      { name: 'ada', realName: 'Ada Park' },
      { name: 'bob', realName: 'Bob Lee' },
    ];
    expect(matching(names, 'ada').map((each) => each.name)).toEqual(['ada', 'sam']);
  });

  test('a fence stands on lines of its own', () => {
    expect(insertFence('run', 3, 3)).toEqual({ text: 'run\n```\n\n```', caret: 8 });
    expect(insertFence('x = 1', 0, 5)).toEqual({ text: '```\nx = 1\n```', caret: 9 });
  });
});

describe('commands', () => {
  const { commands } = boot();

  test.each([
    ['/run plot it', false, { kind: 'run', command: '/run', text: 'plot it' }],
    ['/run', false, { kind: 'run', command: '/run', text: '' }],
    ['/run ```\nx\n```', false, { kind: 'run', command: '/run', text: '```\nx\n```' }],
    ['run it', false, { kind: 'none' }],
    [' /run it', false, { kind: 'none' }],
    ['/home/me is a path', false, { kind: 'none' }],
  ])('%j', (typed, inThread, expected) => {
    expect(readCommand(typed, commands, inThread)).toEqual(expected);
  });

  test('a thread refuses them, and nobody knows others', () => {
    expect(readCommand('/run x', commands, true).kind).toBe('refused');
    expect(readCommand('/walk', commands, false).kind).toBe('refused');
  });
});

describe('drafts', () => {
  function memory() {
    const kept = new Map<string, string>();
    return {
      kept,
      storage: { get: (key: string) => kept.get(key) ?? '', set: (key: string, value: string) => kept.set(key, value) },
    };
  }

  test('each place has its own text, and texts come back after a reload', () => {
    const { storage } = memory();
    const drafts = createDrafts(storage);
    drafts.update('U1 C1', (draft) => ({ ...draft, text: 'one' }));
    drafts.update('U1 C2', (draft) => ({ ...draft, text: 'two' }));
    const again = createDrafts(storage);
    expect([again.get('U1 C1').text, again.get('U1 C2').text, again.get('U2 C1').text]).toEqual(['one', 'two', '']);
  });

  test('what could not be sent comes back before what was typed meanwhile', () => {
    expect(restored({ text: 'later', uploads: [] }, { text: 'unsent', uploads: [] }).text).toBe('unsent\nlater');
    expect(restored({ text: '', uploads: [] }, { text: 'unsent', uploads: [] }).text).toBe('unsent');
  });
});

test.each([
  ['Sales Data', 'sales-data'],
  ['v1.2', 'v1-2'],
  ['a/b&c', 'abc'],
  ['x'.repeat(90), 'x'.repeat(80)],
])('channel name %j', (typed, name) => {
  expect(channelName(typed)).toBe(name);
});
