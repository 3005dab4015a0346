/** The scripted code, run for real: the brain answers what Python, Node and Bash really say. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { think } from '../../../src/local/model/brain.ts';
import type { Answer, Run } from '../../../src/local/model/conversation.ts';
import { describeWithWall } from '../../fakes/wall.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'scripts-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const COMMANDS = { python: '/usr/bin/python3', javascript: process.execPath, bash: 'bash' } as const;

/** Runs code after the code before it, whose variables it may use; only what it prints itself is its output. */
function execute(run: NonNullable<Answer['run']>, before: readonly string[]): Run {
  const marker = '-- output --';
  // Watching is for people.
  const hurry = 'import time\ntime.sleep = lambda seconds: None\n';
  const guarded = before.map(
    (code) => `try:\n    exec(${JSON.stringify(code)}, globals())\nexcept Exception:\n    pass\n`,
  );
  const python = `${hurry}${guarded.join('')}print(${JSON.stringify(marker)}, flush=True)\n${run.code}`;
  const file = join(home, '.script');
  writeFileSync(file, run.language === 'python' ? python : run.code);
  const env = { HOME: home, PATH: process.env['PATH'] ?? '', MPLBACKEND: 'Agg', MPLCONFIGDIR: join(home, '.mpl') };
  const ended: SpawnSyncReturns<string> = spawnSync(COMMANDS[run.language], [file], {
    cwd: home,
    env,
    encoding: 'utf8',
  });
  const printed = run.language === 'python' ? (ended.stdout.split(`${marker}\n`)[1] ?? '') : ended.stdout;
  return { code: run.code, result: printed + ended.stderr, failed: ended.status !== 0 };
}

/** Plays tasks in one thread, as the bot would; the runs and last words of the last task. */
function play(...tasks: readonly string[]): { runs: Run[]; words: string } {
  const all: Run[] = [];
  for (const [i, task] of tasks.entries()) {
    const earlierCode = all.map((run) => run.code);
    const runs: Run[] = [];
    for (;;) {
      const { words, run } = think({ task, earlier: tasks.slice(0, i), earlierCode, runs, closed: false });
      if (!run && i === tasks.length - 1) return { runs, words };
      if (!run) break;
      const done = execute(
        run,
        [...all, ...runs].map((each) => each.code),
      );
      runs.push(done);
      if (runs.length > 5) throw new Error('it never ends');
    }
    all.push(...runs);
  }
  throw new Error('no task');
}

describeWithWall('the scripted code', () => {
  it('computes the Fibonacci numbers and tells their figures', () => {
    const { runs, words } = play('Print the first 20 Fibonacci numbers with statistics');
    expect(runs.map((run) => run.failed)).toEqual([false]);
    expect(runs[0]?.result).toContain(' 20  4,181');
    expect(words).toContain('**10,945**');
    expect(words).toContain('mean of 547.25 and a median of 44.5');
    expect(words).toContain('golden ratio of 1.6180339887');
  });

  it.each([1, 2, 200])('computes %d of them too', (count) => {
    const { runs, words } = play(`the first ${count} fibonacci numbers`);
    expect(runs.map((run) => run.failed)).toEqual([false]);
    expect(words).toContain(`The first ${count} Fibonacci numbers`);
  });

  it('plots the list of the session into the file', () => {
    const { runs, words } = play(
      'first 20 fibonacci numbers',
      'Now plot them as a bar chart and save it as fibonacci.png',
    );
    expect(runs.map((run) => run.failed)).toEqual([false]);
    expect(runs[0]?.result).not.toMatch(/warning/i);
    expect(readdirSync(home)).toContain('fibonacci.png');
    expect(words).toContain('`fibonacci.png`');
  });

  it('plots a single number and a line', () => {
    const { runs } = play('first 1 fibonacci numbers', 'plot them as a line');
    expect(runs.map((run) => run.failed)).toEqual([false]);
    expect(runs[0]?.result).not.toMatch(/warning/i);
  });

  it('fails on the name of a column, then gets it right', () => {
    const { runs, words } = play('Which product category has the highest average price?');
    expect(runs.map((run) => run.failed)).toEqual([true, false]);
    expect(runs[0]?.result).toContain("KeyError: 'price'");
    expect(words).toContain('**Audio, 159.00 on average**');
  });

  it('works at once where the names are as guessed', () => {
    writeFileSync(join(home, 'products.csv'), 'category,price\na,1\nb,2\n');
    const { runs, words } = play('average price per category');
    expect(runs.map((run) => run.failed)).toEqual([false]);
    expect(words).toContain('**b, 2.00 on average**');
    expect(words).not.toContain('sample');
  });

  it.each(['load the orders from the sales database', 'read missing.csv'])('%j fails in three ways', (task) => {
    const { runs, words } = play(task);
    expect(runs.map((run) => run.failed)).toEqual([true, true, true]);
    expect(new Set(runs.map((run) => run.result.trim().split('\n').at(-1))).size).toBe(3);
    expect(words).toMatch(/^I could not get at the data/);
  });

  it.each([
    ['count slowly to 3', '3 of 3', 'Done'],
    ['show a progress bar', '100%', 'Done'],
    ['In JavaScript, list the primes under 100', '89 97', '**25** primes'],
    ['the first 90 fibonacci numbers in javascript', '90 1779979416004714189', '**1779979416004714189**'],
    ['in bash, show disk usage', 'Home folder:', '% full'],
  ])('%j prints and is told', (task, printed, told) => {
    const { runs, words } = play(task);
    expect(runs.map((run) => run.failed)).toEqual([false]);
    expect(runs[0]?.result).toContain(printed);
    expect(words).toContain(told);
  });
});
