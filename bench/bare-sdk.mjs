/** What a bare program of the SDK does with a run: a process of its own, so that its memory can be held against the bot's. */
import { createInterface } from 'node:readline';
import { E2B } from '@e2b/code-interpreter';

const { apiKey, url } = JSON.parse(process.argv[2]);
const { Sandbox } = new E2B({ apiKey, apiUrl: url, sandboxUrl: url, domain: 'e2b.invalid', debug: false });
const sandbox = await Sandbox.create({ timeoutMs: 300_000 });
let printed = 0;
const run = (code) =>
  sandbox.runCode(code, {
    timeoutMs: 120_000,
    onStdout: ({ line }) => {
      printed += line.length;
    },
  });
await run('print(1)');
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  printed = 0;
  const { error } = await run(JSON.parse(line));
  console.log(error ? `failed: ${error.name}` : `printed ${printed}`);
}
await sandbox.kill();
