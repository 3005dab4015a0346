import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/conversation/progress.ts';
import { isActivityOnly, newsOf } from '../../src/slack/reply-news.ts';
import { failed, progressOf, python, step, words } from './progress-cases.ts';

const thinking = progressOf({ phase: 'thinking' });
const writing = progressOf({ phase: 'writing', draft: python('print(1') });
const silent = progressOf({ phase: 'running', parts: [step()] });
const printing = progressOf({ phase: 'running', parts: [step({ printed: 'a\n' })] });
const ended = progressOf({ phase: 'running', parts: [step({ printed: 'a\n', result: failed() })] });
const quiet = progressOf({ phase: 'running', parts: [step({ result: failed() })] });
const again = progressOf({ phase: 'repairing', attempt: 2, parts: ended.parts });
const answering = progressOf({ ...ended, parts: [...ended.parts, words('It')] });

const inLine = { ...thinking, phase: 'waiting', ahead: 3 } as const;

describe('a change of activity alone', () => {
  it.each<[string, Progress, Progress, boolean]>([
    ['a model that begins to think', thinking, { ...thinking, phase: 'thinking' }, true],
    ['a sandbox that is being opened', writing, { ...writing, phase: 'opening' }, true],
    ['tokens that are counted', thinking, { ...thinking, usage: { inputTokens: 5, outputTokens: 5 } }, true],
    ['code that begins to run', writing, silent, false],
    ['a line of output', silent, printing, false],
    ['a second attempt', ended, again, false],
    ['a place in line', thinking, inLine, false],
    ['a place further on in it', inLine, { ...inLine, ahead: 2 }, true],
    ['a note', thinking, { ...thinking, notes: ['x'] }, false],
    ['the end', ended, { ...ended, outcome: { kind: 'done' } }, false],
  ])('is told from more: %s', (_what, before, after, expected) => {
    expect(isActivityOnly(before, after)).toBe(expected);
  });
});

describe('what is new in a turn', () => {
  it.each<[string, Progress, Progress]>([
    ['words', thinking, progressOf({ phase: 'thinking', parts: [words('I')] })],
    ['code that is being written', thinking, writing],
    ['code that runs', progressOf({}), silent],
    ["what a person's own code prints", { ...silent, asIs: true }, { ...printing, asIs: true }],
    ['that it printed nothing', { ...silent, asIs: true }, { ...quiet, asIs: true }],
  ])('is its first content when %s can be seen at last', (_what, before, after) => {
    expect(newsOf(before, after)).toBe('first');
  });

  it.each<[string, Progress, Progress]>([
    ['a model that begins to think', progressOf({}), thinking],
    ['code that begins to run', writing, silent],
    ['the first output of a run', silent, printing],
    ['the end of a run', printing, ended],
    ['a repair', ended, again],
    ['the first words of an answer', ended, answering],
  ])('is a step further with %s', (_what, before, after) => {
    expect(newsOf(before, after)).toBe('phase');
  });

  it.each<[string, Progress, Progress]>([
    ["a person's own code", progressOf({ asIs: true }), { ...silent, asIs: true }],
    ['a line of output', printing, progressOf({ phase: 'running', parts: [step({ printed: 'a\nb\n' })] })],
    ['a line of code', writing, progressOf({ phase: 'writing', draft: python('print(1)') })],
    ['a word', answering, progressOf({ ...answering, parts: [...ended.parts, words('It is')] })],
  ])('is more of the same with %s', (_what, before, after) => {
    expect(newsOf(before, after)).toBe('output');
  });
});
