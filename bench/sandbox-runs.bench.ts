/**
 * What a run costs on the local sandboxes, through the unmodified SDK: the overhead of a call, held against a bare IPython
 * kernel driven directly, in turns; output in megabytes a second; and what a session holds in memory while it is idle.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { E2B, type Sandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { type SandboxHost, startSandboxHost } from '../src/local/sandbox/server.ts';
import { descendantsOf, privateMib } from './memory.ts';
import { median, print, quantile, type Row } from './table.ts';

const KEY = 'e2b_bench';
const ROUNDS = 8;
const CALLS_A_ROUND = 50;
const MOST_TIMES = 2;
const OUTPUT_BYTES = 20_000_000;
const OUTPUT_RUNS = 5;
const SESSIONS = 4;
const MOST_IDLE_MIB = 60;
/** After a start the kernels still load what may be asked for next. */
const SETTLE_MS = 5_000;

let host: SandboxHost;
let Client: E2B['Sandbox'];

beforeAll(async () => {
  host = await startSandboxHost({ apiKey: KEY, log: () => {} });
  Client = new E2B({ apiKey: KEY, apiUrl: host.url, sandboxUrl: host.url, domain: 'e2b.invalid', debug: false })
    .Sandbox;
});
afterAll(() => host.stop());

interface BareKernel {
  /** Milliseconds of each of so many runs of `pass`. */
  runs(count: number): Promise<readonly number[]>;
  end(): void;
}

/** Undefined where Debian's python3-ipykernel is not installed: nothing else needs it. */
async function startBareKernel(): Promise<BareKernel | undefined> {
  const script = fileURLToPath(new URL('bare_ipykernel.py', import.meta.url));
  const child = spawn('/usr/bin/python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ready = await lines.next();
  if (ready.done === true || ready.value !== 'ready') return undefined;
  return {
    async runs(count) {
      child.stdin.write(`${count}\n`);
      return z.array(z.number()).parse(JSON.parse(String((await lines.next()).value)));
    },
    end: () => child.stdin.end(),
  };
}

async function passes(sandbox: Sandbox, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const start = performance.now();
    await sandbox.runCode('pass');
    times.push(performance.now() - start);
  }
  return times;
}

function shown(times: readonly number[]): string {
  return `median ${median(times).toFixed(2)} ms, p95 ${quantile(times, 0.95).toFixed(2)} ms, n = ${times.length}`;
}

it('costs little more than a bare kernel', async () => {
  const sandbox = await Client.create({ timeoutMs: 600_000 });
  const bare = await startBareKernel();
  await passes(sandbox, CALLS_A_ROUND);
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    if (bare) times.bare.push(...(await bare.runs(CALLS_A_ROUND)));
    times.ours.push(...(await passes(sandbox, CALLS_A_ROUND)));
  }
  bare?.end();
  const ratio = median(times.ours) / median(times.bare);
  const rows: Row[] = [{ what: 'local sandbox, through the SDK', measured: shown(times.ours), aim: '', ok: true }];
  const missing = 'not measured: install python3-ipykernel (Debian’s package)';
  rows.push({ what: 'bare ipykernel', measured: bare ? shown(times.bare) : missing, aim: '', ok: true });
  if (bare) {
    const aim = `at most ${MOST_TIMES.toFixed(2)} ×`;
    rows.push({ what: 'ratio of medians', measured: `${ratio.toFixed(2)} ×`, aim, ok: ratio <= MOST_TIMES });
  }
  const rates: number[] = [];
  for (let i = 0; i < OUTPUT_RUNS; i += 1) {
    const start = performance.now();
    let bytes = 0;
    await sandbox.runCode(`for _ in range(${OUTPUT_BYTES / 80}): print("x" * 79)`, {
      timeoutMs: 120_000,
      onStdout: ({ line }) => {
        bytes += line.length;
      },
    });
    expect(bytes).toBe(OUTPUT_BYTES);
    rates.push(bytes / 1_000 / (performance.now() - start));
  }
  const spread = `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}, n = ${rates.length}`;
  rows.push({
    what: 'output, lines of 80 bytes',
    measured: `median ${median(rates).toFixed(0)} MB/s (${spread})`,
    aim: '',
    ok: true,
  });
  print('Local sandbox, a run of `pass`', rows);
  await sandbox.kill();
  expect(times.ours).toHaveLength(ROUNDS * CALLS_A_ROUND);
});

it('holds little memory while a session is idle', async () => {
  const used = () => descendantsOf(process.pid).reduce((sum, pid) => sum + privateMib(pid), 0);
  const settle = () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  // Once, so that what all sessions share is there.
  await (await Client.create({ timeoutMs: 60_000 })).kill();
  await settle();
  const before = used();
  const sandboxes: Sandbox[] = [];
  for (let i = 0; i < SESSIONS; i += 1) {
    const sandbox = await Client.create({ timeoutMs: 600_000 });
    await sandbox.runCode('x = 1');
    sandboxes.push(sandbox);
  }
  await settle();
  const each = (used() - before) / SESSIONS;
  for (const sandbox of sandboxes) await sandbox.runCode('import pandas, matplotlib.pyplot');
  await settle();
  const loaded = (used() - before) / SESSIONS;
  for (const sandbox of sandboxes) await sandbox.kill();
  print(`Local sandbox, private memory of an idle session, ${SESSIONS} at once`, [
    {
      what: 'after `x = 1`',
      measured: `${each.toFixed(0)} MiB`,
      aim: `under ${MOST_IDLE_MIB} MiB`,
      ok: each < MOST_IDLE_MIB,
    },
    { what: 'after importing pandas and pyplot', measured: `${loaded.toFixed(0)} MiB`, aim: '', ok: true },
  ]);
  expect(each).toBeGreaterThan(0);
});
