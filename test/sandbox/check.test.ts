/** A sandbox that slept, before the local host: what it brought back, what it did not, and the code that was left running. */
import { E2B } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Code, Language, SandboxId, ThreadRef } from '../../src/conversation/events.ts';
import { LANGUAGES } from '../../src/conversation/events.ts';
import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import type { Sandbox } from '../../src/ports.ts';
import { createSandboxes, type OwnSandboxes } from '../../src/sandbox/e2b.ts';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { type MemoryStore, memoryStore } from '../fakes/memory-store.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { NEVER, textOf } from './e2b-world.ts';
import { sandboxesOptions } from './options.ts';

const API_KEY = 'e2b_local_check';

/** Sets x; prints x; runs until it is stopped. */
const SOURCES: Readonly<Record<Language, readonly [set: string, print: string, loop: string]>> = {
  python: ['x = 41\nx', 'print(x, _)', 'print("on", flush=True)\nwhile True: pass'],
  javascript: ['const x = 41', 'console.log(x)', 'console.log("on"); while (true);'],
  bash: ['x=41', 'echo $x', 'echo on; while true; do :; done'],
};
const KEPT: Readonly<Record<Language, string>> = { python: '41 41\n', javascript: '41\n', bash: '41\n' };
/** What a person's code sees of the names around it. */
const NAMES: Readonly<Record<Language, string>> = {
  python: 'print(sorted(name for name in globals() if "mark" in name))',
  javascript: 'console.log(Object.keys(globalThis).filter((name) => /mark/.test(name)))',
  bash: 'compgen -v | grep -c "^threadbox"; true',
};
const NONE: Readonly<Record<Language, string>> = { python: '[]\n', javascript: '[]\n', bash: '0\n' };

describeWithWall('a sandbox that slept', () => {
  let address: { apiKey: string; apiUrl: string; sandboxUrl: string };
  let sdk: E2B['Sandbox'];
  let stop: () => Promise<void>;
  let threads = 0;
  beforeAll(async () => {
    const uninstall = installFetch();
    const host = await startSandboxHost({ apiKey: API_KEY, log: () => {} });
    address = { apiKey: API_KEY, apiUrl: host.url, sandboxUrl: host.url };
    sdk = new E2B({ ...address, domain: 'e2b.invalid', debug: false }).Sandbox;
    stop = async () => {
      await host.stop();
      uninstall();
    };
  });
  afterAll(() => stop());

  const newThread = (): ThreadRef => ({ team: 'T1', channel: 'C1', threadTs: `${++threads}.1` });
  /** What another process on the same data folder is. */
  const process = (ledger: MemoryStore): OwnSandboxes =>
    createSandboxes(sandboxesOptions({ ...address, ledger, clock: systemClock }));
  const open = async (sandboxes: OwnSandboxes, thread: ThreadRef, last?: SandboxId): Promise<Sandbox> => {
    const opened = await sandboxes.open(thread, last, NEVER);
    if (!opened.ok) throw new Error(opened.failure.message);
    return opened.sandbox;
  };
  const run = async (sandbox: Sandbox, code: Code, signal = NEVER, onText = () => {}): Promise<string> => {
    const chunks: Parameters<typeof textOf>[0][number][] = [];
    const take = (chunk: (typeof chunks)[number]) => {
      chunks.push(chunk);
      onText();
    };
    await sandbox.run(code, take, signal);
    return textOf(chunks);
  };
  /** A sandbox in which each of these languages has run, released and paused. */
  const asleep = async (ledger: MemoryStore, languages: readonly Language[]) => {
    const sandboxes = process(ledger);
    const thread = newThread();
    const sandbox = await open(sandboxes, thread);
    for (const language of languages) await run(sandbox, { language, source: SOURCES[language][0] });
    await expect.poll(() => ledger.kernels(sandbox.id).every(({ mark }) => mark > 0)).toBe(true);
    sandbox.release();
    await sdk.pause(sandbox.id);
    return { thread, id: sandbox.id };
  };

  it('brings back its variables and files, and the check leaves no trace that code sees', async () => {
    const ledger = memoryStore();
    const { thread, id } = await asleep(ledger, LANGUAGES);
    const again = await open(process(ledger), thread, id);
    expect([again.id, again.fresh, again.losses]).toEqual([id, false, { variables: [], files: false }]);
    for (const language of LANGUAGES) {
      expect(await run(again, { language, source: SOURCES[language][1] })).toBe(KEPT[language]);
      expect(await run(again, { language, source: NAMES[language] })).toBe(NONE[language]);
    }
    expect(await again.list(NEVER)).toEqual([]);
    again.release();
  });

  it.each(LANGUAGES)('with another %s kernel than the one that slept is known by it, once', async (language) => {
    const ledger = memoryStore();
    const { thread, id } = await asleep(ledger, LANGUAGES);
    const raw = await sdk.connect(id, { timeoutMs: 300_000 });
    const context = (await raw.listCodeContexts()).find((each) => each.language === language);
    await raw.restartCodeContext(context?.id ?? '');
    await raw.pause();
    const again = await open(process(ledger), thread, id);
    expect(again.losses).toEqual({ variables: [language], files: false });
    await run(again, { language, source: ':'.replace(':', language === 'python' ? 'pass' : ':') });
    again.release();
    const third = await open(process(ledger), thread, id);
    expect(third.losses).toEqual({ variables: [], files: false });
    third.release();
  });

  it('with files of an earlier time is known by them', async () => {
    const ledger = memoryStore();
    const { thread, id } = await asleep(ledger, ['python']);
    const raw = await sdk.connect(id, { timeoutMs: 300_000 });
    await raw.files.write('/home/user/.threadbox-mark', '0');
    const again = await open(process(ledger), thread, id);
    expect(again.losses).toEqual({ variables: [], files: true });
    again.release();
  });

  it.each(LANGUAGES)(
    'with %s code that an ended process left running has it stopped, variables kept',
    async (language) => {
      const ledger = memoryStore();
      const thread = newThread();
      const first = await open(process(ledger), thread);
      const [set, print, source] = SOURCES[language];
      await run(first, { language, source: set });
      const on = new Promise<void>((resolve) => {
        void run(first, { language, source }, NEVER, resolve);
      });
      await on;
      await sdk.pause(first.id);
      const next = process(ledger);
      expect(await next.takeOver(first.id, NEVER)).toEqual({ kind: 'stopped', variables: 'kept' });
      expect(await next.takeOver(first.id, NEVER)).toEqual({ kind: 'none' });
      const again = await open(next, thread, first.id);
      expect(await run(again, { language, source: print })).toMatch(/^41/);
      again.release();
    },
  );

  it('that ended with the code in it has nothing to take over', async () => {
    const ledger = memoryStore();
    const thread = newThread();
    const first = await open(process(ledger), thread);
    ledger.beginInKernel(first.id, 'python');
    await sdk.kill(first.id);
    expect(await process(ledger).takeOver(first.id, NEVER)).toEqual({ kind: 'gone' });
  });
});
