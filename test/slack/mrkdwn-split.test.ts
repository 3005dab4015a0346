import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { healMarkdown } from '../../src/slack/mrkdwn-heal.ts';
import { markdownElements, plainText } from '../../src/slack/mrkdwn-markdown.ts';
import { type Fence, fenceAfter, splitMarkdown } from '../../src/slack/mrkdwn-split.ts';
import { foreign } from './progress-cases.ts';

function isFenceOpen(markdown: string): boolean {
  let fence: Fence | null = null;
  for (const line of markdown.split('\n')) fence = fenceAfter(line, fence);
  return fence !== null;
}

describe('splitting', () => {
  it('leaves what fits alone', () => {
    expect(splitMarkdown('a\n\nb', 500)).toEqual(['a\n\nb']);
  });

  it('cuts between paragraphs', () => {
    const one = 'x'.repeat(250);
    const two = 'y'.repeat(250);
    expect(splitMarkdown(`${one}\n\n${two}`, 400)).toEqual([`${one}\n`, two]);
  });

  it('cuts between lines where what follows the paragraph would not fit with the next line', () => {
    const [one, two, three] = ['x'.repeat(200), 'y'.repeat(150), 'z'.repeat(300)];
    expect(splitMarkdown(`${one}\n\n${two}\n${three}`, 400)).toEqual([`${one}\n\n${two}`, three]);
  });

  it('closes a fence that it cuts and opens it again', () => {
    const lines = Array.from({ length: 90 }, (_, index) => `line_${index} = ${index}`);
    const pieces = splitMarkdown(`\`\`\`python\n${lines.join('\n')}\n\`\`\``, 300);
    expect(pieces.length).toBeGreaterThan(2);
    for (const piece of pieces) {
      expect(piece).toMatch(/^```python\n/);
      expect(piece).toMatch(/\n```$/);
    }
    expect(pieces.flatMap((piece) => piece.split('\n').slice(1, -1))).toEqual(lines);
  });

  it('does not take a blank line in a fence for the end of a paragraph', () => {
    const text = `intro\n\n\`\`\`\n${'a\n\n'.repeat(60)}\`\`\`\n${'b\n'.repeat(100)}`;
    for (const piece of splitMarkdown(text, 250)) expect(isFenceOpen(piece)).toBe(false);
  });

  it('never exceeds the limit, loses nothing, and leaves no piece with an open fence but the last', () => {
    const pieceOf = fc.oneof(foreign, fc.constantFrom('```\n', '~~~\n', '```js\n', '\n```\n', '\n\n'));
    fc.assert(
      fc.property(
        fc.array(pieceOf, { maxLength: 8 }).map((parts) => parts.join('').slice(0, 20_000)),
        fc.integer({ min: 200, max: 3_000 }),
        (text, limit) => {
          const pieces = splitMarkdown(text, limit);
          const ink = (value: string) => value.replace(/[\s`~]/g, '');
          for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(limit);
          for (const piece of pieces.slice(0, -1)) expect(isFenceOpen(piece)).toBe(false);
          expect(ink(pieces.join('\n')).length).toBeGreaterThanOrEqual(ink(text).length);
          if (!/[`~]{3}/.test(text)) expect(ink(pieces.join('\n'))).toBe(ink(text));
        },
      ),
    );
  });
});

describe('healing what is still being written', () => {
  it.each([
    ['finished text stays', 'All **done**.', 'All **done**.'],
    ['open bold is closed', 'a **bo', 'a **bo**'],
    ['bold that has only begun waits', 'a **', 'a '],
    ['half a mark waits', 'a *', 'a '],
    ['open code is closed', 'call `foo', 'call `foo`'],
    ['open strike is closed', 'a ~~b', 'a ~~b~~'],
    ['an earlier paragraph is left alone', '2 ** 3\n\nnew **b', '2 ** 3\n\nnew **b**'],
    ['a link that has only begun shows its label', 'see [the docs](https://exa', 'see the docs'],
    ['a dash that may become a list or a rule waits', 'text\n-', 'text'],
    ['a number that may become a list waits', 'text\n1.', 'text'],
    ['a table head waits for its rule', 'text\n\n| a | b |\n|--', 'text'],
    ['an open fence stays open', '```py\nx = **1', '```py\nx = **1'],
    ['half a closing fence waits', '```py\nx\n``', '```py\nx'],
    ['a closing fence stays', '```py\nx\n```', '```py\nx\n```'],
    ['marks inside code do not count', 'a `**` b', 'a `**` b'],
  ])('%s', (_name, begun, healed) => {
    expect(healMarkdown(begun)).toBe(healed);
  });

  it('never shows a mark that the finished text does not', () => {
    const text =
      'Take **bold** and `code` and ~~old~~.\n\n- one\n- **two**\n\n```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
    for (let end = 1; end <= text.length; end += 1) {
      expect(plainText(markdownElements(healMarkdown(text.slice(0, end))))).not.toMatch(/[*`~]|\|-/);
    }
  });

  it('never throws and never grows much', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(healMarkdown(text).length).toBeLessThanOrEqual(text.length + 5);
      }),
    );
  });
});
