/** Stopping a run, gently first: interrupt (variables stay), restart the kernel (they go), kill the sandbox (all goes). */
import type { Context, Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import type { HaltedBy } from '../conversation/events.ts';
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
  /** Whether the kernel takes code again. */
  readonly answers: () => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Resolves when nothing runs in the context any more, with what it took. 'interrupt' is only said of a kernel that
 * answered afterwards, so its variables are there.
 */
export async function halt(parts: Halt): Promise<HaltedBy> {
  const { sdk, context, settled, answers, clock, log } = parts;
  // The run's end is the sign of success: a command that was taken can still meet code that ignores interrupts, and a
  // command that hangs can still have worked.
  const asked = interrupt(sdk, context);
  const refused = asked.then((taken) => (taken ? settled : undefined));
  const end = await within(clock, STEP_MS, Promise.race([settled, refused]));
  if (typeof end === 'object') {
    // A run that ends by itself just now leaves the interrupt on its way: it must not meet what comes next.
    await within(clock, STEP_MS, asked);
    if (!hasSurvived(end)) return 'restart';
    if (await answers()) return 'interrupt';
  }
  log.info({ context: context.id }, 'the interrupt was not enough: restarting the kernel');
  if (await restart(sdk, context, clock)) return 'restart';
  log.warn({ context: context.id }, 'the kernel cannot be restarted: ending the sandbox');
  await within(clock, STEP_MS, sdk.kill({ requestTimeoutMs: STEP_MS })).catch(() => undefined);
  return 'kill';
}

/** Of a kernel that died meanwhile the server has started another one. */
function hasSurvived(end: Settled): boolean {
  return end.ok && !kernelDied(end.execution.error);
}
