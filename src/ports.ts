/** What the engine needs of the world. Adapters implement these; `bot.ts` introduces them. Types only. */
import type {
  Artifact,
  Code,
  Failure,
  InboundFile,
  ModelMessage,
  OutputChunk,
  Request,
  RunResult,
  SandboxId,
  Task,
  ThreadKey,
  ThreadRef,
  TokenUsage,
  ToolCall,
  TurnId,
  TurnOutcome,
} from './conversation/events.ts';
import type { Progress } from './conversation/progress.ts';
import type { ModelSetting } from './model/instructions.ts';

// ── Model ────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type { ModelSetting } from './model/instructions.ts';
export type { ModelMessage, ToolCall };

export interface ModelRequest {
  readonly setting: ModelSetting;
  readonly messages: readonly ModelMessage[];
}

export type ModelEvent =
  | { readonly type: 'text'; readonly delta: string; readonly snapshot: string }
  /** Code as it is being written. `snapshot` is the source so far. */
  | { readonly type: 'code'; readonly language: Code['language']; readonly delta: string; readonly snapshot: string }
  | { readonly type: 'call'; readonly call: ToolCall }
  /** The tool was called with arguments we cannot run (unknown language, no code): answer it as a failed result. */
  | { readonly type: 'badCall'; readonly callId: string; readonly message: string }
  /** The last event of a reply that worked. */
  | { readonly type: 'end'; readonly stop: 'done' | 'calls'; readonly usage: TokenUsage }
  /** The last event of a reply that did not: never thrown. */
  | { readonly type: 'failed'; readonly failure: Failure; readonly usage: TokenUsage };

