import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputChunk } from '../../src/conversation/events.ts';
import { createIntake } from '../../src/sandbox/intake.ts';

function intakeOf(maxOutputBytes: number) {
  const chunks: OutputChunk[] = [];
  let floods = 0;
  const intake = createIntake({
    maxOutputBytes,
    onOutput: (chunk) => chunks.push(chunk),
    onFlood: () => {
      floods++;
    },
  });
  return { intake, chunks, floods: () => floods };
}

describe('the intake of a run', () => {
  it('joins what comes in pieces and never passes on half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 3 }), (text, size) => {
        const { intake, chunks } = intakeOf(1_000_000);
        for (let at = 0; at < text.length; at += size) intake.output('stdout', text.slice(at, at + size));
        expect(chunks.map((chunk) => chunk.text).join('')).toBe(text);
        expect(chunks.some((chunk) => /\p{Cs}/u.test(chunk.text))).toBe(false);
      }),
    );
  });

  it('keeps the halves of two streams apart', () => {
    const { intake, chunks } = intakeOf(100);
    const [high = '', low = ''] = '🎲'.split('');
    intake.output('stdout', high);
    intake.output('stderr', 'e');
    intake.output('stdout', low);
    expect(chunks).toEqual([
      { stream: 'stderr', text: 'e' },
      { stream: 'stdout', text: '🎲' },
    ]);
  });

  it('shows what there is room for, says once that it is too much, and is shut', () => {
    const { intake, chunks, floods } = intakeOf(10);
    intake.output('stdout', '1234567');
    intake.output('stderr', 'abcdef');
    intake.output('stdout', 'more');
    expect(chunks.map((chunk) => chunk.text)).toEqual(['1234567', 'abc']);
    expect(floods()).toBe(1);
  });

  it('lets pictures be five times as large as text, and no larger', () => {
    const { intake, floods } = intakeOf(10);
    intake.result({ isMain: false, png: new Uint8Array(50) });
    expect([intake.results.length, floods()]).toEqual([1, 0]);
    intake.result({ isMain: true, text: 'x' });
    expect([intake.results.length, floods()]).toEqual([1, 1]);
  });

  it('takes what is no text for nothing', () => {
    const { intake, chunks } = intakeOf(10);
    for (const odd of [undefined, null, 7, ['a'], { length: 3 }]) intake.output('stdout', odd);
    expect(chunks).toEqual([]);
  });

  it('passes nothing on once it is closed', () => {
    const { intake, chunks } = intakeOf(10);
    intake.close();
    intake.output('stdout', 'late');
    expect(chunks).toEqual([]);
  });
});
