import { describe, expect, it } from 'vitest';
import { scenarioFor, think } from '../../../src/local/model/brain.ts';
import type { Conversation, Run } from '../../../src/local/model/conversation.ts';
import { EXAMPLES } from '../../../src/local/model/examples.ts';

function asked(task: string, runs: readonly Run[] = [], earlier: readonly string[] = []): Conversation {
  return { task, runs, earlier, earlierCode: earlier.map(() => 'fibs = [0, 1]'), closed: false };
}

const ok = (result: string): Run => ({ code: '', result, failed: false });
const failed = (result: string): Run => ({ code: '', result, failed: true });

describe('what the scripted model recognises', () => {
  it.each([
    ['Print the first 20 Fibonacci numbers with statistics', 'fibonacci'],
    ['compute the Fibonacci sequence up to 1000', 'fibonacci'],
    ['what is the 50th fibonacci number?', 'fibonacci'],
    ['hello! first ten fibonacci numbers please', 'fibonacci'],
    ['plot the first 10 Fibonacci numbers', 'plot'],
    ['In JavaScript, list the primes under 100', 'javascript'],
    ['first 12 fibonacci numbers in node.js', 'javascript'],
    ['Which product category has the highest average price?', 'prices'],
    ['average price per category of these products', 'prices'],
    ['Summarise it\n\nAttached files, in /home/user:\n- a.csv (3 bytes, text/csv)', 'table'],
    ['load the last orders from the sales database', 'database'],
    ['read the file missing.csv and sum it up', 'database'],
    ['Count slowly to 20', 'counting'],
    ['show me a progress bar', 'counting'],
    ['run forever until I press stop', 'endless'],
    ['keep printing until stopped', 'endless'],
    ['in bash, show disk usage', 'bash'],
    ['thanks!', 'courtesy'],
    ['Hi there', 'courtesy'],
    ['explain why the Fibonacci numbers grow', undefined],
    ['first 5 fibonacci numbers in Rust', undefined],
    ['chart the CSV above', undefined],
    ['write me a poem', undefined],
    ['', undefined],
  ])('%j is %s', (task, name) => {
    expect(scenarioFor(asked(task))?.name).toBe(name);
  });

  it('takes a follow-up from what was asked before', () => {
    const before = ['Print the first 20 Fibonacci numbers with statistics'];
    expect(scenarioFor(asked('great, now plot them as a bar chart', [], before))?.name).toBe('plot');
  });

  it('knows every example it names', () => {
    const unknown = EXAMPLES.filter((task, i) => !scenarioFor(asked(task, [], EXAMPLES.slice(0, i))));
    expect(unknown).toEqual([]);
    expect(EXAMPLES.length).toBeGreaterThanOrEqual(4);
  });
});

describe('the Fibonacci task', () => {
  it.each([
    ['first 20 fibonacci numbers', 'range(1, 21)'],
    ['fibonacci numbers with statistics', 'range(1, 21)'],
    ['the first ten fibonacci numbers', 'range(1, 11)'],
    ['fibonacci numbers up to 100', 'range(1, 13)'],
    ['first 100000 fibonacci numbers', 'range(1, 201)'],
  ])('%j runs %s', (task, code) => {
    const answer = think(asked(task));
    expect(answer.words).not.toBe('');
    expect(answer.run?.language).toBe('python');
    expect(answer.run?.code).toContain(code);
  });

  it('names only figures that were printed', () => {
    const output = 'Count: 3\nSum: 777\nMean: 8.88\nMedian: 9.9\nLast: 42';
    const { words, run } = think(asked('first 3 fibonacci numbers', [ok(output)]));
    expect(run).toBeUndefined();
    expect(words).toContain('**777**');
    expect(words).toContain('8.88');
    expect(words).not.toMatch(/golden/);
    expect(think(asked('first 3 fibonacci numbers', [ok('(left out)')])).words).not.toMatch(/\d/);
  });
});

describe('the plot', () => {
  const before = ['first 12 fibonacci numbers'];
  const task = 'now plot them as a bar chart and save it as fib_12.png';

  it('uses the list that is in the session, and the name it was given', () => {
    const { run } = think(asked(task, [], before));
    expect(run?.code).toContain('ax.bar(positions, fibs');
    expect(run?.code).toContain('savefig("fib_12.png"');
    expect(run?.code).not.toContain('fibs = ');
  });

  it('computes the list first where nobody has', () => {
    const { run } = think({ ...asked('plot the first 15 fibonacci numbers'), earlierCode: [] });
    expect(run?.code).toContain('fibs = fibs[:15]');
  });

  it('computes the list again when the session has lost it, and says so', () => {
    const lost = failed("Error: NameError: name 'fibs' is not defined");
    const { words, run } = think(asked(task, [lost], before));
    expect(words).toContain('NameError');
    expect(run?.code).toContain('fibs = fibs[:12]');
    expect(think(asked(task, [lost, lost], before)).run).toBeUndefined();
  });

  it('takes no path for a name', () => {
    const { run } = think(asked('plot them as ../../etc/x.png', [], before));
    expect(run?.code).toContain('savefig("x.png"');
  });
});

