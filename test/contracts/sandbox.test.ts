import { readFileSync } from 'node:fs';
import { afterAll, beforeAll } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type SandboxHost, startSandboxHost } from '../../src/local/sandbox/server.ts';
import { createSandboxes } from '../../src/sandbox/e2b.ts';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { type FakeRun, failed, fakeSandboxes, OK } from '../fakes/fake-sandboxes.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { sandboxesOptions } from '../sandbox/options.ts';
import { type Program, sandboxContract } from './sandbox.ts';

const ENDED = { durationMs: 1, results: [] };
const FAKE_LIMIT_SECONDS = 120;
const figure = () => new Uint8Array(readFileSync(new URL('../sandbox/figures/bar-show.png', import.meta.url)));

const SCRIPTS: Readonly<Record<Program, () => FakeRun>> = {
  speaks: () => ({ prints: ['one\n', 'two\n', { stream: 'stderr', text: 'careful\n' }] }),
  setsX: () => ({}),
  showsX: () => ({ result: { ...OK, results: [{ isMain: true, text: '42' }] } }),
  missesX: () => ({ result: failed('NameError', "name 'x' is not defined") }),
  raises: () => ({ result: failed('KeyError', "'price'") }),
  lasts: () => ({ prints: ['started\n'], untilStopped: true }),
  outlasts: () => ({ result: { kind: 'timedOut', limitSeconds: FAKE_LIMIT_SECONDS, variables: 'kept', ...ENDED } }),
  floods: () => ({
    prints: ['x'.repeat(1_000_000)],
    result: { kind: 'flooded', limitMb: 1, variables: 'kept', ...ENDED },
  }),
  dies: () => ({ result: { kind: 'died', reason: 'The kernel ended.', ...ENDED } }),
  draws: () => ({ result: { ...OK, results: [{ isMain: false, png: figure() }] } }),
  writes: () => ({ writes: { 'out/table.csv': 'a,b' } }),
};

sandboxContract('the fake', async ({ programs, forgetful = false }) => ({
  sandboxes: fakeSandboxes({ runs: programs.map((program) => SCRIPTS[program]()), forgetful }),
  timeoutSeconds: FAKE_LIMIT_SECONDS,
}));

describeWithWall('E2B over the wire of the local host', () => {
  let host: SandboxHost;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const uninstall = installFetch();
    host = await startSandboxHost({ apiKey: 'e2b_local_contract', log: () => {} });
    stop = async () => {
      await host.stop();
      uninstall();
    };
  });
  afterAll(() => stop());

  sandboxContract('the adapter', async ({ programs }) => {
    // What is to run out of its time has little of it; everything else has as much as a busy machine takes.
    const timeoutSeconds = programs.includes('outlasts') ? 2 : 60;
    const address = { apiKey: 'e2b_local_contract', apiUrl: host.url, sandboxUrl: host.url };
    const own = { runTimeoutSeconds: timeoutSeconds, clock: systemClock };
    const sandboxes = createSandboxes(sandboxesOptions({ ...address, ...own }));
    return { sandboxes, timeoutSeconds };
  });
});
