/**
 * `npm test`: sets up, then runs the suite with nothing of the caller's services in its environment. At the end it names
 * what was skipped, and closes with one plain line of numbers.
 */
import { runVitest } from './test/run.mjs';
import { summarize } from './test/summary.mjs';

const vitest = await runVitest();
const { passed, failed, skipped, skippedNames } = summarize(vitest);
await vitest.close();
if (skippedNames.length > 0) console.log(`Skipped:\n${skippedNames.map((name) => `  - ${name}`).join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed > 0 ? 1 : Number(process.exitCode ?? 0));
