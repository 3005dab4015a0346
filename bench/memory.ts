/** What processes hold in memory, from /proc. */
import { readdirSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 20;

function kilobytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** MiB of RAM that a process occupies; NaN when it is gone. */
export function residentMib(pid: number): number {
  try {
    return kilobytes(readFileSync(`/proc/${pid}/status`, 'utf8'), 'VmRSS') / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** MiB that only this process holds: what would be free without it. 0 when it is gone. */
export function privateMib(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return ['Private_Clean', 'Private_Dirty', 'Swap'].reduce((sum, name) => sum + kilobytes(rollup, name), 0) / 1_024;
  } catch {
    return 0;
  }
}

/** All processes below this one. */
export function descendantsOf(pid: number): readonly number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      // The name before it is in parentheses and may hold anything.
      const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      parents.set(Number(name), Number(fields[1]));
    } catch {
      // Ended since it was listed.
    }
  }
  const below = (ancestor: number): number[] => {
    const children = [...parents].filter(([, parent]) => parent === ancestor).map(([child]) => child);
    return [...children, ...children.flatMap(below)];
  };
  return below(pid);
}

/** The most that `pid` occupies, above what it does now, while `work` goes on. */
export async function growthMib(pid: number, work: () => Promise<unknown>): Promise<number> {
  const before = residentMib(pid);
  let most = before;
  const sample = () => {
    const now = residentMib(pid);
    if (now > most) most = now;
  };
  const timer = setInterval(sample, SAMPLE_MS);
  try {
    await work();
    sample();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}
