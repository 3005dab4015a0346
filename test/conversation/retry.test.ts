import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Language, RunResult } from '../../src/conversation/events.ts';
import { type Attempt, decide, failureLine, failuresInARow } from '../../src/conversation/retry.ts';
import { failed, OK } from '../fakes/fake-sandboxes.ts';

const LIMITS = { maxAttempts: 3, maxSteps: 10 };

function attempt(result: RunResult, language: Language = 'python', lastStderrLine = ''): Attempt {
  return { code: { language, source: 'f()' }, result, lastStderrLine };
}

const base = { durationMs: 1, results: [] };
const KEY = failed('KeyError', "'price'");
const NAME = failed('NameError', "name 'x' is not defined");
const TYPE = failed('TypeError', 'unsupported operand');
const TIMED_OUT: RunResult = { kind: 'timedOut', limitSeconds: 120, variables: 'kept', ...base };
const DIED: RunResult = { kind: 'died', reason: 'The kernel ran out of memory.', ...base };
const FLOODED: RunResult = { kind: 'flooded', limitMb: 20, variables: 'kept', ...base };

describe('retry.decide', () => {
  it.each<[string, readonly RunResult[], ReturnType<typeof decide>]>([
    ['nothing ran', [], { kind: 'continue' }],
    ['a success', [OK], { kind: 'continue' }],
    ['a success after failures', [KEY, NAME, OK], { kind: 'continue' }],
    ['a first failure', [KEY], { kind: 'repair', attempt: 2 }],
    ['a second, other failure', [KEY, NAME], { kind: 'repair', attempt: 3 }],
    [
      'a third one',
      [KEY, NAME, TYPE],
      { kind: 'giveUp', reason: 'The last error was `TypeError: unsupported operand`.' },
    ],
    ['a failure after a success, which starts at one again', [KEY, NAME, OK, TYPE], { kind: 'repair', attempt: 2 }],
    [
      'the same error twice',
      [KEY, KEY],
      { kind: 'giveUp', reason: "The same error came back unchanged: `KeyError: 'price'`." },
    ],
    [
      'the same error, but another between',
      [KEY, NAME, KEY],
      { kind: 'giveUp', reason: "The last error was `KeyError: 'price'`." },
    ],
    ['the same error, but a success between', [KEY, OK, KEY], { kind: 'repair', attempt: 2 }],
    [
      'the time limit',
      [TIMED_OUT],
      { kind: 'giveUp', reason: 'The code ran into the time limit of 120 s; the variables are kept.' },
    ],
    [
      'the time limit with the variables gone',
      [{ ...TIMED_OUT, variables: 'lost' }],
      {
        kind: 'giveUp',
        reason: 'The code ran into the time limit of 120 s; the variables are gone, the files are still there.',
      },
    ],
    [
      'the time limit with the kernel restarted',
      [{ ...TIMED_OUT, variables: 'lost', by: 'restart' }],
      {
        kind: 'giveUp',
        reason:
          'The code ran into the time limit of 120 s; its kernel had to be restarted: the variables are gone, the files are still there.',
      },
    ],
    [
      'a stop with the sandbox ended',
      [{ kind: 'stopped', variables: 'lost', by: 'kill', ...base }],
      { kind: 'giveUp', reason: 'The run was stopped; its sandbox had to be ended, so variables and files are gone.' },
    ],
    ['a dead kernel', [KEY, DIED], { kind: 'giveUp', reason: 'The kernel ran out of memory.' }],
    [
      'a lost sandbox',
      [{ kind: 'lost', reason: 'The sandbox has ended.', ...base }],
      { kind: 'giveUp', reason: 'The sandbox has ended.' },
    ],
    [
      'a stop',
      [{ kind: 'stopped', variables: 'kept', ...base }],
      { kind: 'giveUp', reason: 'The run was stopped; the variables are kept.' },
    ],
    ['too much output, which code can fix', [FLOODED], { kind: 'repair', attempt: 2 }],
    [
      'too much output twice',
      [FLOODED, FLOODED],
      { kind: 'giveUp', reason: 'The same error came back unchanged: `more than 20 MB of output`.' },
    ],
  ])('%s', (_name, results, decision) => {
    expect(
      decide(
        results.map((result) => attempt(result)),
        LIMITS,
      ),
    ).toEqual(decision);
  });

  it('gives up after the last step, although attempts are left', () => {
    const attempts = [OK, OK, KEY].map((result) => attempt(result));
    expect(decide(attempts, { maxAttempts: 3, maxSteps: 3 })).toEqual({
      kind: 'giveUp',
      reason: 'The limit of 3 runs in one turn is reached.',
    });
  });

  it('gives up at once where one attempt is all there is', () => {
    expect(decide([attempt(KEY)], { ...LIMITS, maxAttempts: 1 })).toEqual({
      kind: 'giveUp',
      reason: "The error was `KeyError: 'price'`.",
    });
  });

  it.each([
    ['an address', '<Foo object at 0x7f3a2c> is odd', '<Foo object at 0x55d1aa> is odd'],
    ['a line number', 'invalid syntax (cell.py, line 3)', 'invalid syntax (cell.py, line 14)'],
    ['a position', 'Unexpected token at app.js:10:5', 'Unexpected token at app.js:12:7'],
    ['a cell number', 'in In [3]', 'in In [4]'],
  ])('takes two errors for the same when they differ in %s', (_name, one, two) => {
    const attempts = [failed('E', one), failed('E', two)].map((result) => attempt(result));
    expect(decide(attempts, LIMITS).kind).toBe('giveUp');
  });

  it.each([
    ['a name', failed('KeyError', "'price'"), failed('KeyError', "'Price'")],
    ['a number that is data', failed('ValueError', '3 is not 4'), failed('ValueError', '3 is not 5')],
    ['the kind', failed('KeyError', "'price'"), FLOODED],
  ])('takes them for two errors when they differ in %s', (_name, one, two) => {
    expect(decide([attempt(one), attempt(two)], LIMITS).kind).toBe('repair');
  });

  it('tells failing shell commands apart by what they said, for their status says nothing', () => {
    const status = failed('ExitStatus', '1');
    const first = attempt(status, 'bash', 'cat: a.txt: No such file or directory');
    const other = attempt(status, 'bash', 'grep: b.txt: No such file or directory');
    expect(decide([first, other], LIMITS)).toEqual({ kind: 'repair', attempt: 3 });
    expect(decide([first, first], LIMITS).kind).toBe('giveUp');
  });

  it('never allows more failures in a row or more steps than the limits, whatever happens', () => {
    const result = fc.constantFrom(OK, KEY, NAME, TYPE, FLOODED, TIMED_OUT, DIED);
    fc.assert(
      fc.property(fc.array(result, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (results, maxAttempts) => {
        const limits = { maxAttempts, maxSteps: 10 };
        const attempts: Attempt[] = [];
        for (const next of results) {
          attempts.push(attempt(next));
          if (decide(attempts, limits).kind === 'giveUp') break;
        }
        expect(failuresInARow(attempts)).toBeLessThanOrEqual(maxAttempts);
        const before = attempts.slice(0, -1);
        const repairs = before.filter((_, index) => decide(before.slice(0, index + 1), limits).kind === 'repair');
        expect(repairs.length).toBeLessThanOrEqual(limits.maxSteps);
      }),
    );
  });
});

describe('failureLine', () => {
  it.each<[RunResult, string]>([
    [KEY, "KeyError: 'price'"],
    [failed('SystemExit', ''), 'SystemExit'],
    [failed('ValueError', '\n  first line\nsecond line'), 'ValueError: first line'],
    [failed('Error', 'a `quoted` word'), "Error: a 'quoted' word"],
    [failed('', ''), 'unknown error'],
    [TIMED_OUT, 'over the time limit of 120 s'],
    [FLOODED, 'more than 20 MB of output'],
    [DIED, 'The kernel ran out of memory.'],
    [{ kind: 'stopped', variables: 'kept', ...base }, 'stopped'],
  ])('of %j is %s', (result, line) => {
    expect(failureLine(result)).toBe(line);
  });

  it('is one line of at most 160 characters without a backtick', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', maxLength: 500 }), (name, value) => {
        const line = failureLine(failed(name, value));
        expect([...line].length).toBeLessThanOrEqual(160);
        expect(line).not.toMatch(/[`\n]/);
        expect(line).not.toBe('');
      }),
    );
  });
});
