/** One run of vitest after the set-up, with nothing of the caller's services in its environment. */
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from '../setup.mjs';

/** Neither a test nor a measurement may reach a real workspace, sandbox or model. */
const SERVICES = /^(SLACK|E2B|ANTHROPIC)_/;

/** Runs what the command line asks for. `settings` are vitest's and win over it. The caller closes what it gets. */
export async function runVitest(settings = {}) {
  await setUpOrExit('test');
  for (const name of Object.keys(process.env).filter((key) => SERVICES.test(key))) delete process.env[name];
  process.chdir(fileURLToPath(new URL('../../', import.meta.url)));
  const { parseCLI, startVitest } = await import('vitest/node');
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
  return startVitest('test', filter, { ...options, ...settings, watch: false });
}
