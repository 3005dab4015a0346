import { describe, expect, it } from 'vitest';
import { keptForFinalsMs } from '../../src/slack/edit-budget-finals.ts';
import type { Priority } from '../../src/slack/edit-budget-priority.ts';

const MINUTE = 60_000;
/** A slot that comes every so many milliseconds. */
const every = (ms: number, from = ms): number[] => Array.from({ length: 50 }, (_, index) => from + index * ms);

interface Row {
  readonly what: string;
  readonly priority: Priority;
  readonly all: number;
  readonly free: number;
  readonly comeIn: readonly number[];
  readonly kept: number;
}

// An even interval of 50 a minute is 1,200 ms: the first final may wait 720 ms, the second 2,040, the third 3,360.
const rows: Row[] = [
  { what: 'a final takes the last', priority: 'final', all: 50, free: 1, comeIn: [], kept: 0 },
  {
    what: 'output takes the last where the next comes soon',
    priority: 'output',
    all: 50,
    free: 1,
    comeIn: every(1_200, 700),
    kept: 0,
  },
  { what: 'and waits until it does', priority: 'output', all: 50, free: 1, comeIn: every(1_200, 1_000), kept: 280 },
  { what: 'so does a phase', priority: 'phase', all: 50, free: 1, comeIn: every(1_200, 1_000), kept: 280 },
  { what: 'and a first output', priority: 'first', all: 50, free: 1, comeIn: every(1_200, 1_000), kept: 280 },
  { what: 'one of two is free to urgent ones at any time', priority: 'first', all: 50, free: 2, comeIn: [], kept: 0 },
  {
    what: 'but kept by output for a second final',
    priority: 'output',
    all: 50,
    free: 2,
    comeIn: every(1_200, 50_000),
    kept: 47_960,
  },
  { what: 'and for a third', priority: 'output', all: 50, free: 3, comeIn: every(1_200, 50_000), kept: 46_640 },
  { what: 'a fourth is too far ahead', priority: 'output', all: 50, free: 4, comeIn: every(1_200, 50_000), kept: 0 },
  { what: 'unless it is near', priority: 'output', all: 50, free: 4, comeIn: every(1_200, 19_000), kept: 14_320 },
  {
    what: 'a gap further on counts too',
    priority: 'output',
    all: 50,
    free: 1,
    comeIn: [500, ...every(1_200, 4_000)],
    kept: 1_960,
  },
  {
    what: 'what is in flight counts for a minute',
    priority: 'first',
    all: 50,
    free: 1,
    comeIn: [],
    kept: MINUTE - 720,
  },
  { what: 'where there are few, none is kept', priority: 'output', all: 9, free: 1, comeIn: [], kept: 0 },
  { what: 'and of ten, one', priority: 'output', all: 10, free: 2, comeIn: [], kept: 0 },
];

describe('slots that are kept for finals', () => {
  it.each(rows)('$what', ({ priority, all, free, comeIn, kept }) => {
    expect(keptForFinalsMs({ all, free, comeIn, windowMs: MINUTE }, priority)).toBe(kept);
  });
});
