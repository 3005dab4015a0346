/** Sandboxes that do what a script says, for tests of the engine. They keep the promises of the port. */
import type { Failure, OutputChunk, RunResult, SandboxId, ThreadRef } from '../../src/conversation/events.ts';
import type { LeftCode, Losses, OpeningStage, Sandbox, Sandboxes, SandboxFile } from '../../src/ports.ts';

/** What one call of `run` does. */
export interface FakeRun {
  readonly prints?: readonly (OutputChunk | string)[];
  /** Files it writes, by path. */
  readonly writes?: Readonly<Record<string, string | Uint8Array>>;
  /** `ok` when it is left out. */
  readonly result?: RunResult;
  /** The sandbox is gone after it. */
  readonly ends?: boolean;
  /** Runs until it is stopped. */
  readonly untilStopped?: boolean;
  /** Does not even answer to a stop. */
  readonly hangs?: boolean;
  /** Breaks the port's promise. */
  readonly throws?: Error;
}

export interface FakeSandboxesOptions {
  readonly runs?: readonly FakeRun[];
  /** `open` fails with this. */
  readonly failure?: Failure;
  /** `open` breaks its promise. */
  readonly throws?: Error;
  /** `open` waits for this. */
  readonly openingTakes?: Promise<void>;
  /** Nothing that was opened before lives any more. */
  readonly forgetful?: boolean;
  /** What an `open` does before it ends. */
  readonly stages?: readonly OpeningStage[];
  /** What a sandbox that was opened before did not bring back. */
  readonly losses?: Losses;
  /** The answer of `takeOver`, or what it throws; `none` when it is left out. */
  readonly left?: LeftCode | Error;
  readonly brokenFiles?: boolean;
  readonly brokenPreviews?: boolean;
}

export interface FakeSandboxes extends Sandboxes {
  /** Every `open`, in order: the thread and the sandbox it asked for. */
  readonly opened: { thread: ThreadRef; last: SandboxId | undefined }[];
  /** Source of every run, in order. */
  readonly ran: string[];
  /** Openings that were aborted. */
  readonly abandoned: () => number;
  readonly files: Map<string, Uint8Array>;
  /** Sandboxes that were killed. */
  readonly ended: SandboxId[];
  /** Sandboxes that were released, in order. */
  readonly released: SandboxId[];
}

const NOTHING: Losses = { variables: [], files: false };
export const OK: RunResult = { kind: 'ok', durationMs: 12, results: [] };

export function failed(name: string, value: string): RunResult {
  const traceback = `Traceback (most recent call last):\n${name}: ${value}`;
  return { kind: 'failed', durationMs: 12, results: [], error: { name, value, traceback } };
}

export function fakeSandboxes(options: FakeSandboxesOptions = {}): FakeSandboxes {
  const runs = [...(options.runs ?? [])];
  const opened: FakeSandboxes['opened'] = [];
  const ran: string[] = [];
  const files = new Map<string, Uint8Array>();
  const modified = new Map<string, number>();
  const ended: SandboxId[] = [];
  const released: SandboxId[] = [];
  let abandoned = 0;
  let written = 0;

  const write = (path: string, content: string | Uint8Array): void => {
    files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
    modified.set(path, ++written);
  };
  const checkFiles = (): void => {
    if (options.brokenFiles) throw new Error('the files do not answer');
  };

  const sandbox = (id: SandboxId, fresh: boolean): Sandbox => ({
    id,
    fresh,
    resumed: false,
    losses: fresh ? NOTHING : (options.losses ?? NOTHING),
    release() {
      if (released.at(-1) !== id) released.push(id);
    },
    async run(code, onOutput, signal) {
      ran.push(code.source);
      const script = runs.shift() ?? {};
      if (script.ends) ended.push(id);
      if (script.throws) throw script.throws;
      for (const printed of script.prints ?? []) {
        await tick();
        if (signal.aborted) break;
        onOutput(typeof printed === 'string' ? { stream: 'stdout', text: printed } : printed);
      }
      for (const [path, content] of Object.entries(script.writes ?? {})) write(path, content);
      await tick();
      if (script.hangs) await new Promise(() => {});
      if (script.untilStopped && !signal.aborted) await aborted(signal);
      if (signal.aborted) return { kind: 'stopped', durationMs: 5, results: [], variables: 'kept' };
      return script.result ?? OK;
    },
    async put(path, content, signal) {
      signal.throwIfAborted();
      checkFiles();
      write(path, content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content);
    },
    async get(path, maxBytes, signal) {
      signal.throwIfAborted();
      const bytes = files.get(path);
      return bytes && bytes.length <= maxBytes ? bytes : undefined;
    },
    async preview(path, signal) {
      signal.throwIfAborted();
      if (options.brokenPreviews) throw new Error('no preview');
      return files.has(path) ? `columns of ${path}` : undefined;
    },
    async list(signal): Promise<readonly SandboxFile[]> {
      signal.throwIfAborted();
      checkFiles();
      return [...files]
        .filter(([path]) => !path.startsWith('.'))
        .map(([path, bytes]) => ({ path, sizeBytes: bytes.length, modifiedMs: modified.get(path) ?? 0 }));
    },
  });

  return {
    opened,
    ran,
    files,
    ended,
    released,
    async takeOver(_id, signal) {
      signal.throwIfAborted();
      if (options.left instanceof Error) throw options.left;
      return options.left ?? { kind: 'none' };
    },
    abandoned: () => abandoned,
    async end(id, signal) {
      signal.throwIfAborted();
      ended.push(id);
    },
    async state(id, signal) {
      signal.throwIfAborted();
      return options.forgetful || ended.includes(id) ? 'gone' : 'running';
    },
    async open(thread, last, signal, onStage) {
      opened.push({ thread, last });
      for (const stage of options.stages ?? []) onStage?.(stage);
      if (options.throws) throw options.throws;
      if (options.openingTakes !== undefined) await Promise.race([options.openingTakes, aborted(signal)]);
      if (signal.aborted) {
        abandoned += 1;
        throw signal.reason;
      }
      if (options.failure) return { ok: false, failure: options.failure };
      const lives = last !== undefined && !options.forgetful && !ended.includes(last);
      const id = lives ? last : (`sbx-${opened.length}` as SandboxId);
      return { ok: true, sandbox: sandbox(id, !lives) };
    },
  };
}

function tick(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
