/** A thread's sandbox: the port's Sandbox over one connection of the SDK. */
import type { Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { Code, Language, SandboxId } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Clock, Sandbox } from '../ports.ts';
import { endOfTrouble } from './endings.ts';
import { troubleOf } from './faults.ts';
import { getFile, listFiles, putFile } from './files.ts';
import { createLane, type Lane, type RunLimits } from './lane.ts';
import { previewTable } from './preview.ts';

export interface SessionOptions {
  readonly sdk: SdkSandbox;
  readonly fresh: boolean;
  readonly limits: RunLimits;
  /** How long the sandbox lives after `open`, and again after each run that would not fit. */
  readonly lifeMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Stopping a run and fetching its files come on top of its own limit. */
const AFTER_RUN_MS = 60_000;

/** What a sandbox must be given to live to the end of a run and what follows it. */
export function lifeOf(lifeMs: number, limits: RunLimits): number {
  return Math.max(lifeMs, limits.timeoutSeconds * 1000 + AFTER_RUN_MS);
}

export function createSession({ sdk, fresh, limits, lifeMs, clock, log }: SessionOptions): Sandbox {
  const lanes = new Map<Language, Lane>();
  const life = lifeOf(lifeMs, limits);
  let endsAt = clock.now() + life;

  const laneOf = (language: Language): Lane => {
    const known = lanes.get(language);
    if (known) return known;
    const lane = createLane({ sdk, limits, clock, log }, language);
    lanes.set(language, lane);
    return lane;
  };

  /** A sandbox ends at its time whether it is used or not; rejects when it has. */
  const outliveNextRun = async (): Promise<void> => {
    if (endsAt - clock.now() >= lifeOf(0, limits)) return;
    await sdk.setTimeout(life);
    endsAt = clock.now() + life;
  };

  return {
    id: sdk.sandboxId as SandboxId,
    fresh,
    async run(code: Code, onOutput, signal) {
      try {
        await outliveNextRun();
      } catch (error) {
        const trouble = await troubleOf(error, sdk);
        if (trouble === 'gone') return endOfTrouble(trouble, { durationMs: 0, results: [] });
        // The run may still succeed; if not, it says so itself.
        log.warn({ sandbox: sdk.sandboxId, trouble }, 'the life of the sandbox could not be extended');
      }
      return laneOf(code.language).run(code.source, onOutput, signal);
    },
    put: (path, content, signal) => putFile(sdk, path, content, signal),
    get: (path, maxBytes, signal) => getFile(sdk, path, maxBytes, signal),
    list: (signal) => listFiles(sdk, signal),
    preview: (path, signal) => previewTable(sdk, path, signal),
  };
}
