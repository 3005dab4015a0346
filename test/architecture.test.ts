/** The shape of the code, as a test: who may import whom, and what may stand where. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

interface Source {
  readonly path: string;
  readonly text: string;
  /** Project files, relative to src. */
  readonly imports: readonly string[];
  /** Package names and node: modules. */
  readonly packages: readonly string[];
}

function sourceFiles(dir = SRC): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [relative(SRC, path).split('\\').join('/')] : [];
  });
}

function read(path: string): Source {
  const text = readFileSync(join(SRC, path), 'utf8');
  const specifiers = [
    ...text.matchAll(/(?:^|\s)(?:import|export)\s[^'"`;]*?from\s*'([^']+)'|import\(\s*'([^']+)'|^import '([^']+)'/gm),
  ]
    .map((match) => match[1] ?? match[2] ?? match[3])
    .filter((specifier) => specifier !== undefined);
  const isLocal = (specifier: string) => specifier.startsWith('.');
  return {
    path,
    text,
    imports: specifiers.filter(isLocal).map((s) => posix.normalize(posix.join(dirname(path), s))),
    packages: specifiers.filter((s) => !isLocal(s)),
  };
}

const sources = sourceFiles().map(read);
const bot = sources.filter((source) => !source.path.startsWith('local/'));
const island = sources.filter((source) => source.path.startsWith('local/'));

/** Leaves: pure files that everything above may use. */
const LEAVES = [
  /^config\.ts$/,
  /^log\.ts$/,
  /^clock\.ts$/,
  /^conversation\/(events|output|progress|retry|history|code-file|completion|cost)(-[\w-]+)?\.ts$/,
  /^slack\/(inbound|render|mrkdwn|limits|blocks)(-[\w-]+)?\.ts$/,
  /^sandbox\/(artifacts)(-[\w-]+)?\.ts$/,
  /^model\/(instructions|partial-code)\.ts$/,
  /^store\/(migrations|errors)\.ts$/,
];

/** The rank of a file of the bot; imports go to a lower rank, or within a room that `sameRank` allows. */
function rank(path: string): number {
  if (path === 'main.ts') return 6;
  if (path === 'bot.ts') return 5;
  if (path === 'slack/listeners.ts') return 4;
  if (LEAVES.some((leaf) => leaf.test(path))) return 0;
  if (path.startsWith('conversation/')) return 3;
  if (/^ports(-[\w-]+)?\.ts$/.test(path) || /^slack\/(paced-editor|edit-budget)/.test(path)) return 1;
  return 2;
}

function room(path: string): string {
  return dirname(path);
}

/** Within a rank: files of the same room know each other; leaves may use the shared words. */
function sameRankAllowed(from: string, to: string): boolean {
  return room(from) === room(to) || (rank(from) === 0 && room(to) === 'conversation');
}

describe('the import ranks', () => {
  it('finds the code it judges', () => {
    expect(bot.length).toBeGreaterThan(20);
    expect(island.length).toBeGreaterThan(20);
    expect(bot.flatMap((source) => source.imports).length).toBeGreaterThan(40);
  });

  it('has every import of the bot go down, or stay in its room', () => {
    const wrong = bot.flatMap(({ path, imports }) =>
      imports
        .filter((to) => !to.startsWith('local/'))
        .filter((to) => rank(to) > rank(path) || (rank(to) === rank(path) && !sameRankAllowed(path, to)))
        .map((to) => `${path} (${rank(path)}) → ${to} (${rank(to)})`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no import cycle', () => {
    const graph = new Map(sources.map(({ path, imports }) => [path, imports]));
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      if (done.has(path)) return;
      for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
      done.add(path);
    };
    for (const path of graph.keys()) visit(path, []);
    expect(cycles).toEqual([]);
  });

  it('lets only main know the local world, and the local world nothing but itself', () => {
    const knowsLocal = bot.filter(
      ({ path, imports }) => path !== 'main.ts' && imports.some((to) => to.startsWith('local/')),
    );
    expect(knowsLocal.map((source) => source.path)).toEqual([]);
    const leaves = island.flatMap(({ path, imports }) =>
      imports.filter((to) => !to.startsWith('local/')).map((to) => `${path} → ${to}`),
    );
    expect(leaves).toEqual([]);
  });
});

describe('the rooms', () => {
  const onlyIn = (pattern: RegExp, allowed: RegExp) =>
    sources
      .filter(({ path, packages }) => packages.some((name) => pattern.test(name)) && !allowed.test(path))
      .map((source) => source.path);

  it.each([
    ['@slack', /^@slack\//, /^(slack|local\/slack)\//],
    ['@anthropic-ai', /^@anthropic-ai\//, /^model\//],
    ['e2b', /^(@e2b\/|e2b$)/, /^sandbox\//],
    ['SQLite', /sqlite/, /^store\//],
  ])('keeps %s in its folder', (_name, pattern, allowed) => {
    expect(onlyIn(pattern, allowed)).toEqual([]);
  });

  it('lets the engine know no SDK', () => {
    const engine = bot.filter(({ path }) => path.startsWith('conversation/') || path.startsWith('ports'));
    const packages = engine.flatMap(({ path, packages }) =>
      packages.filter((p) => !p.startsWith('node:')).map((p) => `${path}: ${p}`),
    );
    expect(packages).toEqual([]);
  });

  it.each([
    ['process.env', /process\.env\b/, /^main\.ts$/],
    ['console', /\bconsole\.(log|error|warn|info)\(/, /^(local\/slack\/page\/|$)/],
  ])('keeps %s in its place', (_name, pattern, allowed) => {
    const code = (text: string) =>
      text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/'(?:[^'\\\n]|\\.)*'/g, "''");
    const wrong = sources.filter(({ path, text }) => !allowed.test(path) && pattern.test(code(text)));
    expect(wrong.map((source) => source.path)).toEqual([]);
  });

  it('lets no module hold a variable', () => {
    const holders = sources.filter(({ text }) => /^(export )?(let|var) /m.test(text));
    expect(holders.map((source) => source.path)).toEqual([]);
  });

  it('has no default export, no barrel and no file past its size', () => {
    const wrong = sources.filter(({ path, text }) => /^export default/m.test(text) || /(^|\/)index\.ts$/.test(path));
    expect(wrong.map((source) => source.path)).toEqual([]);
    const long = sources.filter(({ text }) => text.split('\n').length > 320);
    expect(long.map(({ path, text }) => `${path}: ${text.split('\n').length} lines`)).toEqual([]);
  });
});
