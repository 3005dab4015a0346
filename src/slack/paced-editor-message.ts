/** A message that is edited, as its scheduler sees it: something that can be composed, compared and sent. */
import type { Priority } from './edit-budget-priority.ts';

/** What became of one edit. */
export type SendResult =
  | { readonly kind: 'landed' }
  /** Not done, and all edits are to pause. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** Perhaps done, perhaps not, and it may work later. */
  | { readonly kind: 'failed' }
  /** This content is not accepted: it is composed again. `compose` must come up with something else. */
  | { readonly kind: 'refused' }
  /** The message cannot be edited any more. */
  | { readonly kind: 'gone' };

export interface EditedMessage<Content> {
  /** The newest content. Called when it is about to be sent, never earlier; must not throw. */
  compose(): Content;
  /** True when replacing one by the other would change nothing. */
  same(shown: Content, next: Content): boolean;
  /** Must not reject. */
  send(content: Content): Promise<SendResult>;
}

/** What a change is: the first thing to see in its message, a step further, or more of the same. */
export type News = Exclude<Priority, 'final' | 'refresh'>;

/** 'closed': the scheduler was stopped before the last state stood. */
export type FinishResult = 'landed' | 'gone' | 'closed';
