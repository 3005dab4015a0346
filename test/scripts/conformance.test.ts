/** `npm run conformance`, its way to a real service played by the local host: whom it asks, and what it then says. */
import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import { describeWithWall } from '../fakes/wall.ts';

type Target =
  | { readonly ok: true; readonly says: string; readonly options?: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };
interface Report {
  reportLines(modules: readonly object[], unhandled?: readonly Error[]): string[];
}
interface Targets {
  targetOf(env: Readonly<Record<string, string>>): Target;
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const SCRIPTS = new URL('../../scripts/conformance/', import.meta.url);
const { targetOf } = (await import(new URL('target.mjs', SCRIPTS).href)) as Targets;
const { reportLines } = (await import(new URL('report.mjs', SCRIPTS).href)) as Report;
const KEY = 'e2b_played_cloud';

describe('the server that is asked', () => {
  it('is the local one, whatever keys there are', () => {
    const target = targetOf({ E2B_API_KEY: 'e2b_real', THREADBOX_LIVE: '0' });
    expect(target).toMatchObject({ ok: true, options: undefined, says: expect.stringContaining('local sandbox host') });
  });

  it('is E2B only when that is asked for by name and there is a key', () => {
    expect(targetOf({ THREADBOX_LIVE: '1', E2B_API_KEY: ' e2b_real ' })).toEqual({
      ok: true,
      says: "Against E2B's cloud, for real.",
      options: { apiKey: 'e2b_real', debug: false },
    });
    expect(targetOf({ THREADBOX_LIVE: '1', E2B_API_KEY: ' ' })).toMatchObject({
      ok: false,
      message: expect.stringContaining('E2B_API_KEY'),
    });
  });

  it('can be a server of one’s own that speaks the same wire', () => {
    const env = { THREADBOX_LIVE: '1', E2B_API_KEY: 'k', E2B_API_URL: 'http://e2b.example:3000' };
    expect(targetOf(env)).toMatchObject({
      says: 'Against the E2B server at e2b.example:3000, for real.',
      options: { apiUrl: 'http://e2b.example:3000', domain: 'e2b.invalid' },
    });
  });
});

describe('the report of a suite that could not begin', () => {
  const suite = (name: string, errors: readonly Error[], parent: object = { type: 'module' }) => ({
    type: 'suite',
    fullName: name,
    parent,
    errors: () => errors,
  });
  const skipped = (name: string, parent: object, mode: string) => ({
    name,
    parent,
    options: { mode },
    result: () => ({ state: 'skipped' }),
  });
  const module = (tests: readonly object[], errors: readonly Error[] = []) => ({
    children: { allTests: () => tests },
    errors: () => errors,
  });

  it('says why of each promise, and nothing of those that were not wanted', () => {
    const contexts = suite('E2B > contexts', [], suite('E2B', [new Error('401: invalid API key')]));
    const lines = reportLines([module([skipped('keeps', contexts, 'run'), skipped('unwanted', contexts, 'skip')])]);
    expect(lines).toContain('  · contexts: keeps\n      401: invalid API key');
    expect(lines.join('\n')).not.toContain('unwanted');
    expect(lines.at(-1)).toBe('0 promises agree, 1 do not.');
  });

  it('never passes an error over', () => {
    expect(reportLines([module([], [new Error('no such file')])])).toContain('  · no such file');
    expect(reportLines([module([])], [new Error('later')]).join('\n')).not.toContain('Everything asked agrees');
  });
});

describeWithWall('the report', () => {
  it('says what agrees and what does not, with the reason', { timeout: 120_000 }, async () => {
    // This cloud says that it has removed a context, and has not.
    const url = await cloud((call) => call.method === 'DELETE' && call.url?.startsWith('/contexts/') === true);
    const { code, said } = await conformance(['-t', 'contexts'], url, KEY);
    expect(said).toContain(`Against the E2B server at ${new URL(url).host}, for real.`);
    expect(said).toMatch(/\| contexts +\| 5 +\| 1 +\| 0 +\|/);
    expect(said).toMatch(/Does not agree:\n {2}· contexts: knows no removed context\n {6}.*resolved/);
    expect(said).toContain('5 promises agree, 1 do not.');
    expect(said).not.toContain(KEY);
    expect(code).toBe(1);
  });
});

/** A server that answers as the local host does, but for the calls that it only says it has made. */
async function cloud(isPretended: (call: IncomingMessage) => boolean = () => false): Promise<string> {
  const host = await startSandboxHost({ apiKey: KEY, log: () => {} });
  const server = createServer((call: IncomingMessage, response: ServerResponse) => {
    if (isPretended(call)) return response.writeHead(204).end();
    const passed = request(
      new URL(call.url ?? '/', host.url),
      { method: call.method, headers: call.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    passed.on('error', () => response.destroy());
    response.on('close', () => passed.destroy());
    return call.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await host.stop();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function conformance(
  args: readonly string[],
  url: string,
  key: string,
): Promise<{ code: number | null; said: string }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], THREADBOX_LIVE: '1' };
  const own = { E2B_API_KEY: key, E2B_API_URL: url, E2B_SANDBOX_URL: url };
  const child = spawn(process.execPath, ['scripts/conformance.mjs', ...args], {
    cwd: PROJECT,
    env: { ...env, ...own },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}
