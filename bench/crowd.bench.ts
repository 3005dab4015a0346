/** What is left of the machine for others while code in two local sandboxes starts as many programs as it may, all busy. */
import { setTimeout as sleep } from 'node:timers/promises';
import { E2B } from '@e2b/code-interpreter';
import { expect, it } from 'vitest';
import { startSandboxHost } from '../src/local/sandbox/server.ts';
import { print, summary } from './table.ts';

const KEY = 'e2b_bench';
const SECONDS = 6;
const ASK_EVERY_MS = 50;
const LEAST_SHARE = 0.3;

/** Each in a session of its own, so that a scheduler which shares by session gives each a share. */
const BOMB = `
import os, time
try:
    while True:
        if not os.fork():
            os.setsid()
            while True: pass
except OSError: time.sleep(60)`;

it('answers while two sandboxes spin', async () => {
  const host = await startSandboxHost({ apiKey: KEY, log: () => {} });
  const address = { apiUrl: host.url, sandboxUrl: host.url, domain: 'e2b.invalid', debug: false };
  const { Sandbox } = new E2B({ apiKey: KEY, ...address });
  const answers = async (): Promise<number[]> => {
    const took: number[] = [];
    for (const end = performance.now() + SECONDS * 1000; performance.now() < end; await sleep(ASK_EVERY_MS)) {
      const start = performance.now();
      await fetch(`${host.url}/health`);
      took.push(performance.now() - start);
    }
    return took;
  };
  try {
    const sandboxes = [await Sandbox.create(), await Sandbox.create()];
    const quiet = await answers();
    const bombs = sandboxes.map((sandbox) => sandbox.runCode(BOMB, { timeoutMs: 60_000 }).catch(() => {}));
    const loud = await answers();
    await Promise.all(sandboxes.map((sandbox) => sandbox.kill()));
    await Promise.all(bombs);
    const share = loud.length / quiet.length;
    print('The host answers, while two sandboxes run as many busy programs as they may', [
      { what: 'nothing runs', measured: summary(quiet), aim: '', ok: true },
      { what: 'both spin', measured: summary(loud), aim: '', ok: true },
      {
        what: 'answers in the same time, both spin / nothing runs',
        measured: share.toFixed(2),
        aim: `at least ${LEAST_SHARE}`,
        ok: share >= LEAST_SHARE,
      },
    ]);
    expect(loud.length).toBeGreaterThan(0);
  } finally {
    await host.stop();
  }
});
