/** What may come in: everything a person can ask of the bot. */
import type { Code, InboundFile, Task, ThreadRef, TurnId } from './events-words.ts';

/** Where a request was made, so that its answer goes to the same place. */
export type RequestSource = 'mention' | 'reply' | 'dm' | 'command' | 'button' | 'shortcut';

/**
 * What the buttons of a finished turn do: its last code once more, the same in a form, a repair by the model, or showing
 * it; where the turn was cut off by a restart, its whole task once more; and, where its message was edited after it began,
 * the task as the message says it now.
 */
export type AgainGesture = 'rerun' | 'edit' | 'fix' | 'code' | 'retry' | 'reread';

/** Why the buttons of a finished turn are gone: somebody used one, or they do not apply any more. */
export type ButtonRecord =
  | { readonly kind: 'used'; readonly gesture: Exclude<AgainGesture, 'code'>; readonly by: string }
  | { readonly kind: 'past'; readonly reason: 'newer' | 'closed' | 'unknown' };

/** `reset`: a fresh sandbox, the history kept. `end`: no sandbox, and the thread is closed until the next mention. */
export type ControlWord = 'status' | 'reset' | 'end';
export type OwnWord = 'status' | 'stop' | 'end' | 'model';

/** A slash command or a press is no message: this tells it from another, and from itself when it is taken up after a restart. */
export interface CommandDelivery {
  readonly id: string;
  /** Only after a restart: when it came, epoch milliseconds. Part of it may have been done since then. */
  readonly sinceMs?: number;
}

interface RequestBase {
  readonly team: string;
  readonly channel: string;
  readonly user: string;
  /** The person's message, when a message asked: its second copy (`app_mention` and `message`) is then recognised. */
  readonly messageTs?: string | null;
}

/** Everything a person can ask of the bot, as `slack/inbound` understands it. */
export type Request =
  /** Work to do. `messageTs` is the person's message (null for a slash command, which has none). */
  | (RequestBase & {
      readonly kind: 'task';
      readonly source: RequestSource;
      /** null: no thread yet (a slash command): open one first. */
      readonly thread: ThreadRef | null;
      readonly messageTs: string | null;
      readonly mentioned: boolean;
      readonly task: Task;
      readonly files: readonly InboundFile[];
      /** For what is no message. */
      readonly delivery?: CommandDelivery;
      /** What a button claims in place of a message, so that it starts one turn, whoever presses it how often. */
      readonly claim?: string;
    })
  /** A control word alone in a thread, or its button. */
  | (RequestBase & { readonly kind: 'stop'; readonly thread: ThreadRef; readonly turn: TurnId | null })
  /** Nothing to do, or `help`: answer with the short help. `ephemeral` when asked by a slash command. */
  | (RequestBase & {
      readonly kind: 'help';
      readonly thread: ThreadRef | null;
      readonly reason: 'asked' | 'empty';
    })
  /** A button of a finished turn. */
  | (RequestBase & {
      readonly kind: 'again';
      readonly gesture: AgainGesture;
      readonly thread: ThreadRef;
      readonly turn: TurnId;
      /** The message the button stands under. */
      readonly under: string;
      /** Opens one form, within seconds of the press. */
      readonly trigger: string;
      /** It was pressed before a restart: whatever came of it, its person has been told or sees it. */
      readonly isTakenUp?: boolean;
    })
  /** Code sent with the form of "Edit & run". */
  | (RequestBase & {
      readonly kind: 'edited';
      readonly thread: ThreadRef;
      readonly under: string;
      /** Tells one opened form from another. */
      readonly form: string;
      readonly code: Code;
    })
  /** Another control word alone in a thread. */
  | (RequestBase & { readonly kind: 'control'; readonly word: ControlWord; readonly thread: ThreadRef })
  /** The slash command with a control word: about the person's own work in this channel. */
  | (RequestBase & { readonly kind: 'own'; readonly word: OwnWord; readonly thread: null })
  /** A person edited the message of a turn that waits or runs. `now` is what it asks for now; null: nothing. */
  | (RequestBase & {
      readonly kind: 'changed';
      readonly thread: ThreadRef;
      readonly messageTs: string;
      readonly now: Request | null;
    })
  /** The message of a turn that waits or runs was deleted. */
  | (RequestBase & { readonly kind: 'deleted'; readonly thread: ThreadRef; readonly messageTs: string })
  /** A task that could not be run where it was given, to be run in the direct message with its person. */
  | (RequestBase & {
      readonly kind: 'direct';
      readonly thread: null;
      readonly task: Task;
      readonly delivery?: CommandDelivery;
    })
  /** Something we understood but cannot do; `message` is the sentence for the person. */
  | (RequestBase & { readonly kind: 'refused'; readonly thread: ThreadRef | null; readonly message: string });
