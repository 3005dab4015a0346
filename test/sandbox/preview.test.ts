/** What a preview says of a table, over the real SDK and the local host: read in the sandbox, beside its variables. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import type { Sandbox } from '../../src/ports.ts';
import { createSandboxes } from '../../src/sandbox/e2b.ts';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { NEVER, THREAD } from './e2b-world.ts';
import { sandboxesOptions } from './options.ts';

const API_KEY = 'e2b_local_previews';

describeWithWall('a preview', () => {
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

  const preview = async (name: string, content: string): Promise<string | undefined> => {
    await sandbox.put(name, new TextEncoder().encode(content), NEVER);
    return sandbox.preview(name, NEVER);
  };

  it.each([
    [
      'a.csv',
      '\ufeffname,n\nAda,1\n"Grace, H.",2\n',
      'columns (2): ["name", "n"]\nrows: 2\nrow 1: ["Ada", "1"]\nrow 2: ["Grace, H.", "2"]',
    ],
    ['b.csv', 'x;y\n1;2\n', 'delimiter: ";"\ncolumns (2): ["x", "y"]\nrows: 1\nrow 1: ["1", "2"]'],
    ['c.tsv', 'x\ty\n1\t2\n', 'delimiter: "\\t"\ncolumns (2): ["x", "y"]\nrows: 1\nrow 1: ["1", "2"]'],
    [
      'd.jsonl',
      '{"x": 1, "y": "é"}\n{"x": 2}\n',
      'columns (2): ["x", "y"]\nrows: 2\nrow 1: ["1", "é"]\nrow 2: ["2", "null"]',
    ],
    ["it's 🎉.csv", 'x\n1\n', 'columns (1): ["x"]\nrows: 1\nrow 1: ["1"]'],
  ])('of %s has its columns, rows and first rows', async (name, content, expected) => {
    expect(await preview(name, content)).toBe(expected);
  });

  it('is bounded, and no cell passes for a line of its own', async () => {
    const wide = Array.from({ length: 500 }, (_, index) => `column ${index} ${'w'.repeat(99)}`).join(',');
    const told = await preview('wide.csv', `${wide}\n"one\nrows: 7",2\n${'1,2\n'.repeat(5_000)}`);
    expect(told?.length).toBeLessThanOrEqual(2_000);
    expect(told).toContain('columns (500)');
    expect(told).toContain('rows: 5001');
    expect(told).toContain('row 1: ["one\\nrows: 7", "2"]');
  });

  it('is left out where the file is no such table', async () => {
    expect(await preview('not.jsonl', 'no json')).toBeUndefined();
    expect(await sandbox.preview('missing.csv', NEVER)).toBeUndefined();
  });
});
