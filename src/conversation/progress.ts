/** What a person sees of a turn, as data: every TurnEvent folded into one snapshot, purely. Rendering is elsewhere. */
import {
  type Code,
  never,
  type RunResult,
  type SandboxOrigin,
  type TokenUsage,
  type TurnEvent,
  type TurnId,
  type TurnOutcome,
} from './events.ts';
import { emptyOutput, type Output } from './output.ts';

export type Phase =
  | 'starting'
  | 'thinking'
  | 'writing'
  | 'opening'
  | 'waiting'
  | 'resuming'
  | 'running'
  | 'repairing'
  | 'finishing'
  | 'finished';

export interface WordsPart {
  readonly kind: 'words';
  readonly text: string;
}

export interface StepPart {
  readonly kind: 'step';
  readonly step: number;
  readonly attempt: number;
  readonly code: Code;
  readonly output: Output;
  readonly startedAt: number;
  /** null while it runs. */
  readonly result: RunResult | null;
}

export type Part = WordsPart | StepPart;

export interface Progress {
  readonly turn: TurnId;
  readonly phase: Phase;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** The time of the last event. */
  readonly updatedAt: number;
  /** The attempt under way, 1-based; after a success it starts at 1 again. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** Turns that get a sandbox before this one; holds while it waits for one. */
  readonly ahead: number;
  /** Words and steps in the order they came. */
  readonly parts: readonly Part[];
  /** Code the model is writing now. */
  readonly draft: Code | null;
  readonly artifacts: readonly string[];
  readonly notes: readonly string[];
  readonly usage: TokenUsage;
  /** US dollars; null where no prices are configured or no model was asked. */
  readonly costUsd: number | null;
  /** Where this turn's sandbox came from; null while none has been opened. */
  readonly sandbox: SandboxOrigin | null;
  /** True when this turn opened a new sandbox although the thread had one. */
  readonly sandboxLost: boolean;
  readonly outcome: TurnOutcome | null;
  /** A person's own code, run as it is: no model had a hand in it. */
  readonly asIs: boolean;
}

/** A turn of which nothing is known yet but that it was asked for. */
export function startProgress(turn: TurnId, at: number, maxAttempts: number, asIs = false): Progress {
  return {
    turn,
    phase: 'starting',
    startedAt: at,
    updatedAt: at,
    attempt: 1,
    maxAttempts,
    ahead: 0,
    parts: [],
    draft: null,
    artifacts: [],
    notes: [],
    usage: { inputTokens: 0, outputTokens: 0 },
    costUsd: null,
    sandbox: null,
    sandboxLost: false,
    outcome: null,
    asIs,
  };
}

/** The snapshot after one more event. Never throws; a finished turn stays as it is. */
export function foldProgress(progress: Progress, event: TurnEvent): Progress {
  if (progress.phase === 'finished') return progress;
  return { ...progress, updatedAt: event.at, ...change(progress, event) };
}

function change(progress: Progress, event: TurnEvent): Partial<Progress> {
  switch (event.type) {
    case 'turn.started':
      return { turn: event.turn, maxAttempts: event.maxAttempts };
    case 'turn.finished':
      return { phase: 'finished', outcome: event.outcome, draft: null };
    case 'model.started':
      return { phase: 'thinking', draft: null };
    case 'model.text':
      return { parts: withWords(progress.parts, event.delta, event.snapshot) };
    case 'model.code':
      // A repair stays a repair until its code runs.
      return {
        phase: progress.phase === 'repairing' ? 'repairing' : 'writing',
        draft: { language: event.language, source: event.snapshot },
      };
    case 'model.finished':
      return {
        usage: sum(progress.usage, event.usage),
        costUsd: event.costUsd === undefined ? progress.costUsd : (progress.costUsd ?? 0) + event.costUsd,
        phase: progress.draft ? progress.phase : 'finishing',
      };
    case 'sandbox.opening':
      return { phase: 'opening' };
    case 'sandbox.waiting':
      return { phase: 'waiting', ahead: event.ahead };
    case 'sandbox.resuming':
      return { phase: 'resuming' };
    case 'sandbox.opened':
      return {
        ...afterOpening(progress),
        sandboxLost: progress.sandboxLost || event.lost,
        // One that woke so fast that nobody waited was simply there.
        sandbox: event.origin === 'resumed' && progress.phase !== 'resuming' ? 'kept' : event.origin,
      };
    case 'run.started': {
      const { step, attempt, code, at } = event;
      const part: StepPart = { kind: 'step', step, attempt, code, output: emptyOutput(), startedAt: at, result: null };
      return { phase: 'running', attempt, draft: null, parts: [...progress.parts, part] };
    }
    case 'run.output':
      return { parts: withStep(progress.parts, (step) => ({ ...step, output: event.output })) };
    case 'run.finished':
      return { parts: withStep(progress.parts, (step) => ({ ...step, result: event.result })) };
    case 'attempt.repairing':
      return { phase: 'repairing', attempt: event.attempt };
    case 'artifacts.found':
      return { artifacts: [...new Set([...progress.artifacts, ...event.names])] };
    case 'turn.note':
      return { notes: [...progress.notes, event.text] };
    default:
      return never(event);
  }
}

/** Where another sandbox took the place of a lost one, the step that had not begun runs there. */
function afterOpening({ parts }: Progress): Partial<Progress> {
  const last = parts.at(-1);
  return last?.kind === 'step' && last.result === null ? { phase: 'running' } : {};
}

/** The words of one reply are one part. A snapshot that is all delta begins a reply. */
function withWords(parts: readonly Part[], delta: string, snapshot: string): readonly Part[] {
  const last = parts.at(-1);
  const goesOn = last?.kind === 'words' && snapshot !== delta && snapshot.startsWith(last.text);
  return [...(goesOn ? parts.slice(0, -1) : parts), { kind: 'words', text: snapshot }];
}

/** Changes the step that runs; output without one is let go. */
function withStep(parts: readonly Part[], change: (step: StepPart) => StepPart): readonly Part[] {
  const last = parts.at(-1);
  if (last?.kind !== 'step' || last.result !== null) return parts;
  return [...parts.slice(0, -1), change(last)];
}

function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  const read = (a.cacheReadTokens ?? 0) + (b.cacheReadTokens ?? 0);
  const written = (a.cacheWriteTokens ?? 0) + (b.cacheWriteTokens ?? 0);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(read > 0 && { cacheReadTokens: read }),
    ...(written > 0 && { cacheWriteTokens: written }),
  };
}
