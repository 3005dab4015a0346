import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageSize } from '../../src/conversation/output-size.ts';
import {
  codeSpan,
  escapeMrkdwn,
  escapeToBytes,
  fitEnd,
  fitStart,
  mrkdwnLine,
  printable,
} from '../../src/slack/mrkdwn.ts';
import { foreign } from './progress-cases.ts';

describe('escaping', () => {
  it.each([
    ['a & b', 'a &amp; b'],
    ['<!channel> <@U1>', '&lt;!channel&gt; &lt;@U1&gt;'],
    ['&lt;', '&amp;lt;'],
    ['plain *bold*', 'plain *bold*'],
  ])('%s', (text, escaped) => {
    expect(escapeMrkdwn(text)).toBe(escaped);
  });

  it('is counted as it will be', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(messageSize(text)).toBe(escapeMrkdwn(text).length);
      }),
    );
  });
});

describe('one line of foreign text', () => {
  it.each([
    ['line ends become spaces', 'a\n b\r\nc', 100, 'a b c'],
    ['too long is cut with an ellipsis', 'abcdef', 4, 'abc…'],
    ['escapes count in full', 'a<b<c', 8, 'a&lt;b…'],
    ['an escape is never cut', '<<<<', 5, '&lt;…'],
    ['controls vanish', 'a\u0000\u001b[1mb', 100, 'a[1mb'],
  ])('%s', (_name, text, limit, line) => {
    expect(mrkdwnLine(text, limit)).toBe(line);
  });

  it('fits, whatever it holds, and parses as nothing', () => {
    fc.assert(
      fc.property(foreign, fc.integer({ min: 3, max: 300 }), (text, limit) => {
        for (const line of [mrkdwnLine(text, limit), codeSpan(text, limit)]) {
          expect(line.length).toBeLessThanOrEqual(limit);
          expect(line).not.toMatch(/[<>\n]/);
        }
      }),
    );
  });

  it('cannot break out of a code span', () => {
    fc.assert(
      fc.property(foreign, (text) => {
        expect(codeSpan(text, 200)).toMatch(/^(`[^`\n]+`)?$/);
      }),
    );
  });
});

describe('fitting', () => {
  it('takes the longest start or end that fits, with whole characters', () => {
    fc.assert(
      fc.property(foreign.map(printable), fc.nat(200), (text, limit) => {
        const start = fitStart(text, limit);
        const end = fitEnd(text, limit);
        expect(text.startsWith(start)).toBe(true);
        expect(text.endsWith(end)).toBe(true);
        for (const part of [start, end]) {
          expect(messageSize(part)).toBeLessThanOrEqual(limit);
          expect(part).not.toMatch(/\p{Surrogate}/u);
        }
        const next = [...text.slice(start.length)][0];
        if (next !== undefined) expect(messageSize(start + next)).toBeGreaterThan(limit);
      }),
    );
  });

  it.each([
    ['漢字', 100, '漢字'],
    ['漢字漢字', 9, '漢字…'],
    ['a & b', 7, 'a…'],
    ['<'.repeat(9), 12, '&lt;&lt;…'],
  ])('escapes %s into %d bytes', (text, bytes, escaped) => {
    expect(escapeToBytes(text, bytes)).toBe(escaped);
    expect(Buffer.byteLength(escapeToBytes(text, bytes))).toBeLessThanOrEqual(bytes);
  });
});
