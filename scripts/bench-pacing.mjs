/** `npm run bench:pacing`: sets up, simulates the pacing of edits, checks it against its bounds and draws `docs/pacing.svg`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

await setUpOrExit('test');
const { build } = await import('esbuild');
const project = new URL('../', import.meta.url);
const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('bench/pacing/main.ts', project))],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
});
const [program] = outputFiles;
const { main } = await import(`data:text/javascript;base64,${Buffer.from(program.contents).toString('base64')}`);
const { svg, failed } = await main();
writeFileSync(new URL('docs/pacing.svg', project), svg);
process.exitCode = failed.length > 0 ? 1 : 0;
