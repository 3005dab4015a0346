/** What is new in a turn's state since the one before, as the scheduler of edits needs to know it. */
import type { Part, Progress } from '../conversation/progress.ts';
import type { News } from './paced-editor-message.ts';

/** 'first': there is something to see, and was not. 'phase': the turn has moved on. 'output': more of the same. */
export function newsOf(before: Progress, after: Progress): News {
  if (!hasContent(before) && hasContent(after)) return 'first';
  // People wait for what their own code prints; that it is shown back to them is worth no hurry.
  if (after.asIs && !hasContent(after)) return 'output';
  return movedOn(before, after) ? 'phase' : 'output';
}

/** What a message shows of a turn that runs, beside what is being done and for how long. */
const SHOWN = ['attempt', 'parts', 'draft', 'artifacts', 'notes', 'sandboxLost', 'outcome'] as const;

/**
 * Nothing differs but what is being done: where Slack shows that under the thread, the message need not hurry. That a turn
 * stands in line its message says itself; where in the line is left to the next edit, since with each turn that is served
 * everybody moves up.
 */
export function isActivityOnly(before: Progress, after: Progress): boolean {
  const isInLine = ({ phase }: Progress) => phase === 'waiting';
  return isInLine(before) === isInLine(after) && SHOWN.every((name) => before[name] === after[name]);
}

function hasContent({ parts, draft, asIs, outcome }: Progress): boolean {
  if (!asIs) return parts.length > 0 || draft !== null;
  return outcome !== null || parts.some((part) => part.kind === 'words' || standing(part) !== 'silent');
}

function movedOn(before: Progress, after: Progress): boolean {
  return (
    before.phase !== after.phase ||
    before.attempt !== after.attempt ||
    before.parts.length !== after.parts.length ||
    standing(before.parts.at(-1)) !== standing(after.parts.at(-1))
  );
}

/** A step that begins to print, and one that ends, is news; each further line is not. */
function standing(part: Part | undefined): string {
  if (part?.kind !== 'step') return '';
  if (part.result !== null) return part.result.kind;
  return part.output.totalChars > 0 ? 'printing' : 'silent';
}
