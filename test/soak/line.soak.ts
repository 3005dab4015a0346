/** `SOAK_THREADS` threads (100) open at once where 5 sandboxes may run: all are answered, too many never run. */
import { E2B } from '@e2b/code-interpreter';
import { expect, it } from 'vitest';
import { finished, mention, read, startWorld } from '../e2e/world.ts';

const FENCE = '```';
const MAX_RUNNING = 5;

it('serves a long line of threads in the end, and never runs more sandboxes than may', async () => {
  const threads = Number(process.env['SOAK_THREADS'] ?? 100);
  const world = await startWorld({ MAX_SANDBOXES: String(MAX_RUNNING) });
  try {
    const { control, ada, general, services } = world;
    const address = {
      apiKey: services.env['E2B_API_KEY'] ?? '',
      apiUrl: services.env['E2B_API_URL'] ?? '',
      sandboxUrl: services.env['E2B_SANDBOX_URL'] ?? '',
    };
    const sdk = new E2B({ ...address, domain: 'e2b.invalid', debug: false }).Sandbox;
    let most = 0;
    let isOver = false;
    const watching = (async () => {
      while (!isOver) {
        const pages = sdk.list({ query: { state: ['running'] } });
        let running = 0;
        while (pages.hasNext) running += (await pages.nextItems()).length;
        most = Math.max(most, running);
      }
    })();
    const begun = Date.now();
    const say = async (n: number) => {
      const source = `import time\ntime.sleep(1)\nprint("thread", ${n})`;
      return control.say(ada, general, await mention(control, `${FENCE}\n${source}\n${FENCE}`));
    };
    const roots = await Promise.all(Array.from({ length: threads }, (_, n) => say(n)));
    let inLine = 0;
    for (const [n, root] of roots.entries()) {
      const end = await finished(control, general, root, 0, 600_000);
      expect(read(end)).toContain(`thread ${n}`);
      if (end.versions.some(({ text }) => /Waiting for a free sandbox/.test(text))) inLine += 1;
    }
    isOver = true;
    await watching;
    const seconds = Math.round((Date.now() - begun) / 1_000);
    process.stdout.write(
      `${threads} threads in ${seconds} s, ${inLine} said they wait, at most ${most} sandboxes ran\n`,
    );
    expect(most).toBeLessThanOrEqual(MAX_RUNNING);
    expect(inLine).toBeGreaterThan(0);
  } finally {
    await world.stop();
  }
});
