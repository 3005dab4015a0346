/** Runs everything, prints the table, draws the picture; the result says whether all that must hold holds. */
import { type Check, checksOf, checksOfAll, checksOfSingleEnds, pooled, quantile, seconds } from './checks.ts';
import { draw } from './draw.ts';
import { FORESEEABLE, PRINTING } from './loads.ts';
import { measure, type Result, SCHEDULERS, type Scenario } from './measure.ts';

const TURNS = [1, 5, 20, 50, 100];
/** Sampled so long, after the first minute. */
const LONG_MS = { steady: 1_200_000, other: 3_600_000 };
/** The shortest: three minutes in all, several times, for what is rare in a long run: beginnings and ends. */
const SHORT_MS = 120_000;
const SHORT_DRAWS = 5;

const ENDS = ['together', 'singly'] as const;

/** The same turns, in many channels and in one, ending in each of these ways. */
async function all(run: Omit<Scenario, 'channels' | 'ends'>, endings: readonly Scenario['ends'][]): Promise<Result[]> {
  const results: Result[] = [];
  for (const channels of ['many', 'one'] as const) {
    for (const ends of endings) results.push(await measure({ ...run, channels, ends }));
  }
  return results;
}

function lines(results: readonly Result[], singly: readonly Result[]): string[][] {
  const [first] = results;
  if (!first) return [];
  const { printing, turns } = first.scenario;
  const bound = results.reduce((sum, result) => sum + result.bound.mean, 0) / results.length;
  return SCHEDULERS.map((scheduler) => {
    const all = pooled(results.map(({ measured }) => measured[scheduler]));
    const ratio = (to: number) => (to > 10 ? (all.mean / to).toFixed(2) : '');
    const figures = [all.mean, all.median, all.p95].map(seconds);
    const ends = pooled(singly.map(({ measured }) => measured[scheduler])).finals;
    const finals = [quantile(all.finals, 0.5), quantile(all.finals, 0.95), quantile(ends, 0.95)].map(seconds);
    const bounds = [seconds(bound), ratio(bound), first.online > 0 ? seconds(first.online) : '', ratio(first.online)];
    return [printing, `${turns}`, scheduler, ...bounds, ...figures, ...finals, `${all.refused}`];
  });
}

function print(rows: readonly (readonly string[])[]): void {
  const bounds = ['bound', '×', 'online', '×'];
  const finals = ['final p50', 'p95', 'single p95'];
  const head = ['load', 'turns', 'scheduler', ...bounds, 'mean', 'median', 'p95', ...finals, '429'];
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  for (const [index, row] of all.entries()) {
    console.log(
      `| ${row.map((cell, i) => (i < 3 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`,
    );
    if (index === 0) console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  }
}

function failures(checks: readonly Check[]): string[] {
  return checks.filter(({ ok }) => !ok).map(({ what }) => what);
}

/** `svg` is the picture for the README; `failed` names what does not hold. */
export async function main(): Promise<{ svg: string; failed: readonly string[] }> {
  const checks: Check[] = [];
  const unheld: string[] = [];
  const rows: string[][] = [];
  const everything: Result[] = [];
  for (const printing of PRINTING) {
    for (const turns of TURNS) {
      const sampleMs = printing === 'steady' ? LONG_MS.steady : LONG_MS.other;
      const long = await all({ printing, turns, sampleMs, draw: 0 }, ENDS);
      const short: Result[] = [];
      // Of uneven loads only the ends: in three minutes they go in step from their common beginning, which is the one
      // case for a throttle, that sends everything at once.
      const endings = FORESEEABLE.includes(printing) ? ENDS : (['singly'] as const);
      for (let draw = 1; draw <= SHORT_DRAWS; draw += 1) {
        short.push(...(await all({ printing, turns, sampleMs: SHORT_MS, draw }, endings)));
      }
      const singly = [...long, ...short].filter(({ scenario }) => scenario.ends === 'singly');
      if (FORESEEABLE.includes(printing)) checks.push(...short.flatMap(checksOf));
      else unheld.push(...failures(short.flatMap(checksOf)));
      checks.push(...long.flatMap(checksOf), ...checksOfAll(long), ...checksOfSingleEnds(singly));
      rows.push(...lines(long, singly));
      everything.push(...long);
    }
  }
  console.log(`
Staleness and the delay of last states in seconds; × is the mean to the least mean that is possible: to who knows all that
will be printed (bound), and to who knows how the load is drawn but not what comes (online).
`);
  print(rows);
  const failed = failures(checks);
  console.log(`\n${checks.length - failed.length} of ${checks.length} checks hold.`);
  for (const what of failed) console.log(`does not hold: ${what}`);
  for (const what of unheld) console.log(`measured, but not held: ${what}`);
  return { svg: draw(everything.filter(({ scenario }) => FORESEEABLE.includes(scenario.printing))), failed };
}
