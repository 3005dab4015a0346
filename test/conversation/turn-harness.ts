/** One turn on fakes: what it is given, what it says, what it writes down. */
import type {
  Attachment,
  Code,
  InboundFile,
  ModelMessage,
  SandboxId,
  Task,
  TurnEvent,
  TurnId,
  TurnOutcome,
} from '../../src/conversation/events.ts';
import type { TurnSettings } from '../../src/conversation/settings.ts';
import { runTurn } from '../../src/conversation/turn.ts';
import type { TurnDeps, TurnRecord } from '../../src/conversation/turn-context.ts';
import type { Model, ScratchFolder } from '../../src/ports.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { type FakeSandboxes, fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { memoryScratch } from '../fakes/memory-scratch.ts';
import { type QuietLog, quietLog } from '../fakes/quiet-log.ts';
import { type ScriptedReply, scriptedModel } from '../fakes/scripted-model.ts';

export const TURN = 'turn-1' as TurnId;
export const AT = Date.UTC(2026, 0, 5, 9, 0, 0);
export const CODE: Code = { language: 'python', source: 'print(1)' };

export const SETTINGS: TurnSettings = {
  maxAttempts: 3,
  maxSteps: 10,
  runTimeoutSeconds: 120,
  contextTokens: 100_000,
  modelLabel: 'scripted-1',
  timeZone: 'UTC',
  network: 'The network is off.',
};

export function python(source: string): Code {
  return { language: 'python', source };
}

export interface World {
  readonly deps: TurnDeps;
  readonly clock: FakeClock;
  readonly log: QuietLog;
  readonly sandboxes: FakeSandboxes;
  /** What the turn wrote down, a line each. */
  readonly written: string[];
  readonly messages: ModelMessage[];
  readonly attached: Attachment[];
  readonly stored: Map<string, Uint8Array>;
}

export interface WorldOptions {
  readonly replies?: readonly ScriptedReply[];
  readonly model?: Model;
  readonly sandboxes?: FakeSandboxes;
  readonly settings?: Partial<TurnSettings>;
  readonly record?: Partial<TurnRecord>;
  readonly scratch?: ScratchFolder;
}

export function world(options: WorldOptions = {}): World {
  const clock = new FakeClock(AT);
  const log = quietLog();
  const sandboxes = options.sandboxes ?? fakeSandboxes();
  const written: string[] = [];
  const messages: ModelMessage[] = [];
  const attached: Attachment[] = [];
  const stored = new Map<string, Uint8Array>();
  const record: TurnRecord = {
    sandbox: (id) => written.push(`sandbox ${id}`),
    runStarted: (step, attempt) => written.push(`run ${step} attempt ${attempt} started`),
    runFinished: (step, result, output) => written.push(`run ${step} ${result.kind}: ${JSON.stringify(output)}`),
    messages: (added) => {
      written.push(`messages ${added.map(({ role }) => role).join(', ')}`);
      messages.push(...added);
    },
    ...options.record,
  };
  const deps: TurnDeps = {
    model: options.model ?? scriptedModel(options.replies ?? []),
    sandboxes,
    record,
    attach: (attachments) => attached.push(...attachments),
    scratch: options.scratch ?? memoryScratch().folder(TURN),
    download: async (file) => {
      const bytes = stored.get(file.id);
      return bytes ? { ok: true, bytes } : { ok: false, message: 'it could not be fetched.' };
    },
    clock,
    log,
    settings: { ...SETTINGS, ...options.settings },
  };
  return { deps, clock, log, sandboxes, written, messages, attached, stored };
}

export interface Given {
  readonly task?: Task;
  readonly files?: readonly InboundFile[];
  readonly history?: readonly ModelMessage[];
  readonly lastSandbox?: string;
  readonly signal?: AbortSignal;
  /** Called with each event as it comes. */
  readonly onEvent?: (event: TurnEvent) => void;
}

/** All events of a turn. */
export async function play({ deps }: World, given: Given = {}): Promise<TurnEvent[]> {
  const input = {
    turn: TURN,
    thread: { team: 'T1', channel: 'C1', threadTs: '1.1' },
    task: given.task ?? ({ kind: 'ask', text: 'Do it.' } as const),
    files: given.files ?? [],
    history: given.history ?? [],
    lastSandbox: given.lastSandbox as SandboxId | undefined,
  };
  const events: TurnEvent[] = [];
  for await (const event of runTurn(deps, input, given.signal ?? new AbortController().signal)) {
    events.push(event);
    given.onEvent?.(event);
  }
  return events;
}

export function outcomeOf(events: readonly TurnEvent[]): TurnOutcome | undefined {
  const last = events.at(-1);
  return last?.type === 'turn.finished' ? last.outcome : undefined;
}

/** One word for each event, and what tells it from others of its type. */
export function outline(events: readonly TurnEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'run.started':
        return `run.started ${event.step}/${event.attempt}`;
      case 'run.finished':
        return `run.finished ${event.result.kind}`;
      case 'run.output':
        return `run.output ${event.output.text.trim()}`;
      case 'attempt.repairing':
        return `attempt.repairing ${event.attempt} of ${event.of}: ${event.error}`;
      case 'sandbox.opened':
        return `sandbox.opened${event.lost ? ' lost' : ''}`;
      case 'artifacts.found':
        return `artifacts.found ${event.names.join(' ')}`;
      case 'turn.note':
        return `turn.note ${event.text}`;
      case 'turn.finished':
        return `turn.finished ${event.outcome.kind}`;
      default:
        return event.type;
    }
  });
}

/** The outline without what only streams. */
export function steps(events: readonly TurnEvent[]): string[] {
  return outline(events).filter((line) => !/^(model\.(text|code)|run\.output)/.test(line));
}

/** Resolves once `condition` holds, however many rounds of the event loop that takes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
