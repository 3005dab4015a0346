/**
 * What an edit is worth, the most urgent first: a last state, a message's first visible output, a change of phase, more
 * output, the mere passing of time.
 */
export type Priority = 'final' | 'first' | 'phase' | 'output' | 'refresh';

/** What is not urgent shares out, evenly, what the rest leaves. */
export function isPaced(priority: Priority): boolean {
  return priority === 'output' || priority === 'refresh';
}
