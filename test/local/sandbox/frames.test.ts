/** Lines and shapes from inside: none of it is believed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, parseFrame } from '../../../src/local/sandbox/frames.ts';

function split(chunks: readonly Buffer[], maxBytes?: number): { lines: string[]; held: boolean } {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line.toString()), maxBytes);
  const held = chunks.every((chunk) => splitter.push(chunk));
  return { lines, held };
}

/** The same bytes in other pieces. */
function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, bytes.length]) {
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe('lines', () => {
  it('come out whole however the bytes come in', () => {
    const line = fc.string().filter((text) => !text.includes('\n'));
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat(9)), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
        expect(split(cut(bytes, sizes))).toEqual({ lines, held: true });
      }),
    );
  });

  it('may be long, but not endless', () => {
    expect(split([Buffer.from('12345\n')], 5)).toEqual({ lines: ['12345'], held: true });
    expect(split([Buffer.from('123456\n')], 5).held).toBe(false);
    const pieces = Array.from({ length: 10 }, () => Buffer.from('x'));
    expect(split([...pieces, Buffer.from('\nlater\n')], 5)).toEqual({ lines: [], held: false });
  });
});

describe('frames', () => {
  const parse = (value: unknown) => parseFrame(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

  it.each([
    { t: 'ready' },
    { t: 'stdout', id: 1, d: 'x' },
    { t: 'data', id: 1, main: true, data: { 'text/plain': '42', 'application/json': [1] } },
    { t: 'died', id: null, context: 'c', code: -9, memory: true },
    { t: 'piece', pid: 5, stream: 'stderr', d: 'eA==' },
    { t: 'exit', pid: 5, code: -1, signal: 'killed' },
  ])('of known shapes are let through: $t', (frame) => {
    expect(parse(frame)).toEqual(frame);
  });

  it.each([
    ['no JSON', '{"t":'],
    ['null', 'null'],
    ['a list', []],
    ['another kind', { t: 'shutdown', id: 1 }],
    ['no id', { t: 'done' }],
    ['an id that is no number', { t: 'done', id: { valueOf: 1 } }],
    ['an id below zero', { t: 'done', id: -1 }],
    ['text that is no text', { t: 'stdout', id: 1, d: ['x'] }],
    ['bytes that are not base64', { t: 'piece', pid: 5, stream: 'stdout', d: '<>' }],
    ['a stream of another name', { t: 'piece', pid: 5, stream: 'toString', d: '' }],
  ])('are dropped: %s', (_what, value) => {
    expect(parse(value)).toBeUndefined();
  });

  const shown = (value: string) => parse(`{"t":"data","id":1,"main":true,"data":{"application/json":${value}}}`);

  it('are as deep and as full as what is shown, and not deeper: nobody else could write them out again', () => {
    expect(shown('['.repeat(120) + ']'.repeat(120))).toBeDefined();
    expect(shown('['.repeat(130) + ']'.repeat(130))).toBeUndefined();
    expect(shown(`[${'1,'.repeat(900_000)}1]`)).toBeDefined();
    expect(shown(`[${'1,'.repeat(1_000_001)}1]`)).toBeUndefined();
  });

  it('are measured outside of their texts only', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', ',', 'x'), maxLength: 300 }), (text) => {
        const frame = { t: 'stdout', id: 1, d: text.repeat(5) };
        expect(parse(frame)).toEqual(frame);
      }),
    );
    expect(parse({ t: 'stdout', id: 1, d: '[,'.repeat(500_000) })).toBeDefined();
    expect(parse({ t: 'stdout', id: 1, d: 'x'.repeat(1_100_000) })).toBeUndefined();
  });

  it('never throw, whatever they are', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parse(text)));
  });
});
