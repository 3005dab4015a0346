import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CutStreamError, wholeLines } from '../../src/sandbox/whole-lines.ts';

const END = '{"type": "end_of_execution"}\n';

async function through(chunks: readonly Uint8Array[], maxLineBytes = 1_000_000): Promise<Uint8Array[]> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const out: Uint8Array[] = [];
  for await (const chunk of source.pipeThrough(wholeLines(maxLineBytes))) out.push(chunk);
  return out;
}

/** Cuts bytes at the given places, in any order, repeats included. */
function split(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((cut, i) => bytes.subarray(cuts[i], cut));
}

describe('whole lines', () => {
  it('come out the same however the network splits them, and every chunk can be decoded by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), async (texts, places) => {
        const body = `${texts.map((text) => `${JSON.stringify({ type: 'stdout', text })}\n`).join('')}${END}`;
        const out = await through(split(Buffer.from(body), places));
        expect(out.map((chunk) => new TextDecoder('utf-8', { fatal: true }).decode(chunk)).join('')).toBe(body);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['an empty body', ''],
    ['a body without the last event', '{"type":"stdout","text":"a"}\n'],
    ['a body with half of a line at its end', `{"type":"stdout","text":"a"}\n{"type":"st`],
    ['an event after the last one', `${END}{"type":"stdout","text":"a"}\n`],
    ['the words of the last event as output', '{"type":"stdout","text":"{\\"type\\": \\"end_of_execution\\"}"}\n'],
  ])('fail at %s', async (_name, body) => {
    await expect(through([Buffer.from(body)])).rejects.toBeInstanceOf(CutStreamError);
  });

  it('take a last event without a newline', async () => {
    expect(Buffer.concat(await through([Buffer.from(END.trimEnd())])).toString()).toBe(END.trimEnd());
  });

  it('fail at a line without end instead of keeping it', async () => {
    await expect(through([new Uint8Array(600), new Uint8Array(600)], 1000)).rejects.toBeInstanceOf(CutStreamError);
  });
});
