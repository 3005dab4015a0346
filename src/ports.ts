/** What the engine needs of the world. Adapters implement these; `bot.ts` introduces them. Types only. */
import type { Completion } from './conversation/completion.ts';
import type {
  Attachment,
  ButtonRecord,
  Code,
  CommandDelivery,
  Failure,
  InboundFile,
  Language,
  ModelMessage,
  OutputChunk,
  Request,
  RunResult,
  SandboxId,
  Task,
  Thought,
  ThreadRef,
  TokenUsage,
  ToolCall,
  TurnId,
} from './conversation/events.ts';
import type { Progress } from './conversation/progress.ts';
import type { ModelSetting } from './model/instructions.ts';
import type { RunRow } from './ports-store.ts';

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
  | { readonly type: 'end'; readonly stop: 'done' | 'calls'; readonly usage: TokenUsage; readonly thought?: Thought }
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
   * The sandbox of a thread: `last` again where it still lives (resumed if paused), else a new one. Where as many run as
   * may, it waits for its turn. Failures (no capacity, wrong key, isolation missing) are data. Aborting rejects with the
   * signal's reason. What was opened is in use until it is released.
   */
  open(
    thread: ThreadRef,
    last: SandboxId | undefined,
    signal: AbortSignal,
    onStage?: (stage: OpeningStage) => void,
  ): Promise<OpenResult>;
  /**
   * Stops the code that an ended process left running in a sandbox. `none`: nothing was. Rejects where it is not known what
   * became of it; the next `open` tries again.
   */
  takeOver(id: SandboxId, signal: AbortSignal): Promise<LeftCode>;
  /** Kills a sandbox. One that is gone already is fine; rejects where the service does not do it. */
  end(id: SandboxId, signal: AbortSignal): Promise<void>;
  /** How a sandbox is, without waking it. Rejects where the service does not say. */
  state(id: SandboxId, signal: AbortSignal): Promise<SandboxState>;
}

export type SandboxState = 'running' | 'paused' | 'gone';

/** What an opening does now. */
export type OpeningStage =
  /** As many run as may; `ahead` are served before. */
  { readonly kind: 'waiting'; readonly ahead: number } | { readonly kind: 'resuming' } | { readonly kind: 'creating' };

export type LeftCode =
  | { readonly kind: 'none' }
  | { readonly kind: 'stopped'; readonly variables: 'kept' | 'lost' }
  /** It ended with its sandbox. */
  | { readonly kind: 'gone' };

/** What a sandbox has not brought back from a pause: it was compared with what was last set there. */
export interface Losses {
  /** The languages whose variables are gone. */
  readonly variables: readonly Language[];
  /** The files are those of an earlier time. */
  readonly files: boolean;
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
  /** True when this `open` took it up again: it slept, or this process had not used it before. */
  readonly resumed: boolean;
  /** Of a fresh one: nothing. */
  readonly losses: Losses;
  /**
   * Runs code in the thread's context of that language; state persists between runs. Never throws: the end is data.
   * `onOutput` is called in order and must return at once. Aborting stops the run (interrupt, then restart, then kill)
   * and resolves to `stopped`.
   */
  run(code: Code, onOutput: (chunk: OutputChunk) => void, signal: AbortSignal): Promise<RunResult>;
  /** Writes a file; `path` is relative to the home folder. Rejects on failure. */
  put(path: string, content: Uint8Array | Blob, signal: AbortSignal): Promise<void>;
  /** Reads a file of at most `maxBytes`; undefined when it is missing or larger. */
  get(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
  /** The files a person may want: hidden folders, environments and caches are left out. Bounded in depth and number. */
  list(signal: AbortSignal): Promise<readonly SandboxFile[]>;
  /**
   * The columns, row count and first rows of a CSV, TSV or JSON lines file, at most 2,000 characters; undefined when it
   * cannot be read as one. Leaves the contexts alone.
   */
  preview(path: string, signal: AbortSignal): Promise<string | undefined>;
  /** The turn is done with it: it may be paused from now on. Calling it again does nothing. */
  release(): void;
}

// ── Replies ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface Replies {
  /** Posts the first message of a turn at once and returns its handle. Rejects only when it cannot be posted at all. */
  begin(thread: ThreadRef, turn: TurnId, first: Progress): Promise<Reply>;
  /**
   * A plain reply in the thread ("Attempt 2 of 3 …"). Resolves when it stands or has been given up; never rejects. Those of
   * a thread stand in the order of the calls; those of one turn may share a message where they have to wait.
   * `text` may hold words of a program's error, so the adapter escapes it: only backticks in it are formatting.
   */
  notice(thread: ThreadRef, text: string, turn?: TurnId): Promise<void>;
  /** A reply that mentions `user`, and nobody else, because a long turn of theirs has ended. Never rejects. */
  done(thread: ThreadRef, user: string, completion: Completion): Promise<void>;
  /**
   * Brings its end to a turn that an earlier process left: edits the message the turn has, unless it shows an end already;
   * posts one where there is none. Never rejects.
   */
  close(thread: ThreadRef, last: Progress, left: LeftMessage): Promise<Ending>;
  /** The short help: in the thread, or for that person only when `thread` is null. Never rejects. */
  help(channel: string, user: string, thread: ThreadRef | null): Promise<void>;
  /** Tells one person why a task cannot run here, and offers to run it in the direct message. Never rejects. */
  offerDirect(channel: string, user: string, message: string, task: Task): Promise<void>;
  /**
   * Opens a thread for a slash command: posts its root message, which says who ran what. A person's id for the channel is
   * the direct message with them. Never rejects.
   */
  openThread(
    channel: string,
    user: string,
    task: Task,
    signal: AbortSignal,
    delivery?: CommandDelivery,
  ): Promise<OpenThreadResult>;
  /** Something only one person sees. Never rejects. */
  whisper(channel: string, user: string, thread: ThreadRef | null, text: string): Promise<void>;
  /** Whether we can answer where that message stands; a sentence for its person where we cannot. Never rejects. */
  reach(channel: string, messageTs: string): Promise<ReachResult>;
  /**
   * A notice with a button that runs the task of a turn as its message says it now (the gesture `reread`). Never rejects.
   */
  offerReread(thread: ThreadRef, text: string, turn: TurnId): Promise<void>;
  /** What the message that a task came from asks for now. Never rejects. */
  reread(thread: ThreadRef, messageTs: string): Promise<RereadResult>;
  /** Opens the form in which a person edits code before it runs. False when Slack did not open it. Never rejects. */
  openForm(trigger: string, form: CodeForm): Promise<boolean>;
  /** Shows the code of a turn to one person. Never rejects. */
  showCode(channel: string, user: string, thread: ThreadRef, runs: readonly RunRow[]): Promise<void>;
  /** Puts a line in place of the buttons under a finished turn; `Show code` stays while it works. Never rejects. */
  retire(thread: ThreadRef, messageTs: string, record: ButtonRecord): Promise<void>;
  /** Like `whisper`, a line each; a line's words lead to its thread where there is a link. Never rejects. */
  report(channel: string, user: string, lines: readonly ReportLine[]): Promise<void>;
  /** Adds (`on`) or takes back a reaction of ours. Best effort: resolves when done or given up; never rejects. */
  mark(channel: string, ts: string, name: string, on: boolean): Promise<void>;
  /**
   * What stands in a thread before `beforeTs`: quoted for the model (empty when nothing does), with its files. At most 50
   * messages and 20 kB. Never rejects.
   */
  context(thread: ThreadRef, beforeTs: string, signal: AbortSignal): Promise<ThreadContext>;
  /** The text with people's names before their ids (`@Ada (U0123ABC)`), where Slack tells them. Never rejects. */
  named(text: string, signal: AbortSignal): Promise<string>;
  /** Fetches an attached file of at most `maxBytes`. */
  download(file: InboundFile, maxBytes: number, signal: AbortSignal): Promise<DownloadResult>;
}

