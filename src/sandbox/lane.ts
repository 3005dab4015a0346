/**
 * The runs of one language in one sandbox: one at a time, each with a limit of time and of output, each with an end that
 * is data. The run's own end, a person's stop, the clock and the flood race; the first decides the kind of the result,
 * and no other code enters the kernel until it is known to be idle again.
 */
import type { Context, Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { Halted, Language, OutputChunk, RunResult } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import { endOfCause, endOfCut, endOfExecution, endOfTrouble, type Known, noKernelFor, unbegun } from './endings.ts';
import { troubleOf } from './faults.ts';
import { halt } from './halt.ts';
import { createIntake, type Intake } from './intake.ts';
import {
  AFTER_DEATH_MS,
  AFTER_INTERRUPT_MS,
  answers,
  findContext,
  interrupt,
  printed,
  restart,
  type Settled,
  startRun,
} from './kernel.ts';
import { createRace, type Race } from './race.ts';
import { ABORTED, createQueue, STEP_MS, unlessAborted, within } from './timing.ts';

export interface RunLimits {
  readonly timeoutSeconds: number;
  readonly maxOutputMb: number;
}

export interface LaneWorld {
  readonly sdk: SdkSandbox;
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Lane {
  run(source: string, onOutput: (chunk: OutputChunk) => void, signal: AbortSignal): Promise<RunResult>;
  /**
   * Runs a line of ours between two runs and resolves with all that it printed; undefined when it did not end well in time.
   * It may leave nothing behind that the user's code would meet. `limitMs`: 3 s when left out.
   */
  quiet(source: string, limitMs?: number): Promise<string | undefined>;
  /** Interrupts what somebody else left running in the kernel, and resolves with what became of the variables. */
  takeOver(): Promise<'kept' | 'lost'>;
}

const NOTHING_LOST: Halted = { variables: 'kept' };

/** After a death or a restart. */
function hasNewKernel(result: RunResult): boolean {
  return result.kind === 'died' || ('by' in result && result.by === 'restart');
}

const MEGABYTE = 1_000_000;
/** Interrupt, restart, kill, and then some: by then the SDK may drop the connection by itself. */
const BACKSTOP_MS = 5 * STEP_MS;

/** A run that has its turn: what its end is told from. */
interface Turn {
  readonly source: string;
  readonly intake: Intake;
  readonly race: Race;
  readonly signal: AbortSignal;
  known(): Known;
}

export function createLane(world: LaneWorld, language: Language): Lane {
  const { sdk, limits, clock, log } = world;
  const queue = createQueue();
  const timeoutMs = limits.timeoutSeconds * 1000;
  let found: Promise<Context> | undefined;
  /** We had to end the sandbox. Whether that worked or not, nothing is asked of it any more. */
  let isEnded = false;

  /** Back to an idle kernel after a cut or a death: asked, else restarted, else forgotten. */
  const recover = async (context: Context, settleMs = AFTER_DEATH_MS): Promise<'kept' | 'lost'> => {
    if (await answers(sdk, context, language, clock, settleMs)) return 'kept';
    if (!(await restart(sdk, context, clock))) found = undefined;
    return 'lost';
  };

  const whenCut = async (context: Context, known: () => Known): Promise<RunResult> => {
    // The code may still be running: nobody is left who wants it.
    await within(clock, STEP_MS, interrupt(sdk, context));
    return endOfCut(await recover(context), known());
  };

  const whenSettled = async (settled: Settled, context: Context, known: () => Known): Promise<RunResult> => {
    if (settled.ok) return endOfExecution(settled.execution, known());
    const trouble = await troubleOf(settled.error, sdk);
    log.warn({ context: context.id, trouble }, 'a run was not answered to its end');
    if (trouble === 'cut') return whenCut(context, known);
    if (trouble === 'no-kernel') found = undefined;
    const end = endOfTrouble(trouble, known());
    return settled.begun ? end : unbegun(end);
  };

  const runIn = async (context: Context, { source, intake, race, known }: Turn): Promise<RunResult> => {
    const settled = startRun(sdk, context, source, intake, timeoutMs + BACKSTOP_MS);
    const first = await Promise.race([settled, race.cause]);
    if (typeof first !== 'string') return whenSettled(first, context, known);
    const answersNow = () => answers(sdk, context, language, clock, AFTER_INTERRUPT_MS);
    const by = await halt({ sdk, context, settled, answers: answersNow, clock, log });
    isEnded ||= by === 'kill';
    return endOfCause(first, { variables: by === 'interrupt' ? 'kept' : 'lost', by }, limits, known());
  };

  const runOne = async (turn: Turn, leave: () => void): Promise<RunResult> => {
    let idle: Promise<unknown> = Promise.resolve();
    try {
      if (isEnded) return unbegun(endOfTrouble('gone', turn.known()));
      found ??= findContext(sdk, language);
      const context = await unlessAborted(turn.signal, found);
      if (context === ABORTED) return endOfCause('stopped', NOTHING_LOST, limits, turn.known());
      const result = await runIn(context, turn);
      // Another kernel is being started; the next run waits until that one answers, this result does not.
      if (hasNewKernel(result) && found !== undefined) idle = recover(context);
      return result;
    } catch (error) {
      found = undefined;
      const trouble = await troubleOf(error, sdk);
      if (trouble === 'refused') return noKernelFor(language, turn.known());
      return unbegun(endOfTrouble(trouble, turn.known()));
    } finally {
      turn.intake.close();
      turn.race.stop();
      void idle.catch(() => undefined).then(leave);
    }
  };

  /** Between two runs. */
  const inTurn = async <T>(work: (context: Context) => Promise<T>): Promise<T> => {
    const leave = await queue.enter();
    try {
      found ??= findContext(sdk, language);
      return await work(await found);
    } catch (error) {
      found = undefined;
      throw error;
    } finally {
      leave();
    }
  };

  return {
    quiet: async (source, limitMs = STEP_MS) =>
      isEnded ? undefined : inTurn((context) => printed(sdk, context, source, clock, limitMs)),
    takeOver: () =>
      inTurn(async (context) => {
        await within(clock, STEP_MS, interrupt(sdk, context));
        return recover(context, AFTER_INTERRUPT_MS);
      }),
    async run(source, onOutput, signal) {
      const entering = queue.enter();
      const entered = await unlessAborted(signal, entering);
      if (entered === ABORTED) {
        void entering.then((leave) => leave());
        return endOfCause('stopped', NOTHING_LOST, limits, { durationMs: 0, results: [] });
      }
      const startedAt = clock.now();
      const race = createRace(timeoutMs, clock, signal);
      const maxOutputBytes = limits.maxOutputMb * MEGABYTE;
      const intake = createIntake({ maxOutputBytes, onOutput, onFlood: race.flood });
      const known = (): Known => ({ durationMs: clock.now() - startedAt, results: intake.results });
      return runOne({ source, intake, race, signal, known }, entered);
    },
  };
}
