/** The calls of the E2B SDK that are about sandboxes as a whole, with the settings of ours. */
import {
  E2B,
  SandboxError,
  type SandboxInfo,
  SandboxNotFoundError,
  type Sandbox as SdkSandbox,
} from '@e2b/code-interpreter';
import { pause } from '../clock.ts';
import type { SandboxId } from '../conversation/events.ts';
import type { Clock, SandboxState } from '../ports.ts';
import { type Internet, networkOptions } from './network.ts';

export interface ServiceOptions {
  readonly apiKey: string;
  /** Only for a service that is not E2B's own; both or none. */
  readonly apiUrl?: string;
  readonly sandboxUrl?: string;
  /** E2B's code interpreter when left out. */
  readonly template?: string;
  readonly internet: Internet;
  readonly clock: Clock;
}

/** Each may throw what the SDK throws. */
export interface Service {
  create(lifeMs: number, metadata: Readonly<Record<string, string>>): Promise<SdkSandbox>;
  /** Wakes it where it is paused; undefined when it is gone. */
  connect(id: SandboxId, lifeMs: number): Promise<SdkSandbox | undefined>;
  /** Memory kept. False when it is gone. */
  pause(id: SandboxId): Promise<boolean>;
  /** Of one that is gone already: fine. */
  kill(id: SandboxId, signal?: AbortSignal): Promise<void>;
  state(id: SandboxId, signal?: AbortSignal): Promise<SandboxState>;
  /** All that bear these labels, running and paused. */
  list(metadata: Readonly<Record<string, string>>, signal: AbortSignal): Promise<readonly SandboxInfo[]>;
}

/** With a custom address, what the SDK would still send to a host of E2B's fails instead. */
const NOWHERE = 'e2b.invalid';
/** A sandbox that is just being paused answers neither as running nor as paused for up to 10 s (e2b-dev/E2B#899). */
const BETWEEN_STATES_MS = [500, 1_000, 2_000, 4_000, 4_000];
/** E2B takes about 4 s for each GiB of memory. */
const PAUSE_TIMEOUT_MS = 60_000;
/** 100 sandboxes each. */
const MAX_PAGES = 100;

export function createService(options: ServiceOptions): Service {
  const { apiKey, apiUrl, sandboxUrl, clock } = options;
  const Sdk: E2B['Sandbox'] = new E2B({
    apiKey,
    debug: false,
    ...(apiUrl !== undefined && { apiUrl, domain: NOWHERE }),
    ...(sandboxUrl !== undefined && { sandboxUrl }),
  }).Sandbox;

  const state = async (id: SandboxId, signal?: AbortSignal): Promise<SandboxState> => {
    try {
      return (await Sdk.getInfo(id, { ...(signal && { signal }) })).state;
    } catch (error) {
      if (error instanceof SandboxNotFoundError) return 'gone';
      throw error;
    }
  };

  return {
    state,
    create(lifeMs, metadata) {
      const settings = {
        timeoutMs: lifeMs,
        metadata: { ...metadata },
        lifecycle: { onTimeout: { action: 'pause' as const, keepMemory: true } },
        ...networkOptions(options.internet),
      };
      return options.template === undefined ? Sdk.create(settings) : Sdk.create(options.template, settings);
    },
    async connect(id, lifeMs) {
      for (const delayMs of [...BETWEEN_STATES_MS, undefined]) {
        try {
          return await Sdk.connect(id, { timeoutMs: lifeMs });
        } catch (error) {
          if (!isBetweenStates(error)) throw error;
          if (delayMs === undefined || (await state(id)) === 'gone') return undefined;
          await pause(clock, delayMs);
        }
      }
      return undefined;
    },
    async pause(id) {
      try {
        await Sdk.pause(id, { keepMemory: true, requestTimeoutMs: PAUSE_TIMEOUT_MS });
        return true;
      } catch (error) {
        if (error instanceof SandboxNotFoundError) return false;
        throw error;
      }
    },
    async kill(id, signal) {
      await Sdk.kill(id, { ...(signal && { signal }) });
    },
    async list(metadata, signal) {
      const pages = Sdk.list({ query: { metadata: { ...metadata } } });
      const found: SandboxInfo[] = [];
      for (let page = 0; pages.hasNext && page < MAX_PAGES; page += 1)
        found.push(...(await pages.nextItems({ signal })));
      return found;
    },
  };
}

/** Not there, or there and not to be had: only asking for its state tells. */
function isBetweenStates(error: unknown): boolean {
  return error instanceof SandboxNotFoundError || (error instanceof SandboxError && error.statusCode === 409);
}
