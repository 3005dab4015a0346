/** Whether a finished turn deserves a reply of its own: edits of its message notify nobody, and people look away. */
import { never, type TurnOutcome } from './events.ts';
import type { Progress } from './progress.ts';

/** Who asked is likely to have looked away by then. */
export const COMPLETION_AFTER_MS = 60_000;

export interface Completion {
  readonly kind: 'done' | 'failed' | 'stopped' | 'needs-you';
  readonly tookMs: number;
  /** The answer as the model wrote it, or why there is none: Markdown, foreign, of any length, perhaps empty. */
  readonly words: string;
}

/** What to tell the person who asked; null when they know: the turn was short, or they stopped it themselves. */
export function completionOf(progress: Progress, requester: string): Completion | null {
  const { outcome } = progress;
  const tookMs = progress.updatedAt - progress.startedAt;
  if (outcome === null || tookMs <= COMPLETION_AFTER_MS || requester === '') return null;
  if (outcome.kind === 'stopped' && outcome.by === requester) return null;
  return { tookMs, ...said(progress, outcome) };
}

function said(progress: Progress, outcome: TurnOutcome): Pick<Completion, 'kind' | 'words'> {
  switch (outcome.kind) {
    case 'done':
      return { kind: 'done', words: answerOf(progress) };
    case 'failed':
      return { kind: 'failed', words: outcome.reason };
    case 'stopped':
      return { kind: 'stopped', words: outcome.note };
    case 'error':
      return { kind: 'needs-you', words: outcome.failure.message };
    default:
      return never(outcome);
  }
}

/** The words after the last run. Words before it only said what was about to happen. */
function answerOf({ parts }: Progress): string {
  const last = parts.at(-1);
  return last?.kind === 'words' ? last.text : '';
}
