/** Stopping a run, gently first: interrupt (variables stay), restart the kernel (they go), kill the sandbox (all goes). */
import type { Context, Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { Log } from '../log.ts';
import type { Clock } from '../ports.ts';
import { kernelDied } from './endings.ts';
import { interrupt, restart, type Settled } from './kernel.ts';
import { STEP_MS, within } from './timing.ts';

export interface Halt {
  readonly sdk: SdkSandbox;
  readonly context: Context;
  /** The run to stop. */
  readonly settled: Promise<Settled>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Resolves when nothing runs in the context any more, after at most three steps, with what became of the variables. */
export async function halt({ sdk, context, settled, clock, log }: Halt): Promise<'kept' | 'lost'> {
  // The run's end is the sign of success: a command that was taken can still meet code that ignores interrupts, and a
  // command that hangs can still have worked.
  const refused = interrupt(sdk, context).then((taken) => (taken ? settled : undefined));
  const end = await within(clock, STEP_MS, Promise.race([settled, refused]));
  if (typeof end === 'object') return survived(end) ? 'kept' : 'lost';
  log.info({ context: context.id }, 'the run ignored the interrupt: restarting its kernel');
  if (await restart(sdk, context, clock)) return 'lost';
  log.warn({ context: context.id }, 'the kernel cannot be restarted: ending the sandbox');
  await within(clock, STEP_MS, sdk.kill({ requestTimeoutMs: STEP_MS })).catch(() => undefined);
  return 'lost';
}

function survived(end: Settled): boolean {
  return end.ok && !kernelDied(end.execution.error);
}
