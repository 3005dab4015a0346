/** `npm run soak`: sets up, then kills the bot at 50 random moments of a conversation; nothing may be lost or said twice. */
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

/** It must never reach a real workspace, sandbox or model. */
const SERVICES = /^(SLACK|E2B|ANTHROPIC)_/;

await setUpOrExit('test');
for (const name of Object.keys(process.env).filter((key) => SERVICES.test(key))) delete process.env[name];
process.chdir(fileURLToPath(new URL('../', import.meta.url)));

const { parseCLI, startVitest } = await import('vitest/node');
const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const soak = await startVitest('test', filter, {
  ...options,
  config: 'test/soak/vitest.config.ts',
  reporters: ['default'],
  watch: false,
});
await soak.close();
