/**
 * The turn's sandbox, opened while the model writes its first code, so that it is there when the code is: words alone
 * cost no sandbox. Whether opening failed matters only when code is to run.
 */
import type { Losses, OpenResult, Sandbox, SandboxFile } from '../ports.ts';
import { ABORTED, linkedTo, unlessAborted } from './aborting.ts';
import type { Failure, Language, SandboxId, TurnEvent } from './events.ts';
import { type OpeningStages, openingStages } from './opening-stages.ts';
import type { TurnContext } from './turn-context.ts';
import { type PlacedFile, placeFiles, restoreFiles } from './turn-uploads.ts';

export interface OpenedSandbox {
  readonly ok: true;
  readonly sandbox: Sandbox;
  /** The thread had a sandbox, and this is another one. */
  readonly lost: boolean;
  /** The files in it before the first run; undefined when they could not be listed. */
  readonly listing: readonly SandboxFile[] | undefined;
  /** The attached files that are there. */
  readonly files: readonly PlacedFile[];
  /** What the thread and the model should hear of it: what it lost, files that are not there, files that were put back. */
  readonly notes: readonly string[];
}

export type Opened = OpenedSandbox | { readonly ok: false; readonly failure: Failure };

export interface TurnSandbox {
  /** Code is coming: opens it, once. */
  begin(): void;
  /** What came of it, if it has been decided. */
  settled(): Opened | undefined;
  /**
   * Waits for it, opening it if need be, and tells how that goes; ABORTED when the turn is stopped first. Rejects only with
   * a StorageError.
   */
  ready(): AsyncGenerator<TurnEvent, Opened | typeof ABORTED, undefined>;
  /** It was lost under the turn: another takes its place, or it itself where it only slept. Otherwise like `ready`. */
  replace(): AsyncGenerator<TurnEvent, Opened | typeof ABORTED, undefined>;
  /** The turn ends: the sandbox is released, and an opening that nobody waits for is given up. */
  close(): void;
}

const BROKEN: Failure = {
  reason: 'internal',
  message: 'The sandbox could not be opened because of a fault in Threadbox; its log has the details. Try again.',
};

const END_PATIENCE_MS = 30_000;
const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { python: 'Python', javascript: 'JavaScript', bash: 'bash' };
const BACK_AGAIN = 'The sandbox was out of reach for a moment; its variables and files are still there.';

interface Wish {
  /** To be had again, where it still lives. */
  readonly last: SandboxId | undefined;
  /** The thread has had a sandbox before. */
  readonly hadOne: boolean;
  /** It was lost in this turn. */
  readonly isReplacement: boolean;
}

