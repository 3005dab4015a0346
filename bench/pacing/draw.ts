/** The picture for the README: what was measured, on one page, readable in light and dark. */
import { pooled, quantile } from './checks.ts';
import { FORESEEABLE, type Printing } from './loads.ts';
import { type Result, SCHEDULERS, type Scheduler } from './measure.ts';

interface Line {
  readonly kind: 'paced' | 'slow' | 'common' | 'bound';
  readonly label: string;
  /** Milliseconds, by number of turns. */
  readonly points: ReadonlyMap<number, number>;
}

interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const KIND: Record<Scheduler, Line['kind']> = { paced: 'paced', '1 s throttle': 'common', '3 s throttle': 'slow' };
const LABEL: Record<Line['kind'], string> = {
  paced: 'Threadbox',
  common: '1 s per message, SDK retries',
  slow: '3 s per message, SDK retries',
  bound: 'the least that is possible',
};
const TITLE: Partial<Record<Printing, string>> = {
  steady: 'Printing steadily',
  'bursty 6–8 s': 'A burst every 8 s',
  'rare 8–10 s': 'A line every 9 s',
};

const SIZE = { width: 880, height: 620 };
const PLOT = { width: 350, height: 190 };
const ORIGINS = [
  { x: 60, y: 100 },
  { x: 500, y: 100 },
  { x: 60, y: 380 },
  { x: 500, y: 380 },
];
/** The axis is logarithmic; what is less than its least stands at its foot. */
const LEAST_MS = 100;
const MOST_MS = 2_000_000;
const TICKS: readonly (readonly [number, string])[] = [
  [100, '0.1 s'],
  [1_000, '1 s'],
  [10_000, '10 s'],
  [100_000, '100 s'],
  [1_000_000, '1,000 s'],
];

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328; }
  .page { fill: #ffffff; } .title { font-weight: 600; font-size: 15px; } .quiet { fill: #59636e; }
  .grid { stroke: #d1d9e0; } path { fill: none; stroke-width: 2; stroke-linejoin: round; }
  path.bound { stroke: #59636e; stroke-dasharray: 2 4; } circle.bound { fill: none; }
  path.paced { stroke: #0969da; stroke-width: 3; } circle.paced { fill: #0969da; }
  path.common { stroke: #bc4c00; } circle.common { fill: #bc4c00; }
  path.slow { stroke: #8250df; stroke-dasharray: 7 4; } circle.slow { fill: #8250df; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .page { fill: #0d1117; } .quiet { fill: #9198a1; } .grid { stroke: #3d444d; }
    path.bound { stroke: #9198a1; } path.paced { stroke: #4493f8; } circle.paced { fill: #4493f8; }
    path.common { stroke: #f0883e; } circle.common { fill: #f0883e; }
    path.slow { stroke: #ab7df8; } circle.slow { fill: #ab7df8; }
  }`;

export function draw(results: readonly Result[]): string {
  const body = panels(results).map((panel, index) => drawPanel(panel, ORIGINS[index] ?? { x: 0, y: 0 }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE.width} ${SIZE.height}" role="img" aria-labelledby="t d">`,
    '<title id="t">How stale messages are, by the number of turns at once</title>',
    `<desc id="d">${description(results)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="page" width="${SIZE.width}" height="${SIZE.height}" rx="8"/>`,
    drawLegend(),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

function panels(results: readonly Result[]): Panel[] {
  const staleness = FORESEEABLE.map((printing): Panel => {
    const of = results.filter(({ scenario }) => scenario.printing === printing);
    const bound: Line = { kind: 'bound', label: LABEL.bound, points: byTurns(of, (some) => meanOf(some)) };
    const measured = SCHEDULERS.map((scheduler) =>
      line(scheduler, of, (some) => pooled(some.map(({ measured }) => measured[scheduler])).mean),
    );
    return { title: `${TITLE[printing] ?? printing}: mean staleness`, lines: [bound, ...measured.reverse()] };
  });
  const together = results.filter(({ scenario }) => scenario.ends === 'together');
  const finals = SCHEDULERS.map((scheduler) =>
    line(scheduler, together, (some) => quantile(pooled(some.map(({ measured }) => measured[scheduler])).finals, 0.95)),
  );
  return [...staleness, { title: 'All end together: last states, p95', lines: finals.reverse() }];
}

function line(scheduler: Scheduler, results: readonly Result[], value: (some: readonly Result[]) => number): Line {
  const kind = KIND[scheduler];
  return { kind, label: LABEL[kind], points: byTurns(results, value) };
}

function meanOf(results: readonly Result[]): number {
  return results.reduce((sum, { bound }) => sum + bound.mean, 0) / results.length;
}

function byTurns(results: readonly Result[], value: (some: readonly Result[]) => number): Map<number, number> {
  const turns = [...new Set(results.map(({ scenario }) => scenario.turns))];
  return new Map(turns.map((n) => [n, value(results.filter(({ scenario }) => scenario.turns === n))]));
}

function drawLegend(): string {
  const kinds = ['paced', 'common', 'slow', 'bound'] as const;
  const items = kinds.map((kind, index) => {
    const x = [60, 180, 420, 660][index] ?? 0;
    return `<path class="${kind}" d="M${x} 55h28"/><text x="${x + 36}" y="59">${LABEL[kind]}</text>`;
  });
  const title =
    '<text class="title" x="60" y="30">50 edits a minute for the whole workspace, shared by 1 to 100 turns</text>';
  return `${title}${items.join('')}`;
}

function drawPanel({ title, lines }: Panel, { x, y }: { x: number; y: number }): string {
  const turns = [...(lines[0]?.points.keys() ?? [])];
  const left = (index: number) => x + ((index + 0.5) * PLOT.width) / turns.length;
  const top = (ms: number) => {
    const share = Math.log(Math.max(LEAST_MS, ms) / LEAST_MS) / Math.log(MOST_MS / LEAST_MS);
    return y + PLOT.height * (1 - share);
  };
  const at = (value: number) => value.toFixed(1);
  const parts = [`<text class="title" x="${x}" y="${y - 10}">${title}</text>`];
  for (const [ms, label] of TICKS) {
    parts.push(`<path class="grid" style="stroke-width:1" d="M${x} ${at(top(ms))}h${PLOT.width}"/>`);
    parts.push(`<text class="quiet" x="${x - 6}" y="${at(top(ms) + 4)}" text-anchor="end">${label}</text>`);
  }
  for (const [index, n] of turns.entries()) {
    const name = index === 0 ? `${n} turn` : `${n}`;
    parts.push(
      `<text class="quiet" x="${at(left(index))}" y="${y + PLOT.height + 20}" text-anchor="middle">${name}</text>`,
    );
  }
  for (const { kind, points } of lines) {
    const dots = turns.map((n, index) => [left(index), top(points.get(n) ?? 0)] as const);
    parts.push(`<path class="${kind}" d="M${dots.map(([a, b]) => `${at(a)} ${at(b)}`).join('L')}"/>`);
    parts.push(...dots.map(([a, b]) => `<circle class="${kind}" cx="${at(a)}" cy="${at(b)}" r="3"/>`));
  }
  return parts.join('\n');
}

/** The figures in words, for who does not see the picture. */
function description(results: readonly Result[]): string {
  const fifty = results.filter(({ scenario }) => scenario.printing === 'steady' && scenario.turns === 50);
  const said = SCHEDULERS.map((scheduler) => {
    const { mean } = pooled(fifty.map(({ measured }) => measured[scheduler]));
    return `${LABEL[KIND[scheduler]]} ${(mean / 1_000).toFixed(0)} s`;
  });
  const least = (meanOf(fifty) / 1_000).toFixed(0);
  return `With 50 turns that print steadily, mean staleness: ${said.join(', ')}; the least that is possible ${least} s.`;
}
