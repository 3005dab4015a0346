/** Figures as a table on standard output. */

export interface Row {
  readonly what: string;
  readonly measured: string;
  /** What it is held against, from the same run where it is a ratio. */
  readonly aim: string;
  readonly ok: boolean;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

export function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

/** "median 93 ms (90–120, n = 100)". */
export function summary(values: readonly number[]): string {
  return `median ${ms(median(values))} (${ms(Math.min(...values))} to ${ms(Math.max(...values))}, n = ${values.length})`;
}

export function print(title: string, rows: readonly Row[]): void {
  const cells = rows.map((row) => [row.what, row.measured, row.aim, row.ok ? 'yes' : 'NO']);
  const all = [['what', 'measured', 'aim', 'met'], ...cells];
  const widths = [0, 1, 2, 3].map((i) => Math.max(...all.map((line) => line[i]?.length ?? 0)));
  const lines = all.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  process.stdout.write(`\n${title}\n\n${[lines[0], rule, ...lines.slice(1)].join('\n')}\n`);
}
