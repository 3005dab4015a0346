/** What stood in a thread before the bot was asked there for the first time. */
import type { Clock, Replies, ThreadContext, TurnRow } from '../ports.ts';
import { within } from './aborting.ts';
import type { ThreadRef } from './events.ts';
import type { TurnInput } from './turn-context.ts';

/** A turn waits this long for what it would only quote. */
const PATIENCE_MS = 8_000;
/** And this long for names, which only make it readable. */
const NAMES_PATIENCE_MS = 3_000;
const SLOW: ThreadContext = {
  ok: false,
  message: 'Slack did not tell me in time what was written in this thread before, so I only know your message.',
};

export interface Grounded {
  readonly input: TurnInput;
  /** For the person, where something is missing. */
  readonly note: string | undefined;
}

export interface QuoteDeps {
  readonly replies: Pick<Replies, 'context' | 'named'>;
  readonly clock: Clock;
}

/** The input with the quoted thread and its files, and with names where people are mentioned. */
export async function withThread(
  deps: QuoteDeps,
  row: Pick<TurnRow, 'sourceTs'>,
  input: TurnInput,
  signal: AbortSignal,
): Promise<Grounded> {
  const { input: grounded, note } = await withQuotes(deps, row, input, signal);
  const { task, quoted } = grounded;
  const [asked, above] = await Promise.all([
    task.kind === 'ask' ? named(deps, task.text, signal) : undefined,
    quoted === undefined ? undefined : named(deps, quoted, signal),
  ]);
  return {
    input: {
      ...grounded,
      ...(asked !== undefined && { task: { kind: 'ask', text: asked } }),
      ...(above !== undefined && { quoted: above }),
    },
    note,
  };
}

async function named({ replies, clock }: QuoteDeps, text: string, signal: AbortSignal): Promise<string> {
  if (!text.includes('@') || signal.aborted) return text;
  return (await within(replies.named(text, signal), NAMES_PATIENCE_MS, clock, signal)) ?? text;
}

async function withQuotes(
  { replies, clock }: QuoteDeps,
  { sourceTs }: Pick<TurnRow, 'sourceTs'>,
  input: TurnInput,
  signal: AbortSignal,
): Promise<Grounded> {
  if (!isUnknown(input.thread, sourceTs, input) || sourceTs === null) return { input, note: undefined };
  const reading = replies.context(input.thread, sourceTs, signal);
  const context = (await within(reading, PATIENCE_MS, clock, signal)) ?? SLOW;
  if (signal.aborted) return { input, note: undefined };
  if (!context.ok) return { input, note: context.message };
  const known = new Set(input.files.map(({ id }) => id));
  return {
    input: {
      ...input,
      ...(context.text !== '' && { quoted: context.text }),
      files: [...context.files.filter(({ id }) => !known.has(id)), ...input.files],
    },
    note: undefined,
  };
}

/** Asked in the middle of a thread that has no history with us. */
function isUnknown({ threadTs }: ThreadRef, sourceTs: string | null, { history }: TurnInput): boolean {
  return history.length === 0 && threadTs !== null && sourceTs !== threadTs;
}
