/** Compiling: only when a source has changed since the last time. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say, tail, work } from './process.mjs';

/** What the compiled program is made of. */
const SOURCES = ['src', 'scripts/build-page.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles src to dist and bundles the page. Throws a sentence when that fails. */
export async function setUpBuild(root, { force = false } = {}) {
  const folder = fileURLToPath(root);
  const stampPath = join(folder, 'dist', '.built');
  const stamp = fingerprint(folder);
  if (!force && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp) return;
  say('compiling');
  const tsc = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
  const { ok, output } = await work(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: folder });
  if (!ok) throw new Error(`The program could not be compiled:\n${tail(output, 20)}`);
  const { buildPage } = await import('../build-page.mjs');
  await buildPage({ outDir: join(folder, 'dist', 'page') });
  mkdirSync(join(folder, 'dist'), { recursive: true });
  writeFileSync(stampPath, stamp);
}

/** Names, sizes and times of all sources, in one line. */
function fingerprint(folder) {
  const hash = createHash('sha256');
  const add = (path) => {
    const stat = statSync(join(folder, path), { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) hash.update(`${path}\n${stat.size}\n${stat.mtimeMs}\n`);
    else for (const name of readdirSync(join(folder, path)).sort()) add(`${path}/${name}`);
  };
  SOURCES.forEach(add);
  return hash.digest('hex');
}
