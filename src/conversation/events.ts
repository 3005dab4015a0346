/**
 * The words both sides of the engine share: what may come in (Request), what may happen in a turn (TurnEvent), and what
 * a run of code ends as (RunResult). Closed unions, so a new case is a compile error wherever it must be handled.
 */

import type { Code, Language, SandboxId, TurnId } from './events-words.ts';
import type { Output } from './output.ts';

export type * from './events-request.ts';
export * from './events-words.ts';

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

/**
 * What it took to end a run from outside, gentlest first: an interrupt (variables stay), another kernel (they go), the end
 * of the sandbox (files go too).
 */
export type HaltedBy = 'interrupt' | 'restart' | 'kill';

/** What a halted run left. `by` is missing where nothing had begun, and in records of older versions. */
export interface Halted {
  readonly variables: 'kept' | 'lost';
  readonly by?: HaltedBy;
}

/** How a run ended. Data, not an exception: only bugs throw. */
export type RunResult =
  | (RunBase & { readonly kind: 'ok' })
  /** The code raised; the traceback is the model's to repair. */
  | (RunBase & { readonly kind: 'failed'; readonly error: RunError })
  /** Over RUN_TIMEOUT_SECONDS. */
  | (RunBase & Halted & { readonly kind: 'timedOut'; readonly limitSeconds: number })
  /** A person pressed Stop. */
  | (RunBase & Halted & { readonly kind: 'stopped' })
  /** Printed more than MAX_OUTPUT_MB and was interrupted. */
  | (RunBase & Halted & { readonly kind: 'flooded'; readonly limitMb: number })
  /** The kernel died (out of memory, a crash): files stay, variables are gone. */
  | (RunBase & { readonly kind: 'died'; readonly reason: string })
  /**
   * The sandbox itself is gone or unreachable. `begun` is false where the code cannot have begun; `refused` is true where the
   * sandbox is there and its service would not run the code.
   */
  | (RunBase & {
      readonly kind: 'lost';
      readonly reason: string;
      readonly begun?: false;
      readonly refused?: true;
    });

/** A call of the one tool, `run_code`. */
export interface ToolCall {
  readonly id: string;
  readonly code: Code;
}

/**
 * What the service that wrote a reply wants back with the results of its calls: the blocks of the reply in their order, its
 * thoughts sealed by the service. Only the adapter that made it reads it; it lives as long as its turn and is not stored.
 */
export interface Thought {
  readonly blocks: readonly ThoughtBlock[];
  /** A digest of what the model was told before it thought this. */
  readonly behind: string;
}

export type ThoughtBlock =
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'call'; readonly id: string };

/** The conversation in our own words. A `result` always answers a call of the assistant message before it. */
export type ModelMessage =
  | { readonly role: 'user'; readonly text: string }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly calls: readonly ToolCall[];
      readonly thought?: Thought;
    }
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

export type SandboxOrigin = 'new' | 'kept' | 'resumed';

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
  /** As many sandboxes run as may; `ahead` others get theirs before. */
  | { readonly type: 'sandbox.waiting'; readonly at: number; readonly ahead: number }
  /** The sandbox slept, and waking it takes a while. */
  | { readonly type: 'sandbox.resuming'; readonly at: number }
  /** `origin`: made for this turn, the thread's own, or that one taken up again. `lost`: it had another, whose variables are gone. */
  | {
      readonly type: 'sandbox.opened';
      readonly at: number;
      readonly id: SandboxId;
      readonly origin: SandboxOrigin;
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
  /** What the run has printed so far. */
  | { readonly type: 'run.output'; readonly at: number; readonly output: Output }
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
