/** Opening a thread's sandbox: what is asked of E2B, and what each refusal becomes. */
import { RateLimitError, ServiceBusyError } from '@e2b/code-interpreter';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxId } from '../../src/conversation/events.ts';
import { openFailure } from '../../src/sandbox/faults.ts';
import { NEVER, startWorld, THREAD, type World } from './e2b-world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  expect(world.stub.violations).toEqual([]);
  await world.stop();
});

const CREATE = 'POST /v2/sandboxes';

describe('a new sandbox', () => {
  it('lives as long as asked, is paused with its memory, and says whose it is', async () => {
    const opened = await world.open({ instance: 'a' });
    expect(opened).toMatchObject({ ok: true, sandbox: { id: 'isandbox1', fresh: true } });
    expect((await world.stub.called(CREATE)).body).toMatchObject({
      templateID: 'code-interpreter-v1',
      timeout: 900,
      autoPause: true,
      autoPauseMemory: true,
      metadata: { app: 'threadbox', team: 'T1', channel: 'C1', thread: THREAD.threadTs, instance: 'a' },
    });
  });

  it('lives longer than a run may take, however short its life is set', async () => {
    await world.open({ idleMs: 1000, runTimeoutSeconds: 120 });
    expect((await world.stub.called(CREATE)).body).toMatchObject({ timeout: 180 });
  });

  it.each([
    [
      'packages',
      {
        network: {
          allowPublicTraffic: false,
          allowOut: ['pypi.org', '*.pythonhosted.org', '*.npmjs.org', 'deb.debian.org', 'security.debian.org'],
          denyOut: ['0.0.0.0/0'],
        },
      },
    ],
    ['on', { network: { allowPublicTraffic: false } }],
    ['off', { allow_internet_access: false, network: { allowPublicTraffic: false } }],
  ] as const)('reaches what SANDBOX_INTERNET=%s allows, and is reached by nobody', async (internet, expected) => {
    await world.open({ internet });
    expect((await world.stub.called(CREATE)).body).toMatchObject(expected);
  });

  it('uses the template that is set', async () => {
    await world.open({ template: 'my-template' });
    expect((await world.stub.called(CREATE)).body).toMatchObject({ templateID: 'my-template' });
  });
});

describe('the sandbox of last time', () => {
  const reopen = (last: string) => world.sandboxes().open(THREAD, last as SandboxId, NEVER);

  it('is connected to, with a new life', async () => {
    const first = await world.sandbox();
    expect(await reopen(first.id)).toMatchObject({ ok: true, sandbox: { id: first.id, fresh: false } });
    expect((await world.stub.called(`POST /v2/sandboxes/${first.id}/connect`)).body).toMatchObject({ timeout: 900 });
    expect(world.stub.count(CREATE)).toBe(1);
  });

  it('says whether it was taken up again', async () => {
    const sandboxes = world.sandboxes();
    const open = async (last?: string) => {
      const result = await sandboxes.open(THREAD, last as SandboxId | undefined, NEVER);
      return result.ok ? result.sandbox : expect.fail('not opened');
    };
    const first = await open();
    first.release();
    const again = await open(first.id);
    expect([first.resumed, again.resumed]).toEqual([false, false]);
    again.release();
    world.stub.paused.add(first.id);
    expect(await reopen(first.id)).toMatchObject({ sandbox: { id: first.id, fresh: false, resumed: true } });
  });

  it('is replaced when it is gone, and the new one says so', async () => {
    expect(await reopen('igone')).toMatchObject({ ok: true, sandbox: { id: 'isandbox1', fresh: true } });
  });

  it('is not replaced when it cannot be asked for', async () => {
    world.stub.answers.set('POST /v2/sandboxes/ix/connect', { status: 500, body: { code: 500, message: 'boom' } });
    expect(await reopen('ix')).toMatchObject({ ok: false, failure: { reason: 'sandbox-unavailable' } });
    expect(world.stub.count(CREATE)).toBe(0);
  });
});

describe('a refusal', () => {
  it.each([
    ['a wrong key', { status: 401, body: { code: 401, message: 'bad' } }, 'sandbox-auth', /E2B_API_KEY/],
    [
      'an unknown template',
      { status: 404, body: { code: 404, message: 'none' } },
      'sandbox-unavailable',
      /E2B_TEMPLATE/,
    ],
    [
      'a life too long',
      { status: 400, body: { code: 400, message: 'no' } },
      'sandbox-unavailable',
      /SESSION_IDLE_MINUTES/,
    ],
    ['an error', { status: 500, body: { code: 500, message: 'x' } }, 'sandbox-unavailable', /HTTP 500/],
  ] as const)('for %s is one sentence with a way out', async (_name, answer, reason, sentence) => {
    world.stub.answers.set(CREATE, answer);
    const opened = await world.open();
    expect(opened).toMatchObject({ ok: false, failure: { reason, message: expect.stringMatching(sentence) } });
  });

  it('of a service of our own passes its reason on', async () => {
    const message = 'Code is off: bubblewrap is missing. Install it with "apt install bubblewrap".';
    world.stub.answers.set(CREATE, { status: 503, body: { code: 503, message } });
    const failure = { reason: 'sandbox-unavailable', message: expect.stringContaining(message) };
    expect(await world.open()).toEqual({ ok: false, failure });
  });

  it('for want of room is told in words of the service, where it is our own', () => {
    const failure = openFailure(new RateLimitError('Rate limit exceeded - 20 of 20 run.'), { custom: true });
    expect(failure).toMatchObject({ reason: 'sandbox-capacity', message: expect.stringContaining('20 of 20 run.') });
  });

  it.each([
    [
      new RateLimitError('Rate limit exceeded - 20 of 20'),
      'sandbox-capacity',
      /no room .* as the E2B account allows\. End/,
    ],
    [new ServiceBusyError('unavailable - no node'), 'sandbox-unavailable', /no room for a new sandbox/],
  ] as const)('of E2B itself is told in our words: %o', (error, reason, sentence) => {
    const failure = openFailure(error, { custom: false });
    expect(failure).toEqual({ reason, message: expect.stringMatching(sentence) });
  });

  it('by nobody there says what to check', async () => {
    const opened = await world.open({ apiUrl: 'http://127.0.0.1:9', sandboxUrl: 'http://127.0.0.1:9' });
    expect(opened).toMatchObject({ ok: false, failure: { message: expect.stringContaining('E2B_API_URL') } });
  });
});

describe('an abort', () => {
  it('rejects with its reason, and the sandbox nobody waits for is ended', async () => {
    const stop = new AbortController();
    const sandboxes = world.sandboxes();
    const opening = sandboxes.open(THREAD, undefined, stop.signal);
    await world.stub.called(CREATE);
    stop.abort(new Error('stopped'));
    await expect(opening).rejects.toThrow('stopped');
    await world.stub.called('DELETE /sandboxes/isandbox1');
    expect(world.stub.alive.size).toBe(0);
  });
});
