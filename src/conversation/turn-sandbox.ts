/**
 * The turn's sandbox, opened while the model writes its first code, so that it is there when the code is: words alone
 * cost no sandbox. Whether opening failed matters only when code is to run.
 */
import type { OpenResult, Sandbox, SandboxFile } from '../ports.ts';
import { ABORTED, linkedTo, unlessAborted } from './aborting.ts';
import type { Failure } from './events.ts';
import type { TurnContext } from './turn-context.ts';
import { type PlacedFile, placeFiles, restoreFiles } from './turn-uploads.ts';

export type Opened =
  | {
      readonly ok: true;
      readonly sandbox: Sandbox;
      /** The thread had a sandbox, and this is another one. */
      readonly lost: boolean;
      /** The files in it before the first run; undefined when they could not be listed. */
      readonly listing: readonly SandboxFile[] | undefined;
      /** The attached files that are there. */
      readonly files: readonly PlacedFile[];
      /** What the thread and the model should hear of files: those that are not there, those that were put back. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly failure: Failure };

export interface WarmSandbox {
  /** Code is coming: opens it, once. */
  begin(): void;
  /** What came of it, if it has been decided. */
  settled(): Opened | undefined;
  /** Waits for it, opening it if need be; ABORTED when the turn is stopped first. Rejects only with a StorageError. */
  ready(): Promise<Opened | typeof ABORTED>;
  /** The turn ends: an opening that nobody waits for is given up. */
  close(): void;
}

const BROKEN: Failure = {
  reason: 'internal',
  message: 'The sandbox could not be opened because of a fault in Threadbox; its log has the details. Try again.',
};

export function warmSandbox(context: TurnContext): WarmSandbox {
  const link = linkedTo(context.signal);
  let settled: Opened | undefined;
  let closed = false;

  const open = async (): Promise<Opened> => {
    const { input, deps } = context;
    const result = await callOpen(context, link.signal);
    if (!result.ok) return result;
    const { sandbox } = result;
    const lost = sandbox.fresh && input.lastSandbox !== undefined;
    // A loss that this turn can no longer tell is left for the next one to find.
    if (!(closed && lost)) deps.record.sandbox(sandbox.id);
    const restored = lost ? await restoreFiles(context, sandbox, link.signal) : [];
    const { files, notes } = await placeFiles(context, sandbox, link.signal);
    const listing = await listFiles(context, sandbox, link.signal);
    return { ok: true, sandbox, lost, listing, files, notes: [...restored, ...notes] };
  };

  let opening: Promise<Opened> | undefined;
  const begin = (): Promise<Opened> => {
    if (opening) return opening;
    opening = open().then((opened) => {
      if (!closed) settled = opened;
      return opened;
    });
    opening.catch((error: unknown) => {
      context.deps.log.warn({ err: error }, 'the sandbox could not be recorded');
    });
    return opening;
  };

  return {
    begin: () => void begin(),
    settled: () => settled,
    ready: () => unlessAborted(begin(), context.signal),
    close: () => {
      closed = true;
      link.end();
    },
  };
}

/** The port's `open`, whose every failure is made data. */
async function callOpen({ deps, input }: TurnContext, signal: AbortSignal): Promise<OpenResult> {
  try {
    return await deps.sandboxes.open(input.thread, input.lastSandbox, signal);
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
