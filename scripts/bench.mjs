/** `npm run bench`: sets up, then measures. A ratio holds within its run; an absolute figure is that machine's. */
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

/** A measurement must never reach a real workspace, sandbox or model. */
const SERVICES = /^(SLACK|E2B|ANTHROPIC)_/;

await setUpOrExit('test');
for (const name of Object.keys(process.env).filter((key) => SERVICES.test(key))) delete process.env[name];
process.chdir(fileURLToPath(new URL('../', import.meta.url)));

const { parseCLI, startVitest } = await import('vitest/node');
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const bench = await startVitest('test', filter, {
  ...options,
  config: 'bench/vitest.config.ts',
  reporters: ['dot'],
  watch: false,
});
await bench.close();
