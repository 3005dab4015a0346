/** The host around the sandboxes: who may talk to it, what it refuses, how lives are limited. */
import { connect, type Socket } from 'node:net';
import { RateLimitError, type Sandbox, ServiceBusyError, TimeoutError } from '@e2b/code-interpreter';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Layout } from '../../../src/local/sandbox/bwrap-options.ts';
import { type Probe, probeWall } from '../../../src/local/sandbox/probe.ts';
import { FakeClock } from '../../fakes/fake-clock.ts';
import { describeWithWall, wall } from '../../fakes/wall.ts';
import { API_KEY, type HostUnderTest, type Said, say, startHost } from './host.ts';

const PATIENCE_MS = 60_000;

/** Runs code on a connection from which nothing is read. */
function startUnread(url: string, sandbox: Sandbox, code: string): Socket {
  const { host, port } = new URL(url);
  // The tokens are the SDK's own; it keeps them from its users, and from nobody else.
  const { envdAccessToken, trafficAccessToken } = sandbox as unknown as Record<string, string>;
  const body = JSON.stringify({ code });
  const head = [
    'POST /execute HTTP/1.1',
    `host: ${host}`,
    `e2b-sandbox-id: ${sandbox.sandboxId}`,
    'e2b-sandbox-port: 49999',
    `x-access-token: ${envdAccessToken}`,
    `e2b-traffic-access-token: ${trafficAccessToken}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
  ];
  const socket = connect(Number(port), '127.0.0.1');
  socket.pause();
  socket.on('error', () => {});
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  return socket;
}
const KEY = { 'x-api-key': API_KEY };

describe('a host that cannot isolate code', () => {
  const reason = 'Code is off: bubblewrap is not installed.';
  let under: HostUnderTest;
  beforeAll(async () => {
    under = await startHost({ probe: async () => ({ ok: false, reason }) });
  });
  afterAll(() => under.host.stop());

  it('starts, and says why', async () => {
    expect(under.host.health()).toEqual({ ok: false, note: reason });
    expect(JSON.parse((await say(under.host, 'GET', '/health')).body)).toEqual({ ok: false, reason });
  });

  it('makes no sandbox: the reason is the answer', async () => {
    const made = under.client.Sandbox.create();
    await expect(made).rejects.toBeInstanceOf(ServiceBusyError);
    await expect(made).rejects.toThrow(reason);
    expect(await under.client.Sandbox.list().nextItems()).toEqual([]);
  });

  it.each([
    ['a foreign name', { host: 'evil.example:80' }, 403],
    ['no key', {}, 401],
    ['a wrong key', { 'x-api-key': 'e2b_other' }, 401],
    ['an unknown sandbox', { ...KEY, 'e2b-sandbox-id': 'i1', 'e2b-sandbox-port': '49983' }, 502],
  ])('refuses %s, with the code in the body', async (_what, headers, status) => {
    const said = await say(under.host, 'GET', '/v2/sandboxes', headers);
    expect(said.status).toBe(status);
    expect(JSON.parse(said.body)).toMatchObject({ code: status, message: expect.any(String) });
  });

  it.each([
    ['POST', '/sandboxes', 'not json', 400],
    ['POST', '/sandboxes', '{"templateID":1}', 400],
    ['POST', '/sandboxes', '{"templateID":"base","envVars":{"not a name":"x"}}', 400],
    ['POST', '/sandboxes', `{"templateID":"${'x'.repeat(2_000_000)}"}`, 413],
    ['GET', '/sandboxes/i1', '', 404],
    ['DELETE', '/sandboxes/i1', '', 404],
    ['POST', '/sandboxes/i1/connect', '{}', 404],
    ['GET', '/v2/sandboxes?state=sleeping', '', 400],
    ['GET', '/v2/sandboxes?limit=0', '', 400],
    ['GET', '/templates', '', 404],
  ])('answers %s %s as E2B does', async (method, path, body, status) => {
    const said = await say(under.host, method, path, KEY, body);
    expect(said.status).toBe(status);
    expect(JSON.parse(said.body)).toMatchObject({ code: status });
  });
});

describeWithWall('a host of sandboxes', () => {
  let under: HostUnderTest;
  afterEach(() => under.host.stop());

  async function start(options: Parameters<typeof startHost>[0] = {}) {
    under = await startHost(options);
    return under;
  }

  function inside(id: string, port: number, more: Readonly<Record<string, string>> = {}) {
    return { 'e2b-sandbox-id': id, 'e2b-sandbox-port': String(port), ...more };
  }

  interface Access {
    readonly sandboxID: string;
    readonly envdAccessToken: string;
    readonly trafficAccessToken: string;
  }

  /** As a client before 2.51 makes one. */
  async function create(body: object = {}): Promise<Access> {
    const sent = JSON.stringify({ templateID: 'base', secure: true, timeout: 300, ...body });
    const said = await say(under.host, 'POST', '/sandboxes', KEY, sent);
    expect(said.status).toBe(201);
    return JSON.parse(said.body) as Access;
  }

  function execute(access: Access, code: string): Promise<Said> {
    const headers = { 'x-access-token': access.envdAccessToken, 'e2b-traffic-access-token': access.trafficAccessToken };
    return say(under.host, 'POST', '/execute', inside(access.sandboxID, 49_999, headers), JSON.stringify({ code }));
  }

  /** The wall with something changed. */
  function changed(change: (layout: Layout) => Layout): Probe {
    return wall.ok ? { ...wall, wall: { ...wall.wall, layout: change(wall.wall.layout) } } : wall;
  }

  it('tells what code runs in', { timeout: PATIENCE_MS }, async () => {
    const { host } = await start();
    expect(host.health()).toMatchObject({ ok: true, note: expect.stringContaining('Python 3') });
    expect(JSON.parse((await say(host, 'GET', '/health')).body)).toEqual(host.health());
  });

  it('lets nobody inside without the tokens', { timeout: PATIENCE_MS }, async () => {
    const { host } = await start();
    const { sandboxID, trafficAccessToken } = await create();
    const traffic = { 'e2b-traffic-access-token': trafficAccessToken };
    const statuses = async (...headers: Readonly<Record<string, string>>[]) => {
      const paths = [
        '/execute',
        '/contexts',
        '/files?path=x',
        '/filesystem.Filesystem/ListDir',
        '/process.Process/List',
      ];
      const ports = [49_999, 49_999, 49_983, 49_983, 49_983];
      return Promise.all(
        paths.map(async (path, index) => {
          const sent = Object.assign({ 'content-type': 'application/json' }, ...headers);
          return (await say(host, 'POST', path, inside(sandboxID, ports[index] ?? 0, sent), '{"code":"1"}')).status;
        }),
      );
    };
    expect(await statuses()).toEqual([403, 403, 401, 401, 401]);
    expect(await statuses(traffic, { 'x-access-token': 'wrong' })).toEqual([401, 200, 401, 401, 401]);
    expect((await say(host, 'GET', '/health', inside(sandboxID, 8_080))).status).toBe(502);
  });

  it('speaks in lines of ASCII and says that it lives', { timeout: PATIENCE_MS }, async () => {
    const clock = new FakeClock();
    await start({ clock });
    const access = await create();
    const waiting = execute(access, `print('ä→😀')\nimport os, time\nwhile not os.path.exists('go'): time.sleep(0.01)`);
    const headers = inside(access.sandboxID, 49_983, { 'x-access-token': access.envdAccessToken });
    // The run's keepalive and the sandbox's end are the only timers.
    await expect.poll(() => clock.waiting).toBe(2);
    await clock.advance(5_000);
    await say(under.host, 'POST', '/files?path=go', { ...headers, 'content-type': 'application/octet-stream' });
    const lines = (await waiting).body.split('\n');
    expect(lines.every((line) => /^[\x20-\x7e]*$/.test(line))).toBe(true);
    const types = lines.filter(Boolean).map((line) => (JSON.parse(line) as { type: string }).type);
    expect(new Set(types)).toEqual(new Set(['number_of_executions', 'keepalive', 'stdout', 'end_of_execution']));
    expect(types.at(-1)).toBe('end_of_execution');
    expect(lines.join('')).toContain('\\ud83d\\ude00');
  });

  it('ends a sandbox when its time is over, and pauses it if that was asked for', {
    timeout: PATIENCE_MS,
  }, async () => {
    const clock = new FakeClock();
    const { client } = await start({ clock });
    const ends = await client.Sandbox.create({ timeoutMs: 60_000 });
    const pauses = await client.Sandbox.create({ timeoutMs: 60_000, lifecycle: { onTimeout: 'pause' } });
    const wakes = await client.Sandbox.create({
      timeoutMs: 60_000,
      lifecycle: { onTimeout: 'pause', autoResume: true },
    });
    await wakes.runCode('x = 7');
    await clock.advance(59_000);
    await ends.setTimeout(5_000);
    await clock.advance(4_000);
    expect(await ends.isRunning()).toBe(true);
    expect(await pauses.isRunning()).toBe(false);
    await clock.advance(1_000);
    expect(await ends.isRunning()).toBe(false);
    const states = (await client.Sandbox.list().nextItems()).map(({ sandboxId, state }) => [sandboxId, state]);
    expect(states).toContainEqual([pauses.sandboxId, 'paused']);
    expect(states.map(([id]) => id)).not.toContain(ends.sandboxId);
    expect((await wakes.runCode('x')).text).toBe('7');
  });

  it('runs no more sandboxes at once than it may; paused ones do not count', { timeout: PATIENCE_MS }, async () => {
    const { client } = await start({ maxSandboxes: 1 });
    const first = await client.Sandbox.create();
    await expect(client.Sandbox.create()).rejects.toBeInstanceOf(RateLimitError);
    await expect(client.Sandbox.create()).rejects.toThrow('maximum number of concurrent');
    await first.pause();
    const second = await client.Sandbox.create();
    await expect(client.Sandbox.connect(first.sandboxId)).rejects.toBeInstanceOf(RateLimitError);
    await second.kill();
    expect(await (await client.Sandbox.connect(first.sandboxId)).isRunning()).toBe(true);
  });

  it('cuts off who is connected when it pauses, and the code goes on afterwards', {
    timeout: PATIENCE_MS,
  }, async () => {
    const { client } = await start();
    const sandbox = await client.Sandbox.create();
    const code = `import os, time\nopen('started', 'w')\nwhile not os.path.exists('go'): time.sleep(0.01)\ndone = 1`;
    const cut = sandbox.runCode(code).catch((error: unknown) => error);
    await expect.poll(() => sandbox.files.exists('started'), { timeout: 20_000 }).toBe(true);
    await sandbox.pause();
    expect(await cut).toBeInstanceOf(TimeoutError);
    const resumed = await client.Sandbox.connect(sandbox.sandboxId);
    await resumed.files.write('go', '');
    expect((await resumed.runCode('done')).text).toBe('1');
  });

  it('offers what there is where sandboxes can read no Node.js', { timeout: PATIENCE_MS }, async () => {
    const { client } = await start({ probe: async () => changed(({ node: _node, ...rest }) => rest) });
    const sandbox = await client.Sandbox.create();
    const { error } = await sandbox.runCode('1 + 1', { language: 'javascript' });
    expect(error).toMatchObject({ name: 'KernelUnavailable', value: expect.stringContaining('JavaScript is off') });
    expect((await sandbox.runCode('1 + 1')).text).toBe('2');
  });

  it('ends a run at once whose JavaScript ends the process, and starts its kernel anew', {
    timeout: PATIENCE_MS,
  }, async () => {
    const { client } = await start();
    const sandbox = await client.Sandbox.create();
    for (let time = 0; time < 6; time += 1) {
      const code = `console.log("last words"); process.exit(${time % 2})`;
      const { error, logs } = await sandbox.runCode(code, { language: 'javascript' });
      expect(error).toMatchObject({ name: 'ContextRestarting', traceback: '' });
      expect(logs).toEqual({ stdout: ['last words\n'], stderr: [] });
    }
    expect((await sandbox.runCode('1 + 1', { language: 'javascript' })).text).toBe('2');
  });

  it('does without /proc where a container masks it', { timeout: PATIENCE_MS }, async () => {
    const { client } = await start({ probe: async () => changed((layout) => ({ ...layout, proc: false })) });
    const sandbox = await client.Sandbox.create();
    const { error, results } = await sandbox.runCode('import matplotlib.pyplot as plt\nplt.plot([1, 2]);');
    expect(error).toBeUndefined();
    expect(results[0]?.png).toBeDefined();
    expect((await sandbox.runCode('echo $((40 + 2))', { language: 'bash' })).logs.stdout).toEqual(['42\n']);
    expect((await sandbox.commands.run('ls /proc | wc -l')).stdout).toBe('0\n');
  });

  it('lets a program wait for a reader that does not read, and nobody else', { timeout: PATIENCE_MS }, async () => {
    const { client, host } = await start();
    const sandbox = await client.Sandbox.create();
    const printing = `n = 0\nwhile True:\n  print('x' * 10_000); n += 1\n  open('n', 'w').write(str(n))`;
    const stuck = startUnread(host.url, sandbox, printing);
    const context = await sandbox.createCodeContext();
    const count = async () => Number((await sandbox.runCode('open("n").read()', { context })).text);
    await expect.poll(() => sandbox.files.exists('n'), { timeout: 20_000 }).toBe(true);
    // The other context answers all along, and the count stands still once every buffer is full.
    await expect
      .poll(async () => [await count(), await count(), await count()], { timeout: 20_000, interval: 200 })
      .toSatisfy((counts: number[]) => counts[0] !== 0 && counts.every((each) => each === counts[0]));
    // Gone, the reader stops the program.
    stuck.destroy();
    expect((await sandbox.runCode('n > 0')).text).toBe('True');
  });

  it('hides the folders it is told to hide', { timeout: PATIENCE_MS }, async () => {
    const { client } = await start({ probe: probeWall, hide: ['/usr/share/doc', '/usr/no-such-folder', '/home'] });
    const sandbox = await client.Sandbox.create();
    expect((await sandbox.commands.run('ls /usr/share/doc | wc -l; ls /usr/share | wc -l')).stdout).toMatch(
      /^0\n[1-9]/,
    );
  });

  it('leaves nothing behind when it stops', { timeout: PATIENCE_MS }, async () => {
    const { client, host } = await start();
    const sandbox = await client.Sandbox.create();
    const cut = sandbox.runCode('import time; time.sleep(1000)').catch((error: unknown) => error);
    await host.stop();
    expect(await cut).toBeInstanceOf(Error);
    await expect(say(host, 'GET', '/health')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
