/** What is made of the marks that a sandbox bears when it comes back. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LANGUAGES, type Language } from '../../src/conversation/events.ts';
import type { KernelRow } from '../../src/ports.ts';
import { lossesOf, type Marks, nextMark, parseMarks } from '../../src/sandbox/marks.ts';

const row = (language: Language, mark: number, busy = false): KernelRow => ({ language, mark, busy });
const KERNELS = [row('bash', 3), row('python', 5)];
const WHOLE: readonly (readonly [Language, Marks])[] = [
  ['bash', { kernel: 3, file: 5 }],
  ['python', { kernel: 5, file: 5 }],
];

describe('a sandbox that comes back', () => {
  it.each<
    [string, readonly KernelRow[], readonly (readonly [Language, Marks | 'restarted'])[], readonly Language[], boolean]
  >([
    ['whole', KERNELS, WHOLE, [], false],
    ['later than we wrote down', KERNELS, [['python', { kernel: 6, file: 6 }]], [], false],
    ['with another kernel', KERNELS, [['bash', { kernel: 0, file: 5 }]], ['bash'], false],
    ['with a kernel of an earlier time', KERNELS, [['python', { kernel: 4, file: 5 }]], ['python'], false],
    ['with a kernel that had to be restarted', [row('bash', 0, true)], [['bash', 'restarted']], ['bash'], false],
    ['with files of an earlier time', KERNELS, [['bash', { kernel: 3, file: 4 }]], [], true],
    [
      'with nothing',
      KERNELS,
      LANGUAGES.map((language) => [language, { kernel: 0, file: 0 }] as const),
      ['python', 'bash'],
      true,
    ],
    ['and does not say what it bears', KERNELS, [], [], false],
    ['and never bore a mark', [], [], [], false],
  ])('%s', (_name, kernels, found, variables, files) => {
    expect(lossesOf(kernels, new Map(found))).toEqual({ variables, files });
  });

  it('never with a loss where every mark is what was written down', () => {
    const kernels = fc.uniqueArray(
      fc.record({ language: fc.constantFrom(...LANGUAGES), mark: fc.nat(1_000), busy: fc.boolean() }),
      {
        selector: ({ language }) => language,
      },
    );
    fc.assert(
      fc.property(kernels, (rows) => {
        const file = nextMark(rows) - 1;
        const found = new Map(rows.map(({ language, mark }) => [language, { kernel: mark, file }]));
        expect(lossesOf(rows, found)).toEqual({ variables: [], files: false });
      }),
    );
  });
});

describe('the marks', () => {
  it.each([
    ['5 4\n', { kernel: 5, file: 4 }],
    ['0 0', { kernel: 0, file: 0 }],
    ['', undefined],
    ['5', undefined],
    ['5 four', undefined],
    ['-1 4', undefined],
    ['printed by a program\n5 4', undefined],
    [`${'9'.repeat(16)} 1`, undefined],
  ])('are read from %j', (printed, marks) => {
    expect(parseMarks(printed)).toEqual(marks);
  });

  it('grow, whatever the language', () => {
    expect([nextMark([]), nextMark(KERNELS), nextMark([row('bash', 0, true)])]).toEqual([1, 6, 1]);
  });
});