export type RereadResult =
  | { readonly ok: true; readonly task: Task; readonly files: readonly InboundFile[] }
  /** It is gone, asks for nothing to run, or could not be read: a sentence for the person. */
  | { readonly ok: false; readonly message: string };

export type ReachResult = { readonly ok: true } | { readonly ok: false; readonly message: string };

/** What is known of the message of a turn that an earlier process left. */
export interface LeftMessage {
  /** null: it may have been posted, but the answer to that did not come in time to be kept. */
  readonly replyTs: string | null;
  /** It was not posted before. Epoch milliseconds. */
  readonly sinceMs: number;
}

/**
 * What became of a last state. 'settled': it stands, or Slack will never take it; 'left': it was not brought there before
 * the bot stopped, or Slack did not answer: the next start has to.
 */
export type Ending = 'settled' | 'left';

/** What the form of "Edit & run" begins with, and where its code will run. */
export interface CodeForm {
  readonly thread: ThreadRef;
  /** The message the button stands under. */
  readonly under: string;
  readonly step: number;
  readonly code: Code;
}

/** `text` may hold foreign words; the adapter escapes it. */
export interface ReportLine {
  readonly text: string;
  readonly thread?: ThreadRef;
}

export type ThreadContext =
  | { readonly ok: true; readonly text: string; readonly files: readonly InboundFile[] }
  | { readonly ok: false; readonly message: string };

export type OpenThreadResult =
  | { readonly ok: true; readonly channel: string; readonly threadTs: string }
  | { readonly ok: false; readonly reason: 'not-in-channel' | 'other'; readonly message: string };

export type DownloadResult =
  /** `name` and `mimetype` where Slack had to be asked what it is, because the message did not say. */
  | { readonly ok: true; readonly bytes: Uint8Array; readonly name?: string; readonly mimetype?: string }
  | { readonly ok: false; readonly message: string };

export interface Reply {
  readonly messageTs: string;
  /** Shows a state some time soon; later states replace it. May be dropped; never throws. */
  show(progress: Progress): void;
  /** The last state. Resolves when Slack has it (retried until it lands, else posted anew) or the bot stops. */
  finish(progress: Progress): Promise<Ending>;
  /** Uploads files to the thread. Resolves with one sentence for each file that could not be sent. */
  attach(attachments: readonly Attachment[]): Promise<readonly string[]>;
}

// ── Scratch ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where turns keep what is too long for memory until it has been sent. Nothing in it outlives the process. */
export interface Scratch {
  /** The files of one turn. */
  folder(turn: TurnId): ScratchFolder;
}

export interface ScratchFolder {
  /** A new file. Throws where the disk does not take it, as do the methods of the file. */
  create(name: string): ScratchFile;
  /** Takes the folder away, files that are still read included. Never rejects. */
  clear(): Promise<void>;
}

export interface ScratchFile {
  /** Returns when the system has taken it: whoever prints faster than that would fill the memory. */
  append(text: string): void;
  /** All that was appended. It is read from the disk each time it is read. */
  close(): Promise<Blob>;
}

// ── Store ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

export type * from './ports-store.ts';

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Passed in so that tests run on a fake one. */
export type { Clock } from './clock.ts';

/** What `slack/listeners` hands requests to. */
export interface Inbox {
  handle(request: Request): Promise<void>;
}
