import { describe, expect, it } from 'vitest';
import { errorLine, figure, firstLine, numberIn, quoted } from '../../../src/local/model/reading.ts';

describe('numberIn', () => {
  it.each([
    ['the first 12 numbers', 12],
    ['the first 1,200 numbers', 500],
    ['the 50th number', 50],
    ['first twenty please', 20],
    ['none at all', 7],
    ['0 of them', 1],
    ['version2 of it', 7],
  ])('reads %j', (text, expected) => {
    expect(numberIn(text, 7, 1, 500)).toBe(expected);
  });
});

describe('figure', () => {
  it('reads what stands after the label, and the last of several', () => {
    const output = 'Sum: 1\nSummary: no\n  sum: 10,945 \nMean:';
    expect(figure(output, 'Sum')).toBe('10,945');
    expect(figure(output, 'Mean')).toBeUndefined();
    expect(figure(output, 'Median')).toBeUndefined();
  });
});

describe('errorLine', () => {
  it.each([
    ['a traceback', 'Traceback (most recent call last):\n  File "x"\nKeyError: \'price\'', "KeyError: 'price'"],
    ['a report of a run', "Source: sample\nError: KeyError: 'price'", "KeyError: 'price'"],
    [
      'a report with a traceback',
      'Error: Traceback (most recent call last):\n  …\nZeroDivisionError: division by zero',
      'ZeroDivisionError: division by zero',
    ],
    ['colours', "\u001b[0;31mKeyError\u001b[0m: 'price'", "KeyError: 'price'"],
    [
      'a name with dots',
      'sqlite3.OperationalError: unable to open database file',
      'sqlite3.OperationalError: unable to open database file',
    ],
    ['an error without words', 'Traceback\nStopIteration', 'StopIteration'],
    [
      'an error of JavaScript',
      'Error: ReferenceError: x is not defined\n    at y:1',
      'ReferenceError: x is not defined',
    ],
    ['a result without an error', 'All went well: no Errors here', undefined],
  ])('finds the error in %s', (_, result, expected) => {
    expect(errorLine(result)).toBe(expected);
  });
});

describe('quoting', () => {
  it('keeps a quotation short and on one line', () => {
    expect(firstLine('\n  one\ntwo')).toBe('one');
    expect(firstLine('')).toBe('no reason was given');
    expect(quoted('a `b` c')).toBe("`a 'b' c`");
  });
});
