/** Sessions over the wire: racing, over capacity, paused and ended under a turn, and what a crash left. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { E2B, type SandboxInfo } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxHost, startSandboxHost } from '../../src/local/sandbox/server.ts';
import { type ControlMessage, until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';
const code = (source: string) => `${FENCE}python\n${source}\n${FENCE}`;
const KEY = 'e2b_local_sessions';
const MAX_RUNNING = 2;
const THREADS = 6;

describeWithWall('sessions', () => {
  let world: World;
  let host: SandboxHost;
  let address: { apiKey: string; apiUrl: string; sandboxUrl: string };
  let sdk: E2B['Sandbox'];
  beforeAll(async () => {
    host = await startSandboxHost({ apiKey: KEY, log: () => {} });
    address = { apiKey: KEY, apiUrl: host.url, sandboxUrl: host.url };
    sdk = new E2B({ ...address, domain: 'e2b.invalid', debug: false }).Sandbox;
    world = await startWorld();
    await world.stopBot();
    await restart();
  }, 60_000);
  afterAll(async () => {
    await world?.stop();
    await host?.stop();
  });

  const restart = (change: Readonly<Record<string, string>> = {}) =>
    world.startBot({
      E2B_API_KEY: KEY,
      E2B_API_URL: host.url,
      E2B_SANDBOX_URL: host.url,
      MAX_SANDBOXES: String(MAX_RUNNING),
      ...change,
    });
  const ask = async (text: string): Promise<string> =>
    world.control.say(world.ada, world.general, await mention(world.control, text));
  const reply = (root: string, text: string) => world.control.say(world.ada, world.general, text, { threadTs: root });
  const answer = (root: string, nth = 0) => finished(world.control, world.general, root, nth);
  const listed = async (): Promise<readonly SandboxInfo[]> => {
    const pages = sdk.list();
    const all: SandboxInfo[] = [];
    while (pages.hasNext) all.push(...(await pages.nextItems()));
    return all;
  };
  const sandboxOf = async (root: string): Promise<string> => {
    const mine = (await listed()).filter(({ metadata }) => metadata['thread'] === root);
    expect(mine).toHaveLength(1);
    return mine[0]?.sandboxId ?? '';
  };
  const everShown = ({ versions }: ControlMessage) => versions.map(({ text }) => text).join('\n');

  it('two messages that race in one thread run in one sandbox, one after the other', async () => {
    const root = await ask(code('x = [1]'));
    await Promise.all([reply(root, code('x.append(2)')), reply(root, code('x.append(3)'))]);
    await Promise.all([0, 1, 2].map((nth) => answer(root, nth)));
    await reply(root, code('print(sorted(x))'));
    expect(read(await answer(root, 3))).toContain('[1, 2, 3]');
    await sandboxOf(root);
  });

  it('more threads at once than may run are all answered; those in line say so, and too many never run', async () => {
    // As Slack takes one post a second in a channel, shorter work would be done before there is a line.
    const work = (n: number) => `import time\ntime.sleep(2.5)\nprint("thread", ${n})`;
    let most = 0;
    let isOver = false;
    const watching = (async () => {
      while (!isOver) most = Math.max(most, (await listed()).filter(({ state }) => state === 'running').length);
    })();
    const roots = await Promise.all(Array.from({ length: THREADS }, (_, n) => ask(code(work(n)))));
    const ends = await Promise.all(roots.map((root) => answer(root)));
    isOver = true;
    await watching;
    expect(ends.map((end) => /thread (\d+)/.exec(read(end))?.[1])).toEqual(ends.map((_, n) => String(n)));
    expect(most).toBeLessThanOrEqual(MAX_RUNNING);
    expect(ends.some((end) => /Waiting for a free sandbox/.test(everShown(end)))).toBe(true);
  }, 120_000);

  it('one that is being paused to make room comes back with its variables for a reply of that moment', async () => {
    const root = await ask(code('x = 41'));
    await answer(root);
    const others = Array.from({ length: MAX_RUNNING }, (_, n) => ask(code(`print(${n})`)));
    await reply(root, code('print(x + 1)'));
    const ends = await Promise.all([answer(root, 1), ...(await Promise.all(others)).map((other) => answer(other))]);
    expect(ends[0] && read(ends[0])).toContain('42');
  });

  it('one that is paused by somebody else as a run starts is woken; nothing runs twice, nothing is lost', async () => {
    const root = await ask(code('runs = 0'));
    await answer(root);
    const id = await sandboxOf(root);
    await Promise.all([reply(root, code('runs += 1\nprint("run", runs)')), sdk.pause(id)]);
    const end = read(await answer(root, 1));
    // Whether the pause came before or into the run, the message says what is known of it.
    expect(end).toMatch(/^run 1$|How far the code came is not known/m);
    await reply(root, code('print("runs:", runs)'));
    expect(read(await answer(root, 2))).toMatch(/^runs: [01]$/m);
    expect(await sandboxOf(root)).toBe(id);
  });

  it('one that is gone is replaced in the same turn, and the message says so', async () => {
    const root = await ask(code('x = 41'));
    await answer(root);
    await sdk.kill(await sandboxOf(root));
    await reply(root, code('print("x" in globals())'));
    expect(read(await answer(root, 1))).toMatch(/earlier sandbox is gone[\s\S]*^False$/m);
  });

  it('a server that restarts under the bot costs the variables; what ran is not run again by itself', async () => {
    const root = await ask(code('import time\nprint("begun", flush=True)\ntime.sleep(600)'));
    await until(
      () => answers(world.control, world.general, root),
      ([first]) => first !== undefined && /^begun$/m.test(read(first)),
      30_000,
    );
    const { port } = new URL(host.url);
    await host.stop();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    host = await startSandboxHost({ apiKey: KEY, port: Number(port), log: () => {} });
    const end = read(await answer(root));
    expect(end).toMatch(/The sandbox .*How far the code came is not known/);
    expect(end).toContain('earlier sandbox is gone');
    await reply(root, code('print("works again")'));
    expect(read(await answer(root, 1))).toContain('works again');
  });

  it('what a crash left between making a sandbox and writing it down is ended at the next start', async () => {
    await world.stopBot();
    const instance = readFileSync(join(world.dataDir, 'threadbox.id'), 'utf8').trim();
    const labels = { app: 'threadbox', instance, team: 'T1', channel: 'C1', thread: '1.1' };
    const [orphan, foreign] = [
      await sdk.create({ metadata: labels, timeoutMs: 300_000 }),
      await sdk.create({ metadata: { ...labels, instance: 'another' }, timeoutMs: 300_000 }),
    ];
    await restart();
    await until(
      async () => (await listed()).map(({ sandboxId }) => sandboxId),
      (ids) => !ids.includes(orphan.sandboxId),
    );
    expect(await foreign.isRunning()).toBe(true);
    await foreign.kill();
  });

  it('a spare sandbox runs before anybody asks, becomes a thread of its own, and is not left when the bot stops', async () => {
    await world.stopBot();
    await restart({ WARM_SANDBOXES: '1', MAX_SANDBOXES: '10' });
    const spares = async () => (await listed()).filter(({ metadata }) => metadata['warm'] === 'true');
    const [spare] = await until(spares, (found) => found.length === 1);
    // Until it has been warmed up it is not given away: then threads get sandboxes with their name on.
    const takesSpare = async () => {
      const root = await ask(code('print("quick")'));
      await answer(root);
      return (await listed()).every(({ metadata }) => metadata['thread'] !== root);
    };
    await until(takesSpare, (isTaken) => isTaken, 30_000);
    await world.stopBot();
    expect((await spares()).map(({ sandboxId }) => sandboxId)).toEqual([spare?.sandboxId]);
    await restart();
  });
});
