/** What the bot keeps: the Store port and its rows. Types only. */
import type {
  Code,
  InboundFile,
  Language,
  ModelMessage,
  RunError,
  RunResult,
  SandboxId,
  Task,
  ThreadKey,
  TokenUsage,
  TurnId,
  TurnOutcome,
} from './conversation/events.ts';

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

export interface TurnEnd {
  readonly outcome: TurnOutcome;
  readonly usage: TokenUsage;
  readonly endedMs: number;
}

export interface ThreadRow {
  readonly key: ThreadKey;
  readonly sandbox: SandboxId | null;
  readonly createdMs: number;
  readonly lastActiveMs: number;
  /** Ended by a person: replies without a mention are not for us until a turn opens it again. */
  readonly closed: boolean;
}

export interface RunRow {
  readonly turn: TurnId;
  readonly step: number;
  readonly attempt: number;
  readonly code: Code;
  readonly startedMs: number;
}

/** A run as it is kept, with what it raised. */
export interface PastRun extends RunRow {
  /** How it ended, without what it displayed; null while it runs, or when the process ended first. */
  readonly result: RunResult | null;
  /** Its bounded output; empty until it has ended. */
  readonly output: string;
  readonly error: Pick<RunError, 'name' | 'value'> | null;
}

/** A kernel of a sandbox, as far as it was last seen. */
export interface KernelRow {
  readonly language: Language;
  /** The number that was set in it after a run, and in a file beside it; 0: none yet. Greater means later. */
  readonly mark: number;
  /** Code was begun in it, and nobody has seen its end. */
  readonly busy: boolean;
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
   * the same post make one turn. Where there is no message, `claim` is claimed in its place.
   */
  acceptTurn(turn: TurnRow, claim?: string): 'accepted' | 'taken';
  /** Adds files to the turn of that message until it ends: either copy of a post may lack them. */
  addFiles(team: string, channel: string, ts: string, files: readonly InboundFile[]): void;
  /** The files of the thread's turns before that one, turn by turn, oldest first. Turns without files are left out. */
  filesBefore(id: TurnId): readonly (readonly InboundFile[])[];
  /** The turn that came from that message, if it made one. */
  turnOfMessage(team: string, channel: string, ts: string): TurnRow | undefined;
  /** Gives a turn that still waits another task and other files. False when it does not wait any more. */
  changeTask(id: TurnId, task: Task, files: readonly InboundFile[]): boolean;

  thread(key: ThreadKey): ThreadRow | undefined;
  /** Makes the thread's row if there is none, touches it, and opens it again if it was closed. */
  touchThread(key: ThreadKey, nowMs: number): ThreadRow;
  bindSandbox(key: ThreadKey, sandbox: SandboxId): void;
  /** The thread has no sandbox any more. Returns the one it had. */
  releaseSandbox(key: ThreadKey): SandboxId | null;
  /** The thread that a sandbox is bound to. */
  threadOfSandbox(sandbox: SandboxId): ThreadRow | undefined;
  closeThread(key: ThreadKey, nowMs: number): void;
  /** The open threads of a channel whose first turn was this person's, the last used first. */
  threadsBegunBy(team: string, channel: string, user: string, limit: number): readonly ThreadRow[];

  /** The kernels in which code was run. */
  kernels(sandbox: SandboxId): readonly KernelRow[];
  /** Code is about to run in it: whoever finds it so after a crash has to look. */
  beginInKernel(sandbox: SandboxId, language: Language): void;
  endInKernel(sandbox: SandboxId, language: Language): void;
  /** For a kernel in which code was begun before. */
  markKernel(sandbox: SandboxId, language: Language, mark: number): void;
  /** The sandbox is gone. */
  forgetKernels(sandbox: SandboxId): void;

  insertTurn(turn: TurnRow): void;
  /** The turn is running and its message stands at `replyTs`. */
  startTurn(id: TurnId, nowMs: number): void;
  setReply(id: TurnId, replyTs: string): void;
  finishTurn(id: TurnId, outcome: TurnOutcome, usage: TokenUsage, nowMs: number): void;
  /** How a turn ended; undefined for one that has not, or that a stop of the process cut off. */
  endOf(id: TurnId): TurnEnd | undefined;
  turn(id: TurnId): TurnRow | undefined;
  /** Whether its thread has a later turn; one that was cancelled before it began does not count. */
  hasNewerTurn(id: TurnId): boolean;
  /** Turns that were queued or running when the process ended, oldest first. */
  unfinishedTurns(): readonly TurnRow[];
  markInterrupted(id: TurnId, nowMs: number): void;

  insertRun(run: RunRow): void;
  finishRun(turn: TurnId, step: number, result: RunResult, output: string, nowMs: number): void;
  /** The runs of a turn, in their order. */
  runsOf(turn: TurnId): readonly PastRun[];

  appendMessages(thread: ThreadKey, turn: TurnId, messages: readonly ModelMessage[], nowMs: number): void;
  /** The thread's history, oldest first. */
  messages(thread: ThreadKey): readonly StoredMessage[];

  close(): void;
}
