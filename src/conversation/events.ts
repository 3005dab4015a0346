/**
 * The words both sides of the engine share: what may come in (Request), what may happen in a turn (TurnEvent), and what
 * a run of code ends as (RunResult). Closed unions, so a new case is a compile error wherever it must be handled.
 */

/** One conversation. `threadTs` is null for the top level of a direct message, which is a session of its own. */
export interface ThreadRef {
  readonly team: string;
  readonly channel: string;
  readonly threadTs: string | null;
}

/** The stable text form of a ThreadRef: the key of rows, lanes and log lines. */
export type ThreadKey = string & { readonly __brand: 'ThreadKey' };

export type SandboxId = string & { readonly __brand: 'SandboxId' };
export type TurnId = string & { readonly __brand: 'TurnId' };

const TOP_LEVEL = 'top';

export function threadKey(ref: ThreadRef): ThreadKey {
  return `${ref.team}:${ref.channel}:${ref.threadTs ?? TOP_LEVEL}` as ThreadKey;
}

/** The inverse of `threadKey`; undefined when the text is no key. */
export function parseThreadKey(key: string): ThreadRef | undefined {
  const [team, channel, ts, ...rest] = key.split(':');
  if (!team || !channel || !ts || rest.length > 0) return undefined;
  return { team, channel, threadTs: ts === TOP_LEVEL ? null : ts };
}

export const LANGUAGES = ['python', 'javascript', 'bash'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Code {
  readonly language: Language;
  readonly source: string;
}

/** A file somebody attached in Slack. `url` needs the bot token; it is never shown to the model or put in a log. */
export interface InboundFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly sizeBytes: number;
  readonly url: string;
  /** Why Slack has no bytes of it to give: deleted, hidden by the plan's limit, or not shown to us. */
  readonly gone?: 'deleted' | 'hidden' | 'denied';
}

/** What a turn is to do: a task for the model, or code to run as it is, without the model. */
export type Task = { readonly kind: 'ask'; readonly text: string } | { readonly kind: 'code'; readonly code: Code };

/** Where a request was made, so that its answer goes to the same place. */
export type RequestSource = 'mention' | 'reply' | 'dm' | 'command' | 'button' | 'shortcut';

/**
 * What the buttons of a finished turn do: its last code once more, the same in a form, a repair by the model, or showing
 * it; and, where the turn was cut off by a restart, its whole task once more.
 */
export type AgainGesture = 'rerun' | 'edit' | 'fix' | 'code' | 'retry';

/** Why the buttons of a finished turn are gone: somebody used one, or they do not apply any more. */
export type ButtonRecord =
  | { readonly kind: 'used'; readonly gesture: Exclude<AgainGesture, 'code'>; readonly by: string }
  | { readonly kind: 'past'; readonly reason: 'newer' | 'closed' | 'unknown' };

/** `reset`: a fresh sandbox, the history kept. `end`: no sandbox, and the thread is closed until the next mention. */
export type ControlWord = 'status' | 'reset' | 'end';
export type OwnWord = 'status' | 'stop' | 'end' | 'model';

/** A slash command is no message: this tells it from another, and from itself when it is taken up after a restart. */
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
      /** For a slash command. */
      readonly delivery?: CommandDelivery;
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
  | (RequestBase & { readonly kind: 'direct'; readonly thread: null; readonly task: Task })
  /** Something we understood but cannot do; `message` is the sentence for the person. */
  | (RequestBase & { readonly kind: 'refused'; readonly thread: ThreadRef | null; readonly message: string });

export type StreamName = 'stdout' | 'stderr';

/** A chunk of program output. It is not a line: it may hold many, or part of one. Characters are never split. */
export interface OutputChunk {
  readonly stream: StreamName;
  readonly text: string;
}

/** One displayed value of a run: the last expression, a figure, a table. Absent formats were not offered. */
export interface RichResult {
  readonly isMain: boolean;
  readonly text?: string;
  readonly html?: string;
  readonly markdown?: string;
  readonly latex?: string;
  readonly json?: string;
  readonly svg?: string;
  /** Image bytes, decoded. */
  readonly png?: Uint8Array;
  readonly jpeg?: Uint8Array;
  readonly pdf?: Uint8Array;
}

export interface RunError {
  readonly name: string;
  readonly value: string;
  readonly traceback: string;
}

interface RunBase {
  readonly durationMs: number;
  readonly results: readonly RichResult[];
}

