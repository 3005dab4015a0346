import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StreamName } from '../../src/conversation/events.ts';
import { CutStreamError, runBody } from '../../src/sandbox/run-body.ts';

const END = '{"type": "end_of_execution"}\n';
const MAX_LINE_BYTES = 1_000_000;

interface Read {
  /** What the SDK gets to see. */
  readonly body: readonly Uint8Array[];
  /** Pieces of output, in order. */
  readonly output: readonly (readonly [stream: StreamName, text: string])[];
}

async function read(chunks: readonly Uint8Array[], taken: boolean, maxLineBytes = MAX_LINE_BYTES): Promise<Read> {
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  const body: Uint8Array[] = [];
  const output: [StreamName, string][] = [];
  const sink = (stream: StreamName, text: string) => void output.push([stream, text]);
  const lines = source.pipeThrough(runBody({ maxLineBytes, ...(taken && { sink }) }));
  for await (const chunk of lines) body.push(chunk);
  return { body, output };
}

function textOf({ output }: Read, stream: StreamName): string {
  return output.map(([name, text]) => (name === stream ? text : '')).join('');
}

function bodyText({ body }: Read): string {
  return body.map((chunk) => new TextDecoder('utf-8', { fatal: true }).decode(chunk)).join('');
}

/** Cuts bytes at the given places, in any order, repeats included. */
function split(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((cut, i) => bytes.subarray(cuts[i], cut));
}

/** As JavaScript writes JSON, and as Python does: spaces, and nothing but ASCII. */
const writers: readonly ((event: object) => string)[] = [
  (event) => `${JSON.stringify(event)}\n`,
  (event) => {
    const spaced = JSON.stringify(event)
      .replace(/^\{"type":/, '{"type": ')
      .replace(/,"text":/, ', "text": ');
    return `${spaced.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
  },
];

describe('the body of a run', () => {
  it('comes out the same however the network splits it, and every chunk can be decoded by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.nat()), async (texts, places) => {
        const body = `${texts.map((text) => `${JSON.stringify({ type: 'stdout', text })}\n`).join('')}${END}`;
        expect(bodyText(await read(split(Buffer.from(body), places), false))).toBe(body);
      }),
      { numRuns: 200 },
    );
  });

  it('gives its output to whoever takes it, whole and in order, and the rest to the SDK', async () => {
    const part = fc.constantFrom('"', '\\', '\\"', '\n', 'é', '→', '😀', '\u0000', 'abc', '\ud800', '\\u00');
    const text = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));
    // Long ones go through piece by piece, short ones line by line.
    const output = fc.tuple(fc.constantFrom<StreamName>('stdout', 'stderr'), text, fc.constantFrom(1, 6_000));
    await fc.assert(
      fc.asyncProperty(
        fc.array(output, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        fc.constantFrom(...writers),
        async (outputs, places, write) => {
          const events = outputs.map(([type, word, times]) => ({ type, text: word.repeat(times), timestamp: 'now' }));
          const shown = write({ type: 'result', text: '42' });
          const body = [...events.map(write), shown, END].join('');
          const got = await read(split(Buffer.from(body), places), true);
          for (const stream of ['stdout', 'stderr'] as const) {
            const printed = events.map((event) => (event.type === stream ? event.text : '')).join('');
            expect(textOf(got, stream)).toBe(printed);
          }
          expect(bodyText(got)).toBe(shown + END);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('hands on a line of output without end while it still comes, holding none of it back', async () => {
    const pieces: number[] = [];
    const body = runBody({ maxLineBytes: 100_000, sink: (_stream, text) => void pieces.push(text.length) });
    const writer = body.writable.getWriter();
    void body.readable
      .getReader()
      .read()
      .catch(() => {});
    await writer.write(Buffer.from('{"type":"stdout","text":"'));
    for (let i = 0; i < 200; i += 1) await writer.write(Buffer.from('x'.repeat(65_536)));
    // Twelve times the limit of a line have come; what is missing is what has not been written yet.
    expect(pieces.reduce((sum, length) => sum + length, 0)).toBe(200 * 65_536);
    await writer.abort().catch(() => {});
  });

  it('leaves output of another form in the body', async () => {
    const odd = '{"text":"a","type":"stdout"}\n{"type":"stdout","text":["b"]}\n';
    const got = await read([Buffer.from(odd + END)], true);
    expect([bodyText(got), got.output]).toEqual([odd + END, []]);
  });

  it.each([
    ['is empty', ''],
    ['has no last event', '{"type":"stdout","text":"a"}\n'],
    ['has half of a line at its end', `{"type":"stdout","text":"a"}\n{"type":"st`],
    ['has an event after the last one', `${END}{"type":"stdout","text":"a"}\n`],
    ['has the words of the last event as output', '{"type":"stdout","text":"{\\"type\\": \\"end_of_execution\\"}"}\n'],
    ['ends in a long output', `{"type":"stdout","text":"${'x'.repeat(70_000)}`],
    ['ends after a long output', `{"type":"stdout","text":"${'x'.repeat(70_000)}"`],
    ['has output after the last event', `${END}{"type":"stdout","text":"${'x'.repeat(70_000)}"}\n`],
  ])('that %s is an error', async (_name, body) => {
    for (const taken of [true, false])
      await expect(read([Buffer.from(body)], taken)).rejects.toBeInstanceOf(CutStreamError);
  });

  it.each([
    ['is no text inside', `{"type":"stdout","text":"${'x'.repeat(70_000)}\u0001"}\n${END}`],
    ['goes on behind its text', `{"type":"stdout","text":"${'x'.repeat(70_000)}"${'y'.repeat(2_000)}`],
  ])('with a long output that %s is an error', async (_name, body) => {
    await expect(read(split(Buffer.from(body), [68_000]), true)).rejects.toBeInstanceOf(CutStreamError);
  });

  it('may lack the newline of its last event', async () => {
    expect(bodyText(await read([Buffer.from(END.trimEnd())], true))).toBe(END.trimEnd());
  });

  it('fails at a line without end instead of keeping it', async () => {
    const endless = read([new Uint8Array(600), new Uint8Array(600)], true, 1000);
    await expect(endless).rejects.toBeInstanceOf(CutStreamError);
  });
});