export interface Model {
  /**
   * Streams one reply. Ends with exactly one `end` or `failed`, and throws nothing: an abort ends the iteration
   * without either.
   */
  reply(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

// ── Sandboxes ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type OpenResult =
  | { readonly ok: true; readonly sandbox: Sandbox }
  | { readonly ok: false; readonly failure: Failure };

export interface Sandboxes {
  /**
   * The sandbox of a thread: `last` again where it still lives (resumed if paused), else a new one.
   * Failures (no capacity, wrong key, isolation missing) are data. Aborting rejects with the signal's reason.
   */
  open(thread: ThreadRef, last: SandboxId | undefined, signal: AbortSignal): Promise<OpenResult>;
}

export interface SandboxFile {
  /** Relative to the home folder, with forward slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface Sandbox {
  readonly id: SandboxId;
  /** True when this sandbox was made by this `open`: no variables and no files are in it yet. */
  readonly fresh: boolean;
  /**
   * Runs code in the thread's context of that language; state persists between runs. Never throws: the end is data.
   * `onOutput` is called in order and must return at once. Aborting stops the run (interrupt, then restart, then kill)
   * and resolves to `stopped`.
   */
  run(code: Code, onOutput: (chunk: OutputChunk) => void, signal: AbortSignal): Promise<RunResult>;
  /** Writes a file; `path` is relative to the home folder. Rejects on failure. */
  put(path: string, bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /** Reads a file of at most `maxBytes`; undefined when it is missing or larger. */
  get(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The files a person may want: hidden folders, environments and caches are left out. Bounded in depth and number. */
  list(signal: AbortSignal): Promise<readonly SandboxFile[]>;
}

// ── Replies ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Replies {
  /** Posts the first message of a turn at once and returns its handle. Rejects only when it cannot be posted at all. */
  begin(thread: ThreadRef, turn: TurnId, first: Progress): Promise<Reply>;
  /**
   * A plain reply in the thread ("Attempt 2 of 3 …"). Resolves when it stands or has been given up; never rejects.
   * `text` may hold words of a program's error, so the adapter escapes it: only backticks in it are formatting.
   */
  notice(thread: ThreadRef, text: string): Promise<void>;
  /** The short help: in the thread, or for that person only when `thread` is null. Never rejects. */
  help(channel: string, user: string, thread: ThreadRef | null): Promise<void>;
  /** Opens a thread for a slash command: posts its root message, which says who ran what. Never rejects. */
  openThread(channel: string, user: string, task: Task, signal: AbortSignal): Promise<OpenThreadResult>;
  /** Something only one person sees. Never rejects. */
  whisper(channel: string, user: string, thread: ThreadRef | null, text: string): Promise<void>;
  /** Fetches an attached file of at most `maxBytes`. */
  download(file: InboundFile, maxBytes: number, signal: AbortSignal): Promise<DownloadResult>;
}

export type OpenThreadResult =
  | { readonly ok: true; readonly threadTs: string }
  | { readonly ok: false; readonly reason: 'not-in-channel' | 'other'; readonly message: string };

export type DownloadResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly message: string };

export interface Reply {
  readonly messageTs: string;
  /** Shows a state some time soon; later states replace it. May be dropped; never throws. */
  show(progress: Progress): void;
  /** The last state. Resolves when Slack has it: retried until it lands, else posted anew. */
  finish(progress: Progress): Promise<void>;
  /** Uploads files to the thread. Resolves with one sentence for each file that could not be sent. */
  attach(artifacts: readonly Artifact[]): Promise<readonly string[]>;
}

// ── Store ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A raw event as Slack sent it, recorded before it is acknowledged. */
export interface RecordedEvent {
  readonly id: number;
  readonly dedupKey: string;
  readonly receivedMs: number;
  /** The body, as JSON text. */
  readonly body: string;
}

export type TurnState = 'queued' | 'running' | 'finished' | 'interrupted';

export interface TurnRow {
  readonly id: TurnId;
  readonly thread: ThreadKey;
  readonly user: string;
  readonly sourceTs: string | null;
  readonly task: Task;
  readonly files: readonly InboundFile[];
  readonly state: TurnState;
  readonly replyTs: string | null;
  readonly createdMs: number;
}

export interface ThreadRow {
  readonly key: ThreadKey;
  readonly sandbox: SandboxId | null;
  readonly createdMs: number;
  readonly lastActiveMs: number;
}

export interface RunRow {
  readonly turn: TurnId;
  readonly step: number;
  readonly attempt: number;
  readonly code: Code;
  readonly startedMs: number;
}

export interface StoredMessage {
  readonly turn: TurnId;
  readonly message: ModelMessage;
}

/** Synchronous, as SQLite is. Every method throws StorageError (store/errors) when the database cannot answer. */
export interface Store {
  /** Records a raw event once. 'duplicate' when its key is known: Slack redelivers, and that is normal. */
  recordEvent(dedupKey: string, body: string, nowMs: number): RecordedEvent | 'duplicate';
  /** Events recorded but not handled, oldest first: what a crash left. */
  unhandledEvents(): readonly RecordedEvent[];
  markHandled(eventId: number): void;

  /** Forgets handled events received before `beforeMs`. Returns how many. */
  pruneEvents(beforeMs: number): number;

  /** Claims a person's message that makes no turn (`stop`, `help`), so that its second copy does nothing. */
  claimMessage(team: string, channel: string, ts: string, nowMs: number): 'claimed' | 'taken';
  /**
   * Claims the turn's message (if it has one), makes or touches its thread and inserts the turn, in one transaction: a
   * crash leaves all of it or nothing. 'taken' when the message has been claimed before: `app_mention` and `message` of
   * the same post make one turn.
   */
  acceptTurn(turn: TurnRow): 'accepted' | 'taken';
  /** Adds files to the turn of that message while it is still queued: either copy of a post may lack them. */
  addFiles(team: string, channel: string, ts: string, files: readonly InboundFile[]): void;

  thread(key: ThreadKey): ThreadRow | undefined;
  /** Makes the thread's row if there is none, and touches it. */
  touchThread(key: ThreadKey, nowMs: number): ThreadRow;
  bindSandbox(key: ThreadKey, sandbox: SandboxId): void;

  insertTurn(turn: TurnRow): void;
  /** The turn is running and its message stands at `replyTs`. */
  startTurn(id: TurnId, nowMs: number): void;
  setReply(id: TurnId, replyTs: string): void;
  finishTurn(id: TurnId, outcome: TurnOutcome, usage: TokenUsage, nowMs: number): void;
  turn(id: TurnId): TurnRow | undefined;
  /** Turns that were queued or running when the process ended, oldest first. */
  unfinishedTurns(): readonly TurnRow[];
  markInterrupted(id: TurnId, nowMs: number): void;

  insertRun(run: RunRow): void;
  finishRun(turn: TurnId, step: number, result: RunResult, output: string, nowMs: number): void;

  appendMessages(thread: ThreadKey, turn: TurnId, messages: readonly ModelMessage[], nowMs: number): void;
  /** The thread's history, oldest first. */
  messages(thread: ThreadKey): readonly StoredMessage[];

  close(): void;
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Passed in so that tests run on a fake one. */
export type { Clock } from './clock.ts';

/** What `slack/listeners` hands requests to. */
export interface Inbox {
  handle(request: Request): Promise<void>;
}
