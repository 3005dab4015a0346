/**
 * What the unmodified SDK gets from E2B, in E2B's own observed answers. Any server that speaks E2B's wire is run through
 * it: ours in every test run, E2B's own by hand.
 */
import { E2B, type Sandbox as E2bSandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe } from 'vitest';
import { codePromises } from './e2b-wire-code.ts';
import { commandPromises } from './e2b-wire-commands.ts';
import { contextPromises } from './e2b-wire-contexts.ts';
import { filePromises } from './e2b-wire-files.ts';
import { lifePromises } from './e2b-wire-life.ts';
import { stopPromises } from './e2b-wire-stops.ts';

export interface WireUnderTest {
  /** For `new E2B(...)`. */
  readonly options: NonNullable<ConstructorParameters<typeof E2B>[0]>;
  stop(): Promise<void>;
}

/** What a group of promises works with. */
export interface Wire {
  readonly client: E2B;
  /** Shared by the promises of a group; each leaves it usable. */
  readonly sandbox: E2bSandbox;
}

/** A start of Python's libraries on a busy machine takes its time. */
export const PATIENCE_MS = 60_000;

export function e2bWireContract(name: string, connect: () => Promise<WireUnderTest>): void {
  describe(name, { timeout: PATIENCE_MS }, () => {
    let server: WireUnderTest;
    let wire: Wire;

    beforeAll(async () => {
      server = await connect();
      const client = new E2B(server.options);
      wire = { client, sandbox: await client.Sandbox.create({ timeoutMs: 300_000, envs: { GREETING: 'hello' } }) };
    }, PATIENCE_MS);
    afterAll(async () => {
      await wire.sandbox.kill();
      await server.stop();
    });

    const get = () => wire;
    describe('running code', () => codePromises(get));
    describe('contexts', () => contextPromises(get));
    describe('stopping', () => stopPromises(get));
    describe('files', () => filePromises(get));
    describe('commands', () => commandPromises(get));
    describe('the life of a sandbox', () => lifePromises(get));
  });
}
