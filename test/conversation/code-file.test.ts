import { describe, expect, it } from 'vitest';
import { codeFileName, codeNeedsFile, INLINE_CODE_CHARS, INLINE_CODE_LINES } from '../../src/conversation/code-file.ts';

describe('code that is too long for a message', () => {
  it.each([
    ['short code', 'print(1)', false],
    ['as many characters as fit', 'x'.repeat(INLINE_CODE_CHARS), false],
    ['one more', 'x'.repeat(INLINE_CODE_CHARS + 1), true],
    ['characters that grow when escaped', '<'.repeat(INLINE_CODE_CHARS / 2), true],
    ['as many lines as fit', Array.from({ length: INLINE_CODE_LINES }, () => 'x').join('\n'), false],
    ['one more line', Array.from({ length: INLINE_CODE_LINES + 1 }, () => 'x').join('\n'), true],
  ])('%s', (_name, source, expected) => {
    expect(codeNeedsFile({ language: 'python', source })).toBe(expected);
  });

  it.each([
    ['python', 'step-2.py'],
    ['javascript', 'step-2.js'],
    ['bash', 'step-2.sh'],
  ] as const)('names the file of %s', (language, name) => {
    expect(codeFileName(2, language)).toBe(name);
  });
});
