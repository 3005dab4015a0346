/**
 * The Sandboxes port over the E2B SDK. A custom address (a local host that speaks E2B's wire, or a self-hosted E2B) is
 * only that: nothing else here differs.
 */
import { E2B, SandboxNotFoundError, type Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { SandboxId, ThreadRef } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Clock, OpenResult, Sandboxes } from '../ports.ts';
import { openFailure } from './faults.ts';
import type { RunLimits } from './lane.ts';
import { type Internet, networkOptions } from './network.ts';
import { createSession, lifeOf } from './session.ts';
import { ABORTED, unlessAborted } from './timing.ts';

export interface SandboxesOptions {
  readonly apiKey: string;
  /** Only for a service that is not E2B's own; both or none. */
  readonly apiUrl?: string;
  readonly sandboxUrl?: string;
  /** E2B's code interpreter when left out. */
  readonly template?: string;
  readonly runTimeoutSeconds: number;
  readonly maxOutputMb: number;
  /** How long a sandbox lives after its last use; then it is paused, memory kept. */
  readonly lifeMs: number;
  readonly internet: Internet;
  /** Further labels on each sandbox, beside app, team, channel and thread. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly clock: Clock;
}

const APP = 'threadbox';
/** With a custom address, what the SDK would still send to a host of E2B's fails instead. */
const NOWHERE = 'e2b.invalid';

type SdkClass = E2B['Sandbox'];

function createSdk({ apiKey, apiUrl, sandboxUrl }: SandboxesOptions): SdkClass {
  return new E2B({
    apiKey,
    debug: false,
    ...(apiUrl !== undefined && { apiUrl, domain: NOWHERE }),
    ...(sandboxUrl !== undefined && { sandboxUrl }),
  }).Sandbox;
}

function metadataOf(thread: ThreadRef, more: Readonly<Record<string, string>>): Record<string, string> {
  return { ...more, app: APP, team: thread.team, channel: thread.channel, thread: thread.threadTs ?? 'top' };
}

export function createSandboxes(options: SandboxesOptions): Sandboxes {
  const { log } = options;
  const Sdk = createSdk(options);
  const limits: RunLimits = { timeoutSeconds: options.runTimeoutSeconds, maxOutputMb: options.maxOutputMb };
  const timeoutMs = lifeOf(options.lifeMs, limits);

  const reconnect = async (last: SandboxId): Promise<SdkSandbox | undefined> => {
    try {
      return await Sdk.connect(last, { timeoutMs });
    } catch (error) {
      if (error instanceof SandboxNotFoundError) return undefined;
      throw error;
    }
  };

  const create = (thread: ThreadRef): Promise<SdkSandbox> => {
    const settings = {
      timeoutMs,
      metadata: metadataOf(thread, options.metadata),
      lifecycle: { onTimeout: { action: 'pause' as const, keepMemory: true } },
      ...networkOptions(options.internet),
    };
    return options.template === undefined ? Sdk.create(settings) : Sdk.create(options.template, settings);
  };

  const openSdk = async (thread: ThreadRef, last: SandboxId | undefined, signal: AbortSignal) => {
    const known = last === undefined ? undefined : await reconnect(last);
    signal.throwIfAborted();
    return known ? { sdk: known, fresh: false } : { sdk: await create(thread), fresh: true };
  };

  return {
    async open(thread, last, signal): Promise<OpenResult> {
      signal.throwIfAborted();
      const opening = openSdk(thread, last, signal);
      try {
        const opened = await unlessAborted(signal, opening);
        if (opened !== ABORTED) return { ok: true, sandbox: createSession({ ...opened, ...options, limits }) };
        void discard(opening, log);
      } catch (error) {
        signal.throwIfAborted();
        const failure = openFailure(error, { custom: options.apiUrl !== undefined });
        log.warn({ reason: failure.reason, error: error instanceof Error ? error.name : typeof error }, 'no sandbox');
        return { ok: false, failure };
      }
      throw signal.reason;
    },

    async end(id, signal) {
      await Sdk.kill(id, { signal });
    },

    async state(id, signal) {
      try {
        return (await Sdk.getInfo(id, { signal })).state;
      } catch (error) {
        if (error instanceof SandboxNotFoundError) return 'gone';
        throw error;
      }
    },
  };
}

/** Nobody waits for this sandbox any more: one that was made for nobody must not stay. */
async function discard(opening: Promise<{ sdk: SdkSandbox; fresh: boolean }>, log: Log): Promise<void> {
  try {
    const { sdk, fresh } = await opening;
    if (fresh) await sdk.kill();
  } catch (error) {
    log.info({ error: error instanceof Error ? error.name : typeof error }, 'an abandoned sandbox was not opened');
  }
}
