import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  appendOutput,
  cleanText,
  emptyOutput,
  INLINE_OUTPUT_CHARS,
  INLINE_OUTPUT_LINES,
  KEEP_CHARS,
  needsFile,
  type Output,
  outputFileName,
} from '../../src/conversation/output.ts';
import { ROW_CHARS, SCREEN_ROWS } from '../../src/conversation/output-screen.ts';

function fold(chunks: readonly string[], keepChars?: number): Output {
  return chunks.reduce((output, chunk) => appendOutput(output, chunk, keepChars), emptyOutput());
}

/** What anybody but the next fold sees of it. */
function asRead({ text, droppedChars, totalChars, totalLines }: Output): object {
  return { text, droppedChars, totalChars, totalLines };
}

/** Cuts a text at any code unit, also inside escapes and surrogate pairs. */
function cut(text: string, at: readonly number[]): string[] {
  const places = [...new Set(at.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, index) => text.slice(places[index - 1] ?? 0, end));
}

const noisy = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
      { weight: 2, arbitrary: fc.constantFrom('\n', '\r', '\r\n', '\b', '\t', '\f', '\u0007', '\u0000') },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          '\u001b[31m',
          '\u001b[0m',
          '\u001b[2K',
          '\u001b[K',
          '\u001b[1K',
          '\u001b[A',
          '\u001b[2B',
          '\u001b[3C',
          '\u001b[2D',
          '\u001b[5G',
          '\u001b[J',
          '\u001b[H',
          '\u001b[?25l',
          '\u001b]0;title\u0007',
          '\u001b]8;;http://x\u001b\\',
          '\u001b(B',
          '\u001b',
          '\u009b1m',
        ),
      },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
      { weight: 1, arbitrary: fc.constantFrom('x'.repeat(ROW_CHARS - 3), '\u{1f600}'.repeat(50), 'line\n'.repeat(30)) },
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('clean text', () => {
  const E = '\u001b';
  it.each([
    ['colours are dropped', `${E}[1;31mred${E}[0m plain`, 'red plain'],
    ['a title is dropped, ended by BEL', `${E}]0;title\u0007text`, 'text'],
    ['a link keeps its text', `${E}]8;;https://x.y${E}\\label${E}]8;;${E}\\`, 'label'],
    ['an unended title does not swallow the next line', `${E}]0;title\nnext`, '\nnext'],
    ['a charset choice is dropped', `${E}(Bok`, 'ok'],
    ['one-character controls are dropped', '\u009b31mred', 'red'],
    ['a carriage return rewrites the line', '10%\r20%\r100%', '100%'],
    ['a shorter rewrite leaves the rest, as a terminal does', 'loading\rdone', 'doneing'],
    ['erasing to the end of the line takes the rest', `loading\r${E}[Kdone`, 'done'],
    ['erasing the line takes all of it', `loading${E}[2K\rdone`, 'done'],
    ['CR LF is one line end', 'a\r\nb\r\n', 'a\nb\n'],
    ['a backspace steps back', 'abc\b\bX', 'aXc'],
    ['tabs stay', 'a\tb', 'a\tb'],
    ['a form feed ends the line', 'a\fb', 'a\nb'],
    ['bells and nulls vanish', 'a\u0007\u0000b', 'ab'],
    ['emoji are rewritten whole', '\u{1f600}\u{1f601}\rab', 'ab'],
    ['nested bars climb and rewrite', `outer 1\n\rinner 1${E}[A\router 2\n\rinner 2`, 'outer 2\ninner 2'],
    ['climbing does not go past the top', `a\nb${E}[99A\rX`, 'X\nb'],
    ['erasing below takes the rows under the cursor', `a\nb\nc${E}[2A\r${E}[J`, ''],
    ['a lone surrogate becomes a replacement character', 'a\ud800b', 'a\ufffdb'],
    ['a half pair at the very end too', 'a\ud83d', 'a\ufffd'],
  ])('%s', (_name, raw, clean) => {
    expect(cleanText(raw)).toBe(clean);
  });

  it('never holds a control character other than tab and line end', () => {
    fc.assert(
      fc.property(noisy, (raw) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
        expect(cleanText(raw)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Surrogate}/u);
      }),
    );
  });
});

