/**
 * Everything between a clone and a running program: system packages, npm packages, the build. Plain Node without any
 * package, safe to run again at any time, and without a word when there is nothing to do.
 */
import { fileURLToPath } from 'node:url';
import { requireNode } from './setup/node-version.mjs';

requireNode();

const ROOT = new URL('../', import.meta.url);

/**
 * Sets up for `npm start` or `npm test`. What the system lacks is said and does not stop it: the program knows by itself
 * how to go on without a sandbox. What the program cannot do without throws a sentence.
 */
export async function setUp({ purpose }) {
  const { setUpSystem } = await import('./setup/system.mjs');
  const { setUpDependencies } = await import('./setup/dependencies.mjs');
  const { setUpBuild } = await import('./setup/build.mjs');
  await setUpSystem(purpose, ROOT);
  await setUpDependencies(ROOT);
  await setUpBuild(ROOT);
}

/** One line if code cannot run isolated here; `npm start` leaves that to the program, which says it anyway. */
async function sayIfNoWall() {
  const { say } = await import('./setup/process.mjs');
  const { probeWall } = await import(new URL('dist/local/sandbox/probe.js', ROOT).href);
  const probe = await probeWall([]);
  if (!probe.ok) say(probe.reason);
}

/** `setUp` for a command line: a failure is its sentences, and the end. */
export async function setUpOrExit(purpose) {
  try {
    await setUp({ purpose });
    if (purpose === 'test') await sayIfNoWall();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUpOrExit(process.argv.includes('--test') ? 'test' : 'start');
}
