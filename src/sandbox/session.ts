/**
 * A turn's use of a sandbox: the port's Sandbox over one connection of the SDK. It lives as long as the turn works, and is
 * idle from its release on. After each run a mark is set, so that a sandbox that slept can be checked before it is trusted.
 */
import type { Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { Language, SandboxId } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Clock, KernelRow, LeftCode, Losses, Sandbox, Store } from '../ports.ts';
import type { Hold } from './capacity.ts';
import { troubleOf } from './faults.ts';
import { getFile, listFiles, putFile } from './files.ts';
import { createLane, type Lane, type RunLimits } from './lane.ts';
import { keepAlive } from './life.ts';
import { lossesOf, type Marks, nextMark, parseMarks, readMarks, setMark } from './marks.ts';
import { previewTable } from './preview.ts';

/** Where is written down what was set in a kernel, and that code was begun in it. */
export type KernelLedger = Pick<Store, 'kernels' | 'beginInKernel' | 'endInKernel' | 'markKernel' | 'forgetKernels'>;

export interface SessionOptions {
  readonly sdk: SdkSandbox;
  readonly fresh: boolean;
  /** It did not sleep since this process last used it. */
  readonly wasAwake: boolean;
  readonly hold: Hold;
  readonly endsAtMs: number;
  readonly limits: RunLimits;
  /** Given again and again while the turn works. */
  readonly lifeMs: number;
  /** Given when it is released. */
  readonly idleMs: number;
  readonly ledger: KernelLedger;
  /** It was released; `idle` resolves when nothing of ours is under way there any more. */
  readonly onRelease: (idle: Promise<void>) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Session extends Sandbox {
  /** Stops what was left running, and compares the marks: before the sandbox is trusted again. */
  check(): Promise<'there' | 'gone'>;
  /** What `check` found running. */
  readonly left: LeftCode;
}

/** Stopping a run and fetching its files come on top of its own limit. */
const AFTER_RUN_MS = 60_000;
/** The longest that every account may ask for. */
const LONGEST_LIFE_MS = 3_600_000;
/** Of the time until the pause, this much more or less is not worth a call. */
const TOLERANCE = 0.1;
/** Memory that was away comes back as it is touched: a kernel that takes this long to say a word is not there any more. */
const AWAKE_MS = 12_000;
const SHORTEN_TIMEOUT_MS = 10_000;
const NO_LOSSES: Losses = { variables: [], files: false };

/** What a sandbox is given while a turn uses it: it outlives a run even if nobody can prolong it meanwhile. */
export function lifeOf(idleMs: number, limits: RunLimits): number {
  return Math.min(LONGEST_LIFE_MS, Math.max(idleMs, limits.timeoutSeconds * 1000 + AFTER_RUN_MS));
}

export function createSession(options: SessionOptions): Session {
  const { sdk, fresh, hold, limits, lifeMs, idleMs, ledger, clock, log } = options;
  const id = sdk.sandboxId as SandboxId;
  const lanes = new Map<Language, Lane>();
  const marking = new Set<Promise<void>>();
  let losses = NO_LOSSES;
  let left: LeftCode = { kind: 'none' };
  /** There is no use in talking to it. */
  let isGone = false;
  const life = keepAlive({
    sdk,
    lifeMs,
    clock,
    log,
    endsAtMs: options.endsAtMs,
    onProlonged: hold.prolonged,
    onGone: () => {
      isGone = true;
      hold.gone();
    },
  });

  const laneOf = (language: Language): Lane => {
    const known = lanes.get(language);
    if (known) return known;
    const lane = createLane({ sdk, limits, clock, log }, language);
    lanes.set(language, lane);
    return lane;
  };

  /** A database that cannot be written costs the check after the next pause, not the run. */
  const note = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      log.warn({ err: error, sandbox: id }, 'the state of a kernel could not be kept');
    }
  };

  /** Between this run and the next, while the result is on its way. */
  const mark = (language: Language): void => {
    note(() => {
      const number = nextMark(ledger.kernels(id));
      const set = laneOf(language)
        .quiet(setMark(language, number))
        .then((printed) => {
          if (printed !== undefined) note(() => ledger.markKernel(id, language, number));
        })
        .catch((error: unknown) => log.info({ err: error, sandbox: id }, 'a kernel could not be marked'))
        .finally(() => marking.delete(set));
      marking.add(set);
    });
  };

  const takeOver = async (language: Language): Promise<'kept' | 'lost'> => {
    const variables = await laneOf(language).takeOver();
    ledger.endInKernel(id, language);
    return variables;
  };

  /** What a kernel bears; 'restarted' where it had to be; undefined where it cannot be told. */
  const look = async ({ language, busy }: KernelRow): Promise<Marks | 'restarted' | undefined> => {
    if (busy && (await takeOver(language)) === 'lost') return 'restarted';
    const printed = await laneOf(language).quiet(readMarks(language), AWAKE_MS);
    if (printed !== undefined) return parseMarks(printed);
    return (await takeOver(language)) === 'lost' ? 'restarted' : undefined;
  };

  const check = async (): Promise<'there' | 'gone'> => {
    try {
      const kernels = ledger.kernels(id).filter(({ mark: last, busy }) => last > 0 || busy);
      const wasBusy = kernels.filter(({ busy }) => busy);
      const found = new Map<Language, Marks | 'restarted'>();
      const looks = kernels.map(async (kernel) => {
        const seen = await look(kernel);
        if (seen !== undefined) found.set(kernel.language, seen);
      });
      await Promise.all(looks);
      losses = lossesOf(kernels, found);
      const isLost = wasBusy.some(({ language }) => losses.variables.includes(language));
      if (wasBusy.length > 0) left = { kind: 'stopped', variables: isLost ? 'lost' : 'kept' };
      if (losses.files || losses.variables.length > 0) {
        log.warn({ sandbox: id, ...losses }, 'a sandbox did not come back whole');
        // Said once: the next check compares with what is there now.
        for (const { language } of kernels) mark(language);
      }
      return 'there';
    } catch (error) {
      isGone = (await troubleOf(error, sdk)) === 'gone';
      if (isGone) return 'gone';
      log.warn({ err: error, sandbox: id }, 'a sandbox could not be checked');
      return 'there';
    }
  };

  /** The pause is due so long after the last use, not after the last prolongation. */
  const shorten = async (): Promise<void> => {
    const leftMs = life.endsAtMs - clock.now();
    if (isGone || Math.abs(leftMs - idleMs) <= idleMs * TOLERANCE) return;
    try {
      await sdk.setTimeout(idleMs, { requestTimeoutMs: SHORTEN_TIMEOUT_MS });
      hold.prolonged(clock.now() + idleMs);
    } catch (error) {
      log.info({ err: error, sandbox: id }, 'the pause of an idle sandbox could not be set');
    }
  };

  let isReleased = false;
  return {
    id,
    fresh,
    resumed: !options.wasAwake,
    check,
    get losses() {
      return losses;
    },
    get left() {
      return left;
    },
    async run({ language, source }, onOutput, signal) {
      note(() => ledger.beginInKernel(id, language));
      const result = await laneOf(language).run(source, onOutput, signal);
      isGone = result.kind === 'lost';
      // What was lost may still be running there; whoever connects again looks.
      if (result.kind === 'lost' && result.begun !== false) return result;
      note(() => ledger.endInKernel(id, language));
      if (result.kind !== 'lost') mark(language);
      return result;
    },
    put: (path, content, signal) => putFile(sdk, path, content, signal),
    get: (path, maxBytes, signal) => getFile(sdk, path, maxBytes, signal),
    list: (signal) => listFiles(sdk, signal),
    preview: (path, signal) => previewTable(sdk, path, signal),
    release() {
      if (isReleased) return;
      isReleased = true;
      const idle = Promise.all([life.stop(), ...marking]).then(shorten);
      options.onRelease(idle.finally(() => hold.release()));
    },
  };
}
