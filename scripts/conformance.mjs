/**
 * `npm run conformance`: the calls the bot makes of E2B, through the unmodified SDK, with E2B's observed answers as
 * expectations. Against the local sandbox host; with THREADBOX_LIVE=1 against E2B itself: the only test that calls a real
 * service.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { conformanceReporter } from './conformance/report.mjs';
import { targetOf } from './conformance/target.mjs';
import { runVitest } from './test/run.mjs';

const dotEnv = fileURLToPath(new URL('../.env', import.meta.url));
if (process.env.THREADBOX_LIVE === '1' && existsSync(dotEnv)) process.loadEnvFile(dotEnv);
const target = targetOf(process.env);
if (!target.ok) {
  console.error(target.message);
  process.exit(1);
}
console.log(`${target.says}\n`);
const { options } = target;
const vitest = await runVitest({
  config: 'test/conformance/vitest.config.ts',
  reporters: [conformanceReporter((line) => console.log(line))],
  // Set after the caller's own variables have been taken out; gone with the process of the suite.
  ...(options && { env: { THREADBOX_CONFORMANCE: JSON.stringify(options) } }),
});
await vitest.close();
