import { describe, expect, it } from 'vitest';
import { type Post, rankOf } from '../../src/slack/post.ts';

describe('a post', () => {
  it.each<[string, Post['about']]>([
    ['the answer to a task', { kind: 'answer', turn: 't1' }],
    ['the thread of a slash command', { kind: 'root' }],
    ['the help', { kind: 'help' }],
    ['the answer to a word such as status', { kind: 'notice' }],
  ])('that somebody waits for goes first: %s', (_name, about) => {
    expect(rankOf(about)).toBe('first');
  });

  it.each<[string, Post['about']]>([
    ['a repair', { kind: 'notice', turn: 't1' }],
    ['the end of a long turn', { kind: 'completion' }],
  ])('that a turn makes of itself can wait: %s', (_name, about) => {
    expect(rankOf(about)).toBe('other');
  });
});
