/**
 * From pressing Stop to the end of the run, through the bot's own adapter on the local sandboxes: the kernel interrupted,
 * found idle again, its variables kept.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';
import type { Code } from '../src/conversation/events.ts';
import { type SandboxHost, startSandboxHost } from '../src/local/sandbox/server.ts';
import type { Sandbox, Sandboxes } from '../src/ports.ts';
import { createSandboxes } from '../src/sandbox/e2b.ts';
import { installFetch } from '../src/sandbox/install-fetch.ts';
import { sandboxesOptions } from '../test/sandbox/options.ts';
import { median, ms, print, quantile, type Row } from './table.ts';

const KEY = 'e2b_bench';
const STOPS = 20;
const MOST_MS = 1_000;
const PATIENCE_MS = 600_000;

/** Each prints a line, then goes on for ever. */
const ENDLESS: readonly { readonly name: string; readonly code: Code }[] = [
  { name: 'Python, computing', code: { language: 'python', source: 'print("on", flush=True)\nwhile True: pass' } },
  {
    name: 'Python, asleep',
    code: { language: 'python', source: 'import time\nprint("on", flush=True)\ntime.sleep(1000)' },
  },
  { name: 'JavaScript, computing', code: { language: 'javascript', source: 'console.log("on"); while (true) {}' } },
  {
    name: 'JavaScript, waiting',
    code: { language: 'javascript', source: 'console.log("on"); await new Promise(() => {})' },
  },
  { name: 'bash, a program', code: { language: 'bash', source: 'echo on; sleep 1000' } },
];

let host: SandboxHost;
let sandboxes: Sandboxes;
let uninstall: () => void;

beforeAll(async () => {
  uninstall = installFetch();
  host = await startSandboxHost({ apiKey: KEY, log: () => {} });
  const address = { apiKey: KEY, apiUrl: host.url, sandboxUrl: host.url };
  sandboxes = createSandboxes(sandboxesOptions({ ...address, clock: systemClock }));
});
afterAll(async () => {
  await host.stop();
  uninstall();
});

/** Milliseconds from the abort to the end of the run. */
async function stopOnce(sandbox: Sandbox, code: Code): Promise<number> {
  const stop = new AbortController();
  let pressedAt = 0;
  const press = () => {
    pressedAt ||= performance.now();
    stop.abort();
  };
  const result = await sandbox.run(code, press, stop.signal);
  expect(result).toMatchObject({ kind: 'stopped', variables: 'kept' });
  return performance.now() - pressedAt;
}

it('stops a run in less than a second', { timeout: PATIENCE_MS }, async () => {
  const thread = { team: 'T1', channel: 'C1', threadTs: '1.1' };
  const opened = await sandboxes.open(thread, undefined, new AbortController().signal);
  if (!opened.ok) throw new Error(opened.failure.message);
  const rows: Row[] = [];
  for (const { name, code } of ENDLESS) {
    // The first starts the kernel of its language.
    await stopOnce(opened.sandbox, code);
    const times: number[] = [];
    for (let i = 0; i < STOPS; i += 1) times.push(await stopOnce(opened.sandbox, code));
    const measured = `p50 ${ms(median(times))}, p95 ${ms(quantile(times, 0.95))}, n = ${times.length}`;
    rows.push({ what: name, measured, aim: `p50 under ${ms(MOST_MS)}`, ok: median(times) < MOST_MS });
  }
  print('Stop → the run has ended, variables kept', rows);
  expect(rows).toHaveLength(ENDLESS.length);
});