describe('folding', () => {
  it('gives the same output however the text is cut', () => {
    fc.assert(
      fc.property(
        noisy,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.constantFrom(40, 500, KEEP_CHARS),
        (raw, at, keep) => {
          expect(asRead(fold(cut(raw, at), keep))).toEqual(asRead(fold([raw], keep)));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('keeps the end of the clean text and counts the rest', () => {
    fc.assert(
      fc.property(noisy, fc.integer({ min: 20, max: 2_000 }), (raw, keep) => {
        const whole = cleanText(raw.replace(/[\ud800-\udbff]$/, ''));
        const output = fold([raw.replace(/[\ud800-\udbff]$/, '')], keep);
        expect(whole.endsWith(output.text)).toBe(true);
        expect(output.text.length).toBeLessThanOrEqual(keep);
        expect(output.totalChars).toBe(whole.length);
        expect(output.droppedChars).toBe(whole.length - output.text.length);
        expect(output.totalLines).toBe(whole.split('\n').length - (whole.endsWith('\n') || whole === '' ? 1 : 0));
        expect(output.text).not.toMatch(/\p{Surrogate}/u);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps whole lines when it can', () => {
    const output = fold(['first line\n', 'second line\n', 'third\n'], 20);
    expect(output).toMatchObject({ text: 'second line\nthird\n', droppedChars: 11, totalLines: 3 });
  });

  it('keeps part of a line that is too long to keep whole', () => {
    const output = fold([`${'a'.repeat(100)}b\n`], 20);
    expect(output).toMatchObject({ text: `${'a'.repeat(18)}b\n`, droppedChars: 82 });
  });

  it('never cuts a surrogate pair', () => {
    expect(fold(['\u{1f600}'.repeat(100)], 21).text).toBe('\u{1f600}'.repeat(10));
  });

  it('is the same for many lines at once as for each character by itself', () => {
    const line = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('a line', '', 'é→😀', '\ttab') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('x'.repeat(4_095), 'y'.repeat(4_096), '😀'.repeat(2_049), 'z'.repeat(9_000)),
      },
      { weight: 1, arbitrary: fc.constantFrom('10%\r20%', '\u001b[31mred\u001b[0m', '\u001b[3A', '\u001b[2Cover') },
    );
    const lines = fc.array(line, { maxLength: 90 }).map((all) => all.join('\n'));
    fc.assert(
      fc.property(fc.array(lines, { maxLength: 4 }), (chunks) => {
        const whole = chunks.join('');
        const { text, droppedChars, totalChars, totalLines } = fold(Array.from(whole));
        for (const cut of [[whole], chunks])
          expect(fold(cut)).toMatchObject({ text, droppedChars, totalChars, totalLines });
        expect(cleanText(whole).endsWith(text)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('collapses a progress bar that arrives in small chunks', () => {
    const bars = Array.from({ length: 100 }, (_, index) => `\r${index + 1}%|${'#'.repeat(index / 4)}`);
    expect(fold([...bars, '\n']).text).toBe(`100%|${'#'.repeat(24)}\n`);
  });

  it('carries an escape that is cut between chunks', () => {
    expect(fold(['a\u001b', '[3', '1mb']).text).toBe('ab');
    expect(fold(['a\u001b]0;ti', 'tle\u001b', '\\b']).text).toBe('ab');
  });

  it('carries half a surrogate pair', () => {
    expect(fold(['a\ud83d', '\ude00b']).text).toBe('a\u{1f600}b');
  });

  it('lets rows settle that scrolled out: a rewrite does not reach them', () => {
    const output = fold([`top\n${'\n'.repeat(SCREEN_ROWS)}\u001b[99A\rX`]);
    expect(output.text.startsWith('top\n')).toBe(true);
    expect(output.text).toContain('X');
  });

  it('holds a bounded state, whatever was printed', () => {
    const output = fold(Array.from({ length: 300 }, () => 'x'.repeat(64 * 1024)));
    expect(output.totalChars).toBe(300 * 64 * 1024);
    expect(output.text.length).toBe(KEEP_CHARS);
    expect(JSON.stringify(output.state).length).toBeLessThan(2 * KEEP_CHARS + SCREEN_ROWS * ROW_CHARS * 2);
  });
});

describe('what needs a file', () => {
  it.each([
    ['nothing printed', '', false],
    ['as many lines as a message shows', 'x\n'.repeat(INLINE_OUTPUT_LINES), false],
    ['one line more', 'x\n'.repeat(INLINE_OUTPUT_LINES + 1), true],
    ['as many characters as a message shows', 'x'.repeat(INLINE_OUTPUT_CHARS), false],
    ['one character more', 'x'.repeat(INLINE_OUTPUT_CHARS + 1), true],
    ['characters that grow when escaped', '<'.repeat(INLINE_OUTPUT_CHARS / 2), true],
    ['a progress bar that collapses', '\r50%'.repeat(5_000), false],
  ])('%s', (_name, raw, expected) => {
    expect(needsFile(fold([raw]))).toBe(expected);
  });

  it('names the file after the step', () => {
    expect(outputFileName(3)).toBe('step-3-output.txt');
  });
});
