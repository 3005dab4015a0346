/** The local world's own words: how its process is asked to start, and what it answers. */
import type { Service } from './plan.ts';

/** Given to the process as one JSON argument; it holds no secret. */
export interface WorldOptions {
  readonly start: readonly Service[];
  /** The local world keeps its state in here. */
  readonly dataDir: string;
  readonly manifestPath: string;
  /** The page's port; 0 takes a free one. */
  readonly port: number;
  readonly sandboxMemoryMb?: number;
  readonly maxSandboxes?: number;
  /** Real-clock knobs for tests and benchmarks. */
  readonly slackDelayMs?: number;
  readonly slackRateLimits?: boolean;
  readonly modelPaceMs?: number;
  /** HTTP mode: Slack posts to a bot on this port of 127.0.0.1, signed, instead of over Socket Mode. */
  readonly botPort?: number;
  /** Folders below /usr that a sandbox must not see. */
  readonly hide?: readonly string[];
  /** What the page says of services that are not local. */
  readonly realModel?: string;
}

/** What a service that is not there is replaced by: variables for the bot, and what a person should know. */
export interface WorldReady {
  readonly type: 'ready';
  readonly env: Readonly<Record<string, string>>;
  /** Where the browser goes; absent when Slack is real. */
  readonly pageUrl?: string;
  /** For tests: the control interface of the local Slack. */
  readonly control?: { readonly url: string; readonly key: string };
  readonly sandbox?: { readonly ok: boolean; readonly note: string };
}

export interface WorldFailed {
  readonly type: 'failed';
  /** One sentence and what to do. */
  readonly message: string;
}

export type WorldMessage = WorldReady | WorldFailed;
