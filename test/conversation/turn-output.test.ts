/** The output of a run while it comes: what stays in memory, what goes to disk. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutputChunk, TurnId } from '../../src/conversation/events.ts';
import { cleanText } from '../../src/conversation/output.ts';
import { byteLength } from '../../src/conversation/output-excerpt.ts';
import { OUTPUT_LIMITS, outputExcerpt, SHORT_CHARS } from '../../src/conversation/output-kept.ts';
import { RunOutput } from '../../src/conversation/turn-output.ts';
import { memoryScratch } from '../fakes/memory-scratch.ts';
import { quietLog } from '../fakes/quiet-log.ts';

function output({ isFull = false } = {}) {
  const log = quietLog();
  const folder = memoryScratch({ isFull }).folder('turn-1' as TurnId);
  let files = 0;
  const create = () => {
    files += 1;
    return folder.create('step-1-output.txt');
  };
  return { kept: new RunOutput(create, log), files: () => files, log };
}

const stdout = (text: string): OutputChunk => ({ stream: 'stdout', text });

/** Lines, progress bars, colours, long rows, characters of every width. */
const printed = fc
  .array(
    fc.constantFrom('a line\n', '10%\r20%\r', '\u001b[31mred\u001b[0m', 'é→😀', 'x'.repeat(5_000), '\u001b[2A', 'y'),
    {
      maxLength: 120,
    },
  )
  .map((parts) => parts.join(''));

describe('the output of a run', () => {
  it('is what a terminal would leave, whole, however it comes and however long it is', async () => {
    await fc.assert(
      fc.asyncProperty(printed, fc.array(fc.nat(), { maxLength: 10 }), async (raw, places) => {
        const { kept, files } = output();
        const cuts = [0, ...places.map((place) => place % (raw.length + 1)).sort((a, b) => a - b), raw.length];
        for (const [i, cut] of cuts.slice(1).entries()) kept.add(stdout(raw.slice(cuts[i], cut)));
        const { text, leftOutBytes, whole } = await kept.end();
        const clean = cleanText(raw);
        expect(whole === undefined).toBe(clean.length <= SHORT_CHARS);
        expect(whole ? await whole.text() : text).toBe(clean);
        expect(byteLength(text) + leftOutBytes).toBe(byteLength(clean));
        expect([text.length <= SHORT_CHARS, files() <= 1]).toEqual([true, true]);
      }),
      { numRuns: 60 },
    );
  });

  it('of any length gives the excerpt that the whole would give', async () => {
    const { kept } = output();
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} — é\n`);
    for (const line of lines) kept.add(stdout(line));
    const ended = await kept.end();
    const all = { text: lines.join(''), leftOutBytes: 0 };
    expect(outputExcerpt(ended)).toBe(outputExcerpt(all));
    expect(byteLength(outputExcerpt(ended))).toBeLessThanOrEqual(OUTPUT_LIMITS.headBytes + OUTPUT_LIMITS.tailBytes);
  });

  it('keeps its two ends where the disk takes nothing, asks the disk once, and says so in the log', async () => {
    const { kept, files, log } = output({ isFull: true });
    for (let i = 0; i < 10; i += 1) kept.add(stdout(`${'x'.repeat(40_000)}\n`));
    const ended = await kept.end();
    expect(ended.whole).toBeUndefined();
    expect(ended.leftOutBytes).toBe(400_010 - ended.text.length);
    expect([files(), log.lines.filter(({ level }) => level === 'warn').length]).toEqual([1, 1]);
  });

  it('remembers the last line on stderr that is not blank', async () => {
    const { kept } = output();
    kept.add({ stream: 'stderr', text: `${'x'.repeat(9_000)}\nls: no such ` });
    kept.add(stdout('other\n'));
    kept.add({ stream: 'stderr', text: 'file\n\n' });
    expect(kept.lastStderrLine()).toBe('ls: no such file');
  });
});
