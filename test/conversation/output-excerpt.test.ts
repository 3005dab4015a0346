import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byteLength, excerpt, headOf, tailOf } from '../../src/conversation/output-excerpt.ts';

const LIMITS = { headBytes: 400, tailBytes: 1_200 };
const text = fc.string({ unit: 'grapheme', maxLength: 4_000 });

describe('excerpt', () => {
  it('leaves a text that fits as it is', () => {
    expect(excerpt('a'.repeat(1_600), LIMITS)).toBe('a'.repeat(1_600));
  });

  it('keeps the first and the last part of a longer one, and says what is missing and where it is', () => {
    const cut = excerpt(`${'a'.repeat(2_000)}${'b'.repeat(2_000)}`, LIMITS, {
      wholeIn: '/home/user/.threadbox/t-step-1.txt',
    });
    expect(cut).toBe(
      `${'a'.repeat(400)}\n[2700 bytes left out, whole in /home/user/.threadbox/t-step-1.txt]\n${'b'.repeat(900)}`,
    );
  });

  it('never has more bytes than its limits, whatever the text and the path', () => {
    fc.assert(
      fc.property(text, fc.string({ maxLength: 500 }), (content, path) => {
        expect(byteLength(excerpt(content, LIMITS, { wholeIn: path }))).toBeLessThanOrEqual(
          LIMITS.headBytes + LIMITS.tailBytes,
        );
      }),
    );
  });

  it('adds up: head, tail and what is left out are the whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1_700, maxLength: 4_000 }), (content) => {
        const match = /^([\s\S]*)\n\[(\d+) bytes left out\]\n([\s\S]*)$/.exec(excerpt(content, LIMITS));
        const [, head = '', missing = '', tail = ''] = match ?? [];
        expect(byteLength(head) + Number(missing) + byteLength(tail)).toBe(byteLength(content));
        expect(content.startsWith(head) && content.endsWith(tail)).toBe(true);
      }),
    );
  });
});

describe('headOf and tailOf', () => {
  it.each([
    ['€€€', 0, '', ''],
    ['€€€', 4, '€', '€'],
    ['€€€', 6, '€€', '€€'],
    ['a\u{1F600}b', 4, 'a', 'b'],
    ['a\u{1F600}b', 5, 'a\u{1F600}', '\u{1F600}b'],
    ['abc', 10, 'abc', 'abc'],
  ])('of %s in %i bytes are %s and %s', (content, bytes, head, tail) => {
    expect(headOf(content, bytes)).toBe(head);
    expect(tailOf(content, bytes)).toBe(tail);
  });

  it('are the longest that fit, without splitting a character', () => {
    const wellFormed = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(wellFormed, fc.nat(400), (content, bytes) => {
        const head = headOf(content, bytes);
        expect(content.startsWith(head)).toBe(true);
        expect(byteLength(head)).toBeLessThanOrEqual(bytes);
        const [next = ''] = content.slice(head.length);
        expect(next === '' || byteLength(head + next) > bytes).toBe(true);
        expect(content.endsWith(tailOf(content, bytes))).toBe(true);
      }),
    );
  });
});
