/** What a turn is given, and what it knows while it goes on. */
import type { Log } from '../log.ts';
import type { Clock, DownloadResult, Model, Sandboxes, SandboxFile, ScratchFolder } from '../ports.ts';
import type {
  Attachment,
  Code,
  InboundFile,
  ModelMessage,
  RunResult,
  SandboxId,
  Task,
  ThreadRef,
  TurnId,
} from './events.ts';
import type { Attempt } from './retry.ts';
import type { TurnSettings } from './settings.ts';

/** Where a turn writes down what it does, before or as it does it. Every method may throw StorageError. */
export interface TurnRecord {
  /** The thread's sandbox is this one from now on. */
  sandbox(id: SandboxId): void;
  runStarted(step: number, attempt: number, code: Code): void;
  /** `output` is an excerpt. */
  runFinished(step: number, result: RunResult, output: string): void;
  messages(messages: readonly ModelMessage[]): void;
}

export interface TurnDeps {
  readonly model: Model;
  readonly sandboxes: Sandboxes;
  readonly record: TurnRecord;
  /** Takes files for the thread; returns at once. */
  readonly attach: (attachments: readonly Attachment[]) => void;
  readonly download: (file: InboundFile, maxBytes: number, signal: AbortSignal) => Promise<DownloadResult>;
  /** The turn's files as they are known now: some may have come after it began. */
  readonly filesNow?: () => readonly InboundFile[];
  /** The files of the thread's earlier turns, turn by turn, oldest first. */
  readonly earlierFiles?: () => readonly (readonly InboundFile[])[];
  /** For output that is too long for memory. */
  readonly scratch: ScratchFolder;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: TurnSettings;
}

export interface TurnInput {
  readonly turn: TurnId;
  readonly thread: ThreadRef;
  readonly task: Task;
  /** What stood in the thread before the bot was asked there for the first time, for the model. */
  readonly quoted?: string;
  readonly files: readonly InboundFile[];
  /** The thread's conversation before this turn. */
  readonly history: readonly ModelMessage[];
  readonly lastSandbox: SandboxId | undefined;
}

/** The state of one turn. Only the turn's own generator changes it, so nothing in it can race. */
export class TurnContext {
  readonly deps: TurnDeps;
  readonly input: TurnInput;
  readonly signal: AbortSignal;
  /** The thread's conversation, this turn included. */
  readonly messages: ModelMessage[];
  /** All executions of this turn. */
  readonly attempts: Attempt[] = [];
  /** Calls in a row that could not be run at all. */
  badCalls = 0;
  /** A failing run that the model is to repair; announced when it begins to. */
  repair: { readonly attempt: number; readonly error: string } | null = null;
  /** How often a lost sandbox was replaced. */
  replacements = 0;
  /** Whether the thread has been told which sandbox it is. */
  sandboxAnnounced = false;
  /** Figures displayed so far, for their names. */
  figures = 0;
  /** Digests of what was sent to the thread. */
  readonly sent = new Set<string>();
  /** The files in the sandbox when the next run starts; undefined when they are not known. */
  listing: readonly SandboxFile[] | undefined;
  /** Ids of the attached files that were put into the sandbox, or could not be. */
  readonly placed = new Set<string>();
  /** Whether the model knows what the sandbox was opened with. */
  filesTold = false;
  /** What the model must be told with the next result. */
  notesForModel: string[] = [];

  constructor(deps: TurnDeps, input: TurnInput, signal: AbortSignal) {
    this.deps = deps;
    this.input = input;
    this.signal = signal;
    this.messages = [...input.history];
  }

  now(): number {
    return this.deps.clock.now();
  }

  /** Adds to the conversation, in the store first. */
  remember(messages: readonly ModelMessage[]): void {
    if (messages.length === 0) return;
    this.deps.record.messages(messages.map(withoutThought));
    this.messages.push(...messages);
  }
}

/** A thought is of use to the service while the turn goes on, and to nobody afterwards. */
function withoutThought(message: ModelMessage): ModelMessage {
  if (message.role !== 'assistant' || !message.thought) return message;
  const { thought: _, ...rest } = message;
  return rest;
}
