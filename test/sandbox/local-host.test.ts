/** The adapter before the local host: every language with its state and its stop, and a figure that comes twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Code } from '../../src/conversation/events.ts';
import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import type { Sandbox } from '../../src/ports.ts';
import { figuresOf, withoutDuplicates } from '../../src/sandbox/artifacts.ts';
import { createSandboxes } from '../../src/sandbox/e2b.ts';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { NEVER, THREAD } from './e2b-world.ts';
import { sandboxesOptions } from './options.ts';

const API_KEY = 'e2b_local_languages';

/** Sets x; prints x; prints "on" and never ends. */
const SOURCES: Readonly<Record<Code['language'], readonly [set: string, print: string, loop: string]>> = {
  python: ['x = "kept"', 'print(x)', 'print("on", flush=True)\nwhile True: pass'],
  javascript: ['const x = "kept"', 'console.log(x)', 'console.log("on"); while (true);'],
  bash: ['x=kept', 'echo $x', 'echo on; while true; do :; done'],
};

describeWithWall('the languages of a sandbox', () => {
  let sandbox: Sandbox;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const uninstall = installFetch();
    const host = await startSandboxHost({ apiKey: API_KEY, log: () => {} });
    stop = async () => {
      await host.stop();
      uninstall();
    };
    const address = { apiKey: API_KEY, apiUrl: host.url, sandboxUrl: host.url };
    const opened = await createSandboxes(sandboxesOptions({ ...address, clock: systemClock })).open(
      THREAD,
      undefined,
      NEVER,
    );
    if (!opened.ok) throw new Error(opened.failure.message);
    sandbox = opened.sandbox;
  });
  afterAll(() => stop());

  const run = async (code: Code, signal = NEVER, onText = (_: string) => {}) => {
    let printed = '';
    const result = await sandbox.run(
      code,
      ({ text }) => {
        printed += text;
        onText(text);
      },
      signal,
    );
    return { kind: result.kind, variables: 'variables' in result ? result.variables : undefined, printed };
  };

  describe.each(Object.entries(SOURCES))('%s', (name, [set, print, loop]) => {
    const language = name as Code['language'];

    it('keeps its variables from run to run, and past a stop', async () => {
      expect(await run({ language, source: set })).toMatchObject({ kind: 'ok' });
      expect(await run({ language, source: print })).toMatchObject({ kind: 'ok', printed: 'kept\n' });
      const abort = new AbortController();
      const stopped = await run({ language, source: loop }, abort.signal, () => abort.abort());
      expect(stopped).toMatchObject({ kind: 'stopped', variables: 'kept', printed: expect.stringContaining('on') });
      expect(await run({ language, source: print })).toMatchObject({ kind: 'ok', printed: 'kept\n' });
    });
  });

  it('lose their variables, not their files, where code does not let itself be interrupted', async () => {
    const abort = new AbortController();
    const stubborn = [
      'import signal, time',
      'open("kept.txt", "w").write("kept")',
      'signal.signal(signal.SIGINT, signal.SIG_IGN)',
      'print("on", flush=True)',
      'while True: time.sleep(1)',
    ].join('\n');
    const result = await sandbox.run({ language: 'python', source: stubborn }, () => abort.abort(), abort.signal);
    expect(result).toMatchObject({ kind: 'stopped', variables: 'lost', by: 'restart' });
    const look = 'print("time" in globals(), open("kept.txt").read())';
    expect(await run({ language: 'python', source: look })).toMatchObject({ kind: 'ok', printed: 'False kept\n' });
  });

  it('hand over a figure that is saved and displayed as one file', async () => {
    const source = [
      'import matplotlib.pyplot as plt',
      'plt.bar(range(10), [0, 1, 1, 2, 3, 5, 8, 13, 21, 34])',
      'plt.title("Fibonacci")',
      'plt.savefig("fibonacci.png")',
      'plt.show()',
    ].join('\n');
    const { results } = await sandbox.run({ language: 'python', source }, () => {}, NEVER);
    const bytes = (await sandbox.get('fibonacci.png', 1_000_000, NEVER)) ?? new Uint8Array();
    const saved = { name: 'fibonacci.png', mimetype: 'image/png', bytes };
    expect(figuresOf(results, 1)).toHaveLength(1);
    expect(withoutDuplicates([...figuresOf(results, 1), saved])).toEqual([saved]);
  });

  it('do not wait for each other', async () => {
    const abort = new AbortController();
    const endless = run({ language: 'python', source: SOURCES.python[2] }, abort.signal);
    expect(await run({ language: 'bash', source: 'echo meanwhile' })).toMatchObject({ printed: 'meanwhile\n' });
    abort.abort();
    expect(await endless).toMatchObject({ kind: 'stopped' });
  });

  it('say what is wrong with the code: a failing command, a broken script', async () => {
    expect(await run({ language: 'bash', source: 'ls /nowhere' })).toMatchObject({ kind: 'failed' });
    expect(await run({ language: 'javascript', source: 'null.x' })).toMatchObject({ kind: 'failed' });
  });
});
