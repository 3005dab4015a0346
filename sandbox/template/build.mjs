// @ts-check
/** Builds the template at E2B, under the account of E2B_API_KEY (from the environment or `.env`), and says how to use it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultBuildLogger, Template } from 'e2b';
import { NAME, template } from './template.mjs';

const dotEnv = fileURLToPath(new URL('../../.env', import.meta.url));
if (existsSync(dotEnv)) process.loadEnvFile(dotEnv);
const apiKey = process.env['E2B_API_KEY']?.trim();
if (!apiKey) {
  console.error('Set E2B_API_KEY to a key from https://e2b.dev/dashboard?tab=keys, then run this again.');
  process.exit(1);
}
const name = process.argv[2] ?? NAME;
await Template.build(template(), name, {
  apiKey,
  cpuCount: 2,
  memoryMB: 2_048,
  onBuildLogs: defaultBuildLogger(),
});
console.log(`\nBuilt. Put E2B_TEMPLATE=${name} into .env and start Threadbox.`);