export function turnSandbox(context: TurnContext): TurnSandbox {
  const { deps, input } = context;
  const link = linkedTo(context.signal);
  const lostOnes = new Set<SandboxId>();
  /** The one that was lost, until it has been lost twice. */
  let wantedBack: SandboxId | undefined;
  let current: Sandbox | undefined;
  let settled: Opened | undefined;
  let opening: { readonly opened: Promise<Opened>; readonly stages: OpeningStages } | undefined;
  let closed = false;

  const open = async ({ last, hadOne, isReplacement }: Wish, stages: OpeningStages): Promise<Opened> => {
    const result = await callOpen(context, last, link.signal, stages);
    if (!result.ok) return result;
    const { sandbox } = result;
    current = sandbox;
    const lost = sandbox.fresh && hadOne;
    // A loss that this turn can no longer tell is left for the next one to find.
    if (closed && lost) void endUnused(context, sandbox);
    else deps.record.sandbox(sandbox.id);
    if (closed) sandbox.release();
    const hasLostFiles = lost || sandbox.losses.files;
    if (isReplacement && hasLostFiles) context.placed.clear();
    const before = hasLostFiles && !lost ? await listFiles(context, sandbox, link.signal) : undefined;
    const present = new Set(before?.map(({ path }) => path));
    const restored = hasLostFiles ? await restoreFiles(context, sandbox, link.signal, present) : [];
    const { files, notes } = await placeFiles(context, sandbox, link.signal);
    const listing = await listFiles(context, sandbox, link.signal);
    const missing = lossNotes(sandbox.losses);
    const back = isReplacement && !sandbox.fresh && missing.length === 0 ? [BACK_AGAIN] : missing;
    return { ok: true, sandbox, lost, listing, files, notes: [...back, ...restored, ...notes] };
  };

  const start = (wish: Wish): NonNullable<typeof opening> => {
    const stages = openingStages(deps.clock);
    const opened = open(wish, stages).then((done) => {
      if (!closed) settled = done;
      return done;
    });
    context.signal.addEventListener('abort', stages.close, { once: true });
    opened
      .catch((error: unknown) => deps.log.warn({ err: error }, 'the sandbox could not be recorded'))
      .finally(() => {
        context.signal.removeEventListener('abort', stages.close);
        stages.close();
      });
    opening = { opened, stages };
    return opening;
  };
  const begin = () => {
    const last = input.lastSandbox;
    return opening ?? start({ last, hadOne: last !== undefined, isReplacement: false });
  };

  async function* ready(): AsyncGenerator<TurnEvent, Opened | typeof ABORTED, undefined> {
    const { opened, stages } = begin();
    if (!settled) {
      yield { type: 'sandbox.opening', at: context.now() };
      for await (const event of stages.events) if (!settled) yield event;
    }
    return unlessAborted(opened, context.signal);
  }

  return {
    begin: () => void begin(),
    settled: () => settled,
    ready,
    async *replace() {
      const lost = current;
      if (lost) {
        lost.release();
        // Once it may come back. One that is lost again is left to itself.
        const isLostAgain = lostOnes.has(lost.id);
        if (isLostAgain) void endUnused(context, lost);
        lostOnes.add(lost.id);
        wantedBack = isLostAgain ? undefined : lost.id;
      }
      current = undefined;
      settled = undefined;
      context.sandboxAnnounced = false;
      start({ last: wantedBack, hadOne: true, isReplacement: true });
      return yield* ready();
    },
    close: () => {
      closed = true;
      current?.release();
      link.end();
    },
  };
}

/** Nobody will come back to it. Where this fails, the reaper finds it bound to no thread. */
async function endUnused({ deps }: TurnContext, { id }: Sandbox): Promise<void> {
  try {
    await deps.sandboxes.end(id, AbortSignal.timeout(END_PATIENCE_MS));
  } catch (error) {
    deps.log.info({ err: error, sandbox: id }, 'a sandbox that nobody uses could not be ended');
  }
}

/** What a sandbox did not bring back from its sleep, in words for the person and the model. */
function lossNotes({ variables, files }: Losses): readonly string[] {
  const names = variables.map((language) => LANGUAGE_NAMES[language]).join(' and ');
  return [
    ...(variables.length > 0 ? [`The sandbox came back without its ${names} variables and imports.`] : []),
    ...(files ? ['The sandbox came back with its files as they were some time ago: the latest changes are gone.'] : []),
  ];
}

/** The port's `open`, whose every failure is made data. */
async function callOpen(
  { deps, input }: TurnContext,
  last: SandboxId | undefined,
  signal: AbortSignal,
  stages: OpeningStages,
): Promise<OpenResult> {
  try {
    return await deps.sandboxes.open(input.thread, last, signal, stages.take);
  } catch (error) {
    if (!signal.aborted) deps.log.error({ err: error }, 'opening the sandbox threw');
    return { ok: false, failure: BROKEN };
  }
}

/** The files of the sandbox, or undefined: not knowing them costs the thread its new files, not the turn. */
export async function listFiles(
  { deps }: TurnContext,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<readonly SandboxFile[] | undefined> {
  try {
    const files = await unlessAborted(sandbox.list(signal), signal);
    return files === ABORTED ? undefined : files;
  } catch (error) {
    if (!signal.aborted) deps.log.warn({ err: error }, 'the files of the sandbox could not be listed');
    return undefined;
  }
}
