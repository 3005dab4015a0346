/** The one process-wide change: what it touches, and what it leaves alone. */
import { createRequire } from 'node:module';
import { fetch as bareFetch } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { runSink } from '../../src/sandbox/run-sink.ts';
import { API_KEY, E2bStub } from './e2b-stub.ts';
import type { RunStream } from './stub-wire.ts';

const native = globalThis.fetch;
const HEADERS = { 'E2b-Sandbox-Id': 'isandbox1', 'E2b-Sandbox-Port': '49999' };
const EXECUTE = { method: 'POST', headers: HEADERS, body: '{"code":"1","context_id":"a"}' };
const HOUR_MS = 3_600_000;

/** The clock of undici's own timeouts, which it lets tests move. */
const undiciTimers: { tick(ms: number): void } = createRequire(import.meta.url)('undici/lib/util/timers.js');

afterEach(() => {
  globalThis.fetch = native;
});

describe('installFetch', () => {
  it('passes every call that is not for an interpreter on as it is', async () => {
    const carried = vi.fn(async () => new Response('native'));
    globalThis.fetch = carried;
    const uninstall = installFetch();
    const init = { method: 'POST', headers: { 'e2b-sandbox-port': '3000' } };
    expect(await (await fetch('http://example.com/execute', init)).text()).toBe('native');
    expect(carried).toHaveBeenCalledExactlyOnceWith('http://example.com/execute', init);
    uninstall();
    expect(globalThis.fetch).toBe(carried);
  });

  it('undoes only itself', () => {
    const uninstall = installFetch();
    const later = vi.fn(async () => new Response());
    globalThis.fetch = later;
    uninstall();
    expect(globalThis.fetch).toBe(later);
  });

  it('reads the run of an interpreter to its last event, with an error where there is none', async () => {
    const uninstall = installFetch();
    const stub = new E2bStub();
    const url = await stub.start();
    await native(`${url}/v2/sandboxes`, { method: 'POST', headers: { 'x-api-key': API_KEY }, body: '{}' });
    const execute = () => fetch(`${url}/execute`, EXECUTE);
    expect(await (await execute()).text()).toBe('{"type":"end_of_execution"}\n');
    stub.onExecute = (run) => run.close();
    await expect((await execute()).text()).rejects.toThrow('no last event');
    await stub.stop();
    uninstall();
  });

  it('gives output to the one who started the run, and to nobody else', async () => {
    const uninstall = installFetch();
    const stub = new E2bStub();
    const url = await stub.start();
    await native(`${url}/v2/sandboxes`, { method: 'POST', headers: { 'x-api-key': API_KEY }, body: '{}' });
    stub.onExecute = (run) => {
      run.event({ type: 'stdout', text: 'hello' });
      run.finish();
    };
    const got: string[] = [];
    const execute = async () => (await fetch(`${url}/execute`, EXECUTE)).text();
    const sink = { output: (_: string, text: string) => got.push(text), refused: () => got.push('refused') };
    const [taken, left] = await Promise.all([runSink.run(sink, execute), execute()]);
    expect(got).toEqual(['hello']);
    expect(taken).toBe('{"type":"end_of_execution"}\n');
    expect(left).toContain('hello');
    stub.alive.clear();
    expect(JSON.parse(await runSink.run(sink, execute))).toMatchObject({ code: 502 });
    expect(got).toEqual(['hello', 'refused']);
    await stub.stop();
    uninstall();
  });

  it('lets a run be silent for an hour, which a bare fetch does not', async () => {
    const uninstall = installFetch();
    const stub = new E2bStub();
    const url = await stub.start();
    await native(`${url}/v2/sandboxes`, { method: 'POST', headers: { 'x-api-key': API_KEY }, body: '{}' });
    const runs: RunStream[] = [];
    stub.onExecute = (run) => {
      run.event({ type: 'stdout', text: 'before' });
      runs.push(run);
    };
    const ours = await fetch(`${url}/execute`, EXECUTE);
    const bare = await bareFetch(`${url}/execute`, EXECUTE);
    const cut = bare.text().catch((error: unknown) => error);
    // A timer counts from the tick after the one that first sees it.
    for (const ms of [0, HOUR_MS]) undiciTimers.tick(ms);
    expect(await cut).toMatchObject({ cause: { code: 'UND_ERR_BODY_TIMEOUT' } });
    for (const run of runs) run.finish();
    expect(await ours.text()).toContain('end_of_execution');
    await stub.stop();
    uninstall();
  });
});
