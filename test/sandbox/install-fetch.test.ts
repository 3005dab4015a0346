/** The one process-wide change: what it touches, and what it leaves alone. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { API_KEY, E2bStub } from './e2b-stub.ts';

const before = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = before;
});

describe('installFetch', () => {
  it('passes every call that is not for an interpreter on as it is', async () => {
    const native = vi.fn(async () => new Response('native'));
    globalThis.fetch = native;
    const uninstall = installFetch();
    const init = { method: 'POST', headers: { 'e2b-sandbox-port': '3000' } };
    expect(await (await fetch('http://example.com/execute', init)).text()).toBe('native');
    expect(native).toHaveBeenCalledExactlyOnceWith('http://example.com/execute', init);
    uninstall();
    expect(globalThis.fetch).toBe(native);
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
    await before(`${url}/v2/sandboxes`, { method: 'POST', headers: { 'x-api-key': API_KEY }, body: '{}' });
    const headers = { 'E2b-Sandbox-Id': 'isandbox1', 'E2b-Sandbox-Port': '49999' };
    const execute = () => fetch(`${url}/execute`, { method: 'POST', headers, body: '{"code":"1"}' });
    expect(await (await execute()).text()).toBe('{"type":"end_of_execution"}\n');
    stub.onExecute = (run) => run.close();
    await expect((await execute()).text()).rejects.toThrow('no last event');
    await stub.stop();
    uninstall();
  });
});
