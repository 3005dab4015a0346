/** Runs everything, prints the table, draws the picture; the result says whether all that must hold holds. */
import { type Check, checksOf, checksOfAll, pooled, quantile } from './checks.ts';
import { draw } from './draw.ts';
import { PRINTING } from './loads.ts';
import { measure, type Result, SCHEDULERS } from './measure.ts';

const TURNS = [1, 5, 20, 50, 100];

const seconds = (ms: number): string => (ms / 1_000).toFixed(2);

function lines(results: readonly Result[]): string[][] {
  const [first] = results;
  if (!first) return [];
  const { printing, turns } = first.scenario;
  const bound = results.reduce((sum, result) => sum + result.bound.mean, 0) / results.length;
  return SCHEDULERS.map((scheduler) => {
    const all = pooled(results.map(({ measured }) => measured[scheduler]));
    const ratio = bound > 10 ? (all.mean / bound).toFixed(2) : '';
    const finals = [0.5, 0.95].map((q) => seconds(quantile(all.finals, q)));
    const figures = [all.mean, all.median, all.p95].map(seconds);
    return [printing, `${turns}`, scheduler, seconds(bound), ratio, ...figures, ...finals, `${all.refused}`];
  });
}

function print(rows: readonly (readonly string[])[]): void {
  const head = ['load', 'turns', 'scheduler', 'bound', '×', 'mean', 'median', 'p95', 'final p50', 'final p95', '429'];
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  for (const [index, row] of all.entries()) {
    console.log(
      `| ${row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`,
    );
    if (index === 0) console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  }
}

/** `svg` is the picture for the README; `failed` names what does not hold. */
export async function main(): Promise<{ svg: string; failed: readonly string[] }> {
  const checks: Check[] = [];
  const rows: string[][] = [];
  const everything: Result[] = [];
  for (const printing of [...PRINTING, 'erratic'] as const) {
    for (const turns of TURNS) {
      const results: Result[] = [];
      for (const channels of ['many', 'one'] as const) {
        for (const ends of ['together', 'singly'] as const) {
          results.push(await measure({ printing, turns, channels, ends }));
        }
      }
      checks.push(...results.flatMap(checksOf), ...checksOfAll(results));
      rows.push(...lines(results));
      everything.push(...results);
    }
  }
  console.log(
    '\nStaleness and the delay of last states in seconds; × is the mean to the least mean that is possible.\n',
  );
  print(rows);
  const failed = checks.filter(({ ok }) => !ok).map(({ what }) => what);
  console.log(`\n${checks.length - failed.length} of ${checks.length} checks hold.`);
  for (const what of failed) console.log(`does not hold: ${what}`);
  return { svg: draw(everything.filter(({ scenario }) => scenario.printing !== 'erratic')), failed };
}