/** How a run ended. Data, not an exception: only bugs throw. */
export type RunResult =
  | (RunBase & { readonly kind: 'ok' })
  /** The code raised; the traceback is the model's to repair. */
  | (RunBase & { readonly kind: 'failed'; readonly error: RunError })
  /** Over RUN_TIMEOUT_SECONDS. `variables` says whether the kernel survived the interrupt. */
  | (RunBase & { readonly kind: 'timedOut'; readonly limitSeconds: number; readonly variables: 'kept' | 'lost' })
  /** A person pressed Stop. */
  | (RunBase & { readonly kind: 'stopped'; readonly variables: 'kept' | 'lost' })
  /** Printed more than MAX_OUTPUT_MB and was interrupted. */
  | (RunBase & { readonly kind: 'flooded'; readonly limitMb: number; readonly variables: 'kept' | 'lost' })
  /** The kernel died (out of memory, a crash): files stay, variables are gone. */
  | (RunBase & { readonly kind: 'died'; readonly reason: string })
  /** The sandbox itself is gone or unreachable. `begun` is false where the code cannot have begun. */
  | (RunBase & { readonly kind: 'lost'; readonly reason: string; readonly begun?: false });

/** A call of the one tool, `run_code`. */
export interface ToolCall {
  readonly id: string;
  readonly code: Code;
}

/** The conversation in our own words. A `result` always answers a call of the assistant message before it. */
export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly role: 'result'; readonly callId: string; readonly text: string; readonly failed: boolean };

/** A file or image to hand to the thread. */
export interface Artifact {
  readonly name: string;
  readonly mimetype: string;
  readonly bytes: Uint8Array;
  /** For images only: what a screen reader says. */
  readonly altText?: string;
}

/** Text too long for memory: it lies on disk until it is sent. */
export interface LongText {
  readonly name: string;
  readonly mimetype: string;
  readonly file: Blob;
}

/** What a thread can be given as a file. */
export type Attachment = Artifact | LongText;

export interface TokenUsage {
  /** All of the input, what came from or went into the service's cache included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
}

/** Why the model's part of a turn could not go on. `message` is written for the person in Slack, secrets excluded. */
export interface Failure {
  readonly reason:
    | 'model-auth'
    | 'model-unavailable'
    | 'model-refused'
    | 'model-empty'
    | 'model-cut-off'
    | 'model-bad-request'
    | 'sandbox-auth'
    | 'sandbox-unavailable'
    | 'sandbox-capacity'
    | 'storage'
    /** The bot ended before the turn did: its task can be done again. */
    | 'restarted'
    | 'internal';
  readonly message: string;
}

export type TurnOutcome =
  | { readonly kind: 'done' }
  /** The code still failed after the attempts allowed, or repair was pointless; `reason` says which. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'stopped'; readonly by: string; readonly note: string }
  | { readonly kind: 'error'; readonly failure: Failure };

/** Everything that can happen in a turn, in the order of its life. `at` is epoch milliseconds. */
export type TurnEvent =
  // The turn
  | { readonly type: 'turn.started'; readonly at: number; readonly turn: TurnId; readonly maxAttempts: number }
  | { readonly type: 'turn.finished'; readonly at: number; readonly outcome: TurnOutcome }
  // The model
  | { readonly type: 'model.started'; readonly at: number }
  | { readonly type: 'model.text'; readonly at: number; readonly delta: string; readonly snapshot: string }
  | {
      readonly type: 'model.code';
      readonly at: number;
      readonly language: Language;
      readonly delta: string;
      readonly snapshot: string;
    }
  /** `costUsd` only where prices are configured. */
  | { readonly type: 'model.finished'; readonly at: number; readonly usage: TokenUsage; readonly costUsd?: number }
  // The sandbox
  | { readonly type: 'sandbox.opening'; readonly at: number }
  /** `fresh`: made for this turn. `lost`: and the thread had another before, whose variables are gone. */
  | {
      readonly type: 'sandbox.opened';
      readonly at: number;
      readonly id: SandboxId;
      readonly fresh: boolean;
      readonly lost: boolean;
    }
  // A run
  | {
      readonly type: 'run.started';
      readonly at: number;
      readonly step: number;
      readonly attempt: number;
      readonly code: Code;
    }
  | { readonly type: 'run.output'; readonly at: number; readonly chunk: OutputChunk }
  | { readonly type: 'run.finished'; readonly at: number; readonly result: RunResult }
  /** A repair begins: `attempt` is the number of the run that will follow, `error` one short line. */
  | {
      readonly type: 'attempt.repairing';
      readonly at: number;
      readonly attempt: number;
      readonly of: number;
      readonly error: string;
    }
  /** Files or figures were made for the thread (names only; the bytes go through Reply.attach). */
  | { readonly type: 'artifacts.found'; readonly at: number; readonly names: readonly string[] }
  /** Something the person should read that is no failure: a file left out, output that was cut. */
  | { readonly type: 'turn.note'; readonly at: number; readonly text: string };

/** For the `default` of a switch over a closed union: a missing case is a compile error. */
export function never(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
