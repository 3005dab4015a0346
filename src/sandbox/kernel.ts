/**
 * One kernel of a sandbox (E2B calls it a context): found again after a reconnect, run in, interrupted, restarted.
 * A context's id is its kernel's id, by which the sandbox's own Jupyter server knows it.
 */
import type { Context, Execution, Sandbox as SdkSandbox } from '@e2b/code-interpreter';
import { z } from 'zod';
import { type Clock, pause } from '../clock.ts';
import type { Language } from '../conversation/events.ts';
import { HOME } from './files.ts';
import type { Intake } from './intake.ts';
import { toRichResult } from './results.ts';
import { runSink } from './run-sink.ts';
import { STEP_MS, TOO_LATE, within } from './timing.ts';

/** Ids go into a command line, so only these characters pass. */
const contextSchema = z.object({ id: z.string().regex(/^[\w-]{1,128}$/), language: z.string(), cwd: z.string() });

/**
 * The context of a language: the one that is there, else a new one. E2B starts one each for Python and JavaScript with a
 * sandbox; using those, one finds the same one again from any process.
 */
export async function findContext(sdk: SdkSandbox, language: Language): Promise<Context> {
  const known = z.array(contextSchema).parse(await sdk.listCodeContexts());
  const mine = known.find((context) => context.language === language && context.cwd === HOME);
  return mine ?? contextSchema.parse(await sdk.createCodeContext({ language, cwd: HOME }));
}

/** How a run's promise settled, as data, so that nobody has to catch it. */
export type Settled =
  | { readonly ok: true; readonly execution: Execution }
  /** `begun`: the code may have begun. */
  | { readonly ok: false; readonly error: unknown; readonly begun: boolean };

/** Starts a run. `deadlineMs` is the SDK's own limit, a backstop behind ours: when it fires the connection is dropped. */
export function startRun(
  sdk: SdkSandbox,
  context: Context,
  source: string,
  intake: Intake,
  deadlineMs: number,
): Promise<Settled> {
  const start = () =>
    sdk.runCode(source, {
      context,
      timeoutMs: deadlineMs,
      // Only what does not come as output of the usual form: the rest goes past the SDK, which would keep all of it.
      onStdout: (message) => intake.output('stdout', message.line),
      onStderr: (message) => intake.output('stderr', message.line),
      onResult: (result) => intake.result(toRichResult(result)),
    });
  let begun = true;
  const refused = () => {
    begun = false;
  };
  return runSink.run({ output: intake.output, refused }, start).then(
    (execution) => ({ ok: true, execution }),
    (error: unknown) => ({ ok: false, error, begun }),
  );
}

/**
 * Interrupts whatever the kernel runs, as a notebook's stop button does. The SDK has no call for it; the Jupyter server
 * inside the sandbox has, and answers on the sandbox's own loopback only. Resolves to whether it took the request.
 */
export async function interrupt(sdk: SdkSandbox, context: Context): Promise<boolean> {
  const url = `http://localhost:8888/api/kernels/${context.id}/interrupt`;
  const script =
    'import urllib.request as u; ' +
    `u.build_opener(u.ProxyHandler({})).open(u.Request("${url}", data=b"", method="POST"), timeout=3)`;
  try {
    await sdk.commands.run(`python3 -I -c '${script}'`, { timeoutMs: STEP_MS, requestTimeoutMs: STEP_MS });
    return true;
  } catch {
    return false;
  }
}

/** A new kernel under the same id: files stay, variables are gone. Resolves to whether that worked in time. */
export async function restart(sdk: SdkSandbox, context: Context, clock: Clock): Promise<boolean> {
  const restarted = sdk.restartCodeContext(context.id).then(
    () => true,
    () => false,
  );
  return (await within(clock, STEP_MS, restarted)) === true;
}

/** All that a line of ours prints; undefined when it failed or was not done in time. */
export async function printed(
  sdk: SdkSandbox,
  context: Context,
  source: string,
  clock: Clock,
  limitMs: number,
): Promise<string | undefined> {
  const limits = { timeoutMs: limitMs, requestTimeoutMs: limitMs };
  const ran = sdk.runCode(source, { context, ...limits }).then(({ error, logs }) => {
    return error ? undefined : logs.stdout.join('');
  });
  const text = await within(clock, limitMs, ran);
  return text === TOO_LATE ? undefined : text;
}

/** Does nothing and leaves nothing behind, not even in `_` or `$?`. */
const NOTHING: Readonly<Record<Language, string>> = { python: 'pass', javascript: 'void 0', bash: ':' };
/** A kernel that has just died or been interrupted behind its server's back drops what comes at once; E2B: below 1 s. */
export const AFTER_DEATH_MS = 1_000;
/** Where the interrupted run was seen to end, E2B's kernels take code again within 100 ms. */
export const AFTER_INTERRUPT_MS = 100;
/** Dropped code is never answered: the first question is not waited for as long as the second. */
const FIRST_PROBE_MS = 1_000;

/** Whether the kernel takes code again, `settleMs` from now or a moment later. */
export async function answers(
  sdk: SdkSandbox,
  context: Context,
  language: Language,
  clock: Clock,
  settleMs: number,
): Promise<boolean> {
  await pause(clock, settleMs);
  if (await probe(sdk, context, language, clock, FIRST_PROBE_MS)) return true;
  await pause(clock, AFTER_DEATH_MS);
  return probe(sdk, context, language, clock, STEP_MS);
}

async function probe(
  sdk: SdkSandbox,
  context: Context,
  language: Language,
  clock: Clock,
  limitMs: number,
): Promise<boolean> {
  const limits = { timeoutMs: limitMs, requestTimeoutMs: limitMs };
  const asked = sdk.runCode(NOTHING[language], { context, ...limits }).then(
    (execution) => execution.error === undefined,
    () => false,
  );
  return (await within(clock, limitMs, asked)) === true;
}
