import { describe, expect, it } from 'vitest';
import type { RichResult, RunResult } from '../../src/conversation/events.ts';
import { boundedReport, needsCut, reportText, wholeReport } from '../../src/conversation/history-report.ts';
import { keptWhole } from '../../src/conversation/output-kept.ts';
import { failed, OK } from '../fakes/fake-sandboxes.ts';

const base = { durationMs: 1, results: [] };

function report(result: RunResult, output = '', files: readonly string[] = [], notes: readonly string[] = []): string {
  return reportText({ result, output: keptWhole(output), files, notes });
}

function shows(...results: RichResult[]): RunResult {
  return { ...OK, results };
}

describe('history.report', () => {
  it.each<[string, string, string]>([
    ['nothing at all', report(OK), '(The code ran and printed nothing.)'],
    ['output', report(OK, 'one\ntwo\n\n'), 'one\ntwo'],
    ['the main value', report(shows({ isMain: true, text: '42' }), 'hi\n'), 'hi\nValue: 42'],
    ['a displayed value', report(shows({ isMain: false, markdown: '**x**' })), 'Displayed: **x**'],
    ['a failure', report(failed('KeyError', "'a'")), "Error: Traceback (most recent call last):\nKeyError: 'a'"],
    [
      'a failure whose traceback does not name it',
      report({ kind: 'failed', ...base, error: { name: 'E', value: 'v', traceback: 'at line 1' } }),
      'Error: E: v\nat line 1',
    ],
    [
      'a failure without a traceback',
      report({ kind: 'failed', ...base, error: { name: 'E', value: '', traceback: '' } }),
      'Error: E',
    ],
    [
      'files and figures, by name',
      report(OK, 'done', ['figure-1.png', 'a.csv']),
      'done\nSent to the thread: figure-1.png, a.csv',
    ],
    [
      'what else it must know',
      report(OK, 'done', [], ['The sandbox was replaced.']),
      '[The sandbox was replaced.]\ndone',
    ],
    [
      'the time limit',
      report({ kind: 'timedOut', limitSeconds: 120, variables: 'kept', ...base }, 'so far'),
      'so far\nThe run was ended at the time limit of 120 s; the variables are kept.',
    ],
    [
      'a stop',
      report({ kind: 'stopped', variables: 'lost', ...base }),
      'The run was stopped; the variables are gone, the files are still there.',
    ],
    [
      'too much output',
      report({ kind: 'flooded', limitMb: 20, variables: 'kept', ...base }, 'y'),
      'y\nThe run printed more than 20 MB and was ended; the variables are kept. Print less.',
    ],
    [
      'a dead kernel',
      report({ kind: 'died', reason: 'Out of memory.', ...base }),
      'Out of memory. The variables are gone, the files are still there.',
    ],
    ['a lost sandbox', report({ kind: 'lost', reason: 'The sandbox has ended.', ...base }), 'The sandbox has ended.'],
  ])('tells of %s', (_name, text, expected) => {
    expect(text).toBe(expected);
  });

  it('never holds an image: not its bytes, not its markup, not its address', () => {
    const png = new Uint8Array([1, 2, 3]);
    const figure = { isMain: false, png, text: '<Figure size 640x480 at 0x7f>' };
    const drawing = { isMain: true, svg: '<svg>secret</svg>', text: '<IPython.core.display.SVG object>' };
    expect(report(shows(figure, drawing), '', ['figure-1.png'])).toBe('Sent to the thread: figure-1.png');
  });

  it('gives at most 16 kB: the first 4, the last 12, and where the whole is', () => {
    const text = report(failed('KeyError', "'price'"), `first line\n${'x'.repeat(50_000)}`);
    const cut = boundedReport(text, '/home/user/.threadbox/t-step-1.txt');
    expect(needsCut(text)).toBe(true);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(16_000);
    expect(cut.indexOf('\n[')).toBe(4_000);
    expect(cut).toMatch(/^first line\n/);
    expect(cut).toMatch(/bytes left out, whole in \/home\/user\/\.threadbox\/t-step-1\.txt\]/);
    expect(cut).toMatch(/KeyError: 'price'$/);
  });

  it('leaves what fits as it is', () => {
    expect(needsCut('x'.repeat(16_000))).toBe(false);
    expect(boundedReport('x'.repeat(16_000), 'unused')).toBe('x'.repeat(16_000));
  });

  it('counts what a long output has lost in its middle, and reads the whole of it from the disk', async () => {
    const [start, end] = ['first\n'.repeat(1_400), 'last\n'.repeat(5_000)];
    const whole = new Blob([start, 'm'.repeat(1_000_000), end]);
    const output = { text: start + end, leftOutBytes: 1_000_000, whole };
    const run = { result: shows(), output, files: ['a.csv'], notes: ['A note.'] };
    const text = reportText(run);
    expect(needsCut(text, output.leftOutBytes)).toBe(true);
    const cut = boundedReport(text, '/home/user/.threadbox/t-step-1.txt', output.leftOutBytes);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(16_000);
    expect(cut).toMatch(/^\[A note\.\]\nfirst\n/);
    expect(cut).toMatch(/last\nSent to the thread: a\.csv$/);
    const [, missing] = /\[(\d+) bytes left out/.exec(cut) ?? [];
    const shown = Buffer.byteLength(cut) - Buffer.byteLength(/\n\[\d+ bytes left out.*?\]\n/.exec(cut)?.[0] ?? '');
    expect(Number(missing) + shown).toBe(Buffer.byteLength(text) + 1_000_000);
    const all = await wholeReport(run).text();
    expect(all).toBe(`[A note.]\n${start}${'m'.repeat(1_000_000)}${end}\nSent to the thread: a.csv\n`);
  });
});
