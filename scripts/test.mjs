/**
 * `npm test`: sets up, then runs the suite with nothing of the caller's services in its environment. At the end it names
 * what was skipped, and closes with one plain line of numbers.
 */
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

/** A test must never reach a real workspace, sandbox or model. */
const SERVICES = /^(SLACK|E2B|ANTHROPIC)_/;

await setUpOrExit('test');
for (const name of Object.keys(process.env).filter((key) => SERVICES.test(key))) delete process.env[name];
process.chdir(fileURLToPath(new URL('../', import.meta.url)));

const { parseCLI, startVitest } = await import('vitest/node');
const { summarize } = await import('./test/summary.mjs');

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, { ...options, watch: false });
const { passed, failed, skipped, skippedNames } = summarize(vitest);
await vitest.close();
if (skippedNames.length > 0) console.log(`Skipped:\n${skippedNames.map((name) => `  - ${name}`).join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : Number(process.exitCode ?? 0));
