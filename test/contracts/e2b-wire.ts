/**
 * What the unmodified SDK gets from E2B, in E2B's own observed answers. Any server that speaks E2B's wire is run through
 * it: ours in every test run, E2B's own by hand.
 */
import { E2B, type Sandbox as E2bSandbox, RateLimitError, type SandboxOpts } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chartPromises } from './e2b-wire-charts.ts';
import { codePromises } from './e2b-wire-code.ts';
import { commandPromises } from './e2b-wire-commands.ts';
import { contextPromises } from './e2b-wire-contexts.ts';
import { filePromises } from './e2b-wire-files.ts';
import { languagePromises } from './e2b-wire-languages.ts';
import { lifePromises } from './e2b-wire-life.ts';
import { networkPromises } from './e2b-wire-network.ts';
import { stopPromises } from './e2b-wire-stops.ts';

/** Registers a promise under its name. One that is slow is only kept where there is time. */
export type Promises = (name: string, check: () => Promise<void>, options?: { readonly slow?: boolean }) => void;

export interface WireOptions {
  /** Promises that this server does not keep on purpose, by name, with why. Each must really not hold. */
  readonly differences?: Readonly<Record<string, string>>;
  readonly withSlow?: boolean;
}

export interface WireUnderTest {
  /** For `new E2B(...)`. */
  readonly options: NonNullable<ConstructorParameters<typeof E2B>[0]>;
  stop(): Promise<void>;
}

/** What a group of promises works with. */
export interface Wire {
  readonly client: E2B;
  /** What `client` was made with. */
  readonly options: WireUnderTest['options'];
  /** `client.Sandbox.create`, at the pace the service allows. */
  create(options?: SandboxOpts): Promise<E2bSandbox>;
  /** Shared by the promises of a group; each leaves it usable. */
  readonly sandbox: E2bSandbox;
}

/** A start of Python's libraries on a busy machine takes its time. */
export const PATIENCE_MS = 60_000;

/** New sandboxes a second: 1 on the Hobby plan (e2b.dev/docs/sandbox/rate-limits). */
const CREATE_AGAIN_MS = 1_200;
const CREATE_ATTEMPTS = 5;

/** What stands before the reason in the name of a promise that is not kept on purpose. */
export const DIFFERS = ' — differs on purpose: ';

export function e2bWireContract(
  name: string,
  connect: () => Promise<WireUnderTest>,
  { differences = {}, withSlow = false }: WireOptions = {},
): void {
  const known = new Set<string>();
  const promise: Promises = (title, check, { slow = false } = {}) => {
    known.add(title);
    const why = Object.hasOwn(differences, title) ? differences[title] : undefined;
    if (slow && !withSlow) return;
    if (why === undefined) it(title, check);
    else it.fails(`${title}${DIFFERS}${why}`, check);
  };
  describe(name, { timeout: PATIENCE_MS }, () => {
    let server: WireUnderTest;
    let wire: Wire;

    beforeAll(async () => {
      server = await connect();
      const client = new E2B(server.options);
      const create = (wanted: SandboxOpts = {}) => createPatiently(client, wanted);
      const { options } = server;
      wire = { client, options, create, sandbox: await create({ timeoutMs: 600_000, envs: { GREETING: 'hello' } }) };
    }, PATIENCE_MS);
    afterAll(async () => {
      await wire.sandbox.kill();
      await server.stop();
    });

    const get = () => wire;
    describe('running code', () => codePromises(get, promise));
    describe('what code shows', () => chartPromises(get, promise));
    describe('languages', () => languagePromises(get, promise));
    describe('contexts', () => contextPromises(get, promise));
    describe('stopping', () => stopPromises(get, promise));
    describe('files', () => filePromises(get, promise));
    describe('commands', () => commandPromises(get, promise));
    describe('the life of a sandbox', () => lifePromises(get, promise));
    describe('the network', () => networkPromises(get, promise));

    if (Object.keys(differences).length === 0) return;
    describe('the list of differences', () => {
      it('names promises only', () => {
        expect(Object.keys(differences).filter((title) => !known.has(title))).toEqual([]);
      });
    });
  });
}

async function createPatiently(client: E2B, options: SandboxOpts): Promise<E2bSandbox> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await client.Sandbox.create(options);
    } catch (error) {
      if (!(error instanceof RateLimitError) || attempt === CREATE_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, CREATE_AGAIN_MS));
    }
  }
}
