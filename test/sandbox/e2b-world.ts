/** An adapter before the stub, on a clock that the test moves. */
import type { OutputChunk, ThreadRef } from '../../src/conversation/events.ts';
import type { OpenResult, Sandbox } from '../../src/ports.ts';
import { createSandboxes, type OwnSandboxes, type SandboxesOptions } from '../../src/sandbox/e2b.ts';
import { installFetch } from '../../src/sandbox/install-fetch.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { API_KEY, E2bStub } from './e2b-stub.ts';
import { sandboxesOptions } from './options.ts';

export const THREAD: ThreadRef = { team: 'T1', channel: 'C1', threadTs: '1700000000.000100' };
export const NEVER = new AbortController().signal;

export interface World {
  /** An adapter of its own, as another process would have it. */
  sandboxes(options?: Partial<SandboxesOptions>): OwnSandboxes;
  readonly stub: E2bStub;
  readonly clock: FakeClock;
  readonly url: string;
  open(options?: Partial<SandboxesOptions>): Promise<OpenResult>;
  /** Opens a sandbox that must open. */
  sandbox(options?: Partial<SandboxesOptions>): Promise<Sandbox>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const uninstall = installFetch();
  const stub = new E2bStub();
  const url = await stub.start();
  const clock = new FakeClock();
  const sandboxes = (options: Partial<SandboxesOptions> = {}) => {
    const address = { apiKey: API_KEY, apiUrl: url, sandboxUrl: url };
    return createSandboxes(sandboxesOptions({ ...address, internet: 'packages', clock, ...options }));
  };
  const open = (options: Partial<SandboxesOptions> = {}) => sandboxes(options).open(THREAD, undefined, NEVER);
  return {
    stub,
    clock,
    url,
    sandboxes,
    open,
    async sandbox(options) {
      const opened = await open(options);
      if (!opened.ok) throw new Error(opened.failure.message);
      return opened.sandbox;
    },
    async stop() {
      await stub.stop();
      uninstall();
    },
  };
}

/** The text of a stream of chunks. */
export function textOf(chunks: readonly OutputChunk[], stream: OutputChunk['stream'] = 'stdout'): string {
  return chunks
    .filter((chunk) => chunk.stream === stream)
    .map((chunk) => chunk.text)
    .join('');
}