describe('the task that is repaired', () => {
  const task = 'Which product category has the highest average price?';

  it('guesses wrong, reads the error, and admits the guess', () => {
    expect(think(asked(task)).run?.code).toContain('products["price"]');
    const { words, run } = think(asked(task, [failed("KeyError: 'price'")]));
    expect(words).toContain("`KeyError: 'price'`: I guessed the column name wrong");
    expect(run?.code).toContain('names["price"]');
    const done = think(asked(task, [failed("KeyError: 'price'"), ok('Highest: Audio, 159.00 on average')]));
    expect(done).toEqual({ words: 'The category with the highest average price is **Audio, 159.00 on average**.' });
  });

  it('gives up on an error it does not know', () => {
    const { words, run } = think(asked(task, [failed('MemoryError')]));
    expect(run).toBeUndefined();
    expect(words).toContain('`MemoryError`');
    expect(words).toContain('scripted');
  });
});

describe('the repair of a misspelt name', () => {
  const task = (error: string) => `The code that I ran last failed with this error: ${error}\nFix the code and run it.`;
  const failedWith = (error: string, runs: readonly Run[] = []): Conversation => {
    return { ...asked(task(error), runs), earlierCode: ['total = 42\nprint(totl)'] };
  };
  const NAME = "NameError: name 'totl' is not defined";

  it('uses the name that is one slip away, and says what came of it', () => {
    const { words, run } = think(failedWith(NAME));
    expect(words).toContain('`totl` is not defined');
    expect(run?.code).toBe('total = 42\nprint(total)');
    expect(think(failedWith(NAME, [ok('42')])).words).toContain('begins with: 42');
  });

  it.each([["KeyError: 'price'"], ["NameError: name 'revenue' is not defined"]])('makes nothing up: %s', (error) => {
    expect(scenarioFor(failedWith(error))).toBeUndefined();
  });
});

describe('the task that cannot be done', () => {
  it.each(['load the orders from the sales database', 'sum up missing.csv'])(
    '%j: three tries, then the truth',
    (task) => {
      const runs: Run[] = [];
      const codes: string[] = [];
      for (const error of ['OneError: a', 'TwoError: b', 'ThreeError: c']) {
        const { run } = think(asked(task, runs));
        codes.push(run?.code ?? '');
        runs.push(failed(error));
      }
      expect(new Set(codes).size).toBe(3);
      expect(codes).not.toContain('');
      const { words, run } = think(asked(task, runs));
      expect(run).toBeUndefined();
      expect(words).toMatch(/^I could not/);
      for (const error of ['`OneError: a`', '`TwoError: b`', '`ThreeError: c`']) expect(words).toContain(error);
      expect(words).toContain('Attach');
    },
  );
});

describe('when no more code will be run', () => {
  it.each([
    ['Which product category has the highest average price?', "KeyError: 'price'"],
    ['load the orders from the sales database', 'OneError: a'],
    ['plot the first 5 fibonacci numbers', "NameError: name 'fibs' is not defined"],
  ])('%j: words only, and the error in them', (task, error) => {
    const { words, run } = think({ ...asked(task, [failed(error)]), closed: true });
    expect(run).toBeUndefined();
    expect(words).toContain(error.replaceAll('`', "'"));
  });
});

describe('everything else', () => {
  it('says that no model is connected, what to do, and what works', () => {
    const { words, run } = think(asked('write me a poem'));
    expect(run).toBeUndefined();
    expect(words).toContain('No model is connected');
    expect(words).toContain('ANTHROPIC_API_KEY');
    expect(words).toContain('/run');
    for (const example of EXAMPLES) expect(words).toContain(example);
  });

  it.each([
    'first 20 fibonacci numbers',
    'in javascript, primes under 50',
    'in bash, show disk usage',
    'count slowly to 5',
    'average price per category',
  ])('%j: says honestly that code cannot run', (task) => {
    const { words, run } = think(asked(task, [failed('Code is off: bubblewrap is not installed.')]));
    expect(run).toBeUndefined();
    expect(words).toBe('The code could not run: Code is off: bubblewrap is not installed.');
  });

  it('speaks of numbers it was given, in the other languages', () => {
    const primes = think(asked('in javascript, primes under 100', [ok('2 3\nCount: 25\nLargest: 97')]));
    expect(primes.words).toContain('**25** primes up to 100; the largest is 97');
    const disk = think(
      asked('show disk usage', [ok('Filesystem Size Used Avail Use% Mounted\nx 1G 1G 1G 43% /home\nHome folder: 8K')]),
    );
    expect(disk.words).toBe('The disk of this sandbox is **43% full**. The home folder takes 8K.');
  });
});
