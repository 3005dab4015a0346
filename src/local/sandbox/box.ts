/**
 * One sandbox's processes and the lines between its agent and us. Nothing that comes out is trusted: unknown shapes and
 * numbers are dropped, a line that is too long ends the box.
 */
import { type Bwrap, type BwrapOptions, startBwrap } from './bwrap.ts';
import { AGENT_DIR } from './bwrap-options.ts';
import type { Cgroup } from './cgroup.ts';
import { type CommandFrame, type Frame, LineSplitter, parseFrame, type RunFrame } from './frames.ts';
import { freeze, thaw } from './process-tree.ts';

export interface BoxOptions extends BwrapOptions {
  /** Variables of everything that runs inside. */
  readonly envs: Readonly<Record<string, string>>;
}

/** Why the agent would not, in its own code. */
export interface Refused {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

export type Answer = { readonly ok: true; readonly value: unknown } | Refused;

export type BoxReady = { readonly ok: true } | { readonly ok: false; readonly said: string };

const COMMAND = ['/usr/bin/python3', `${AGENT_DIR}/start.py`];
const ANSWER_DEADLINE_MS = 60_000;
/** Unread requests: only an agent that has been tampered with lets so much pile up. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Code may write to its kernel's own descriptors, by mistake or not; beyond this it only keeps us busy. */
const MAX_STRAY_LINES = 1_000;
const ENDED: Refused = { ok: false, code: 'unavailable', message: 'the sandbox has ended' };

export class Box {
  /** Settles once the agent answers, or with what was said when it could not start. */
  readonly ready: Promise<BoxReady>;
  /** Resolves with the reason, in words for the log. */
  readonly ended: Promise<string>;
  readonly #bwrap: Bwrap;
  readonly #cgroup: Cgroup | undefined;
  /** How often the kernel has ended something in it, as far as its reader was told. */
  #memoryKills = 0;
  readonly #listeners = new Map<number, (frame: Frame) => void>();
  readonly #commands = new Map<number, (frame: CommandFrame) => void>();
  #count = 0;
  #strays = 0;
  #frozen = false;
  #reason: string | undefined;
  #idleDeath: (context: string, memory: boolean) => void = () => {};
  #isReady: (ready: BoxReady) => void = () => {};

  constructor(options: BoxOptions) {
    this.#cgroup = options.cgroup;
    this.#bwrap = startBwrap(options, COMMAND);
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve;
    });
    this.ended = this.#bwrap.ended.then(() => this.#wasEnded());
    const splitter = new LineSplitter((line) => this.#hear(line));
    this.#bwrap.output.on('data', (data: Buffer) => {
      if (!splitter.push(data)) void this.end('it sent a frame that is too long');
    });
    this.#write({ limits: options.limits.rlimits, envs: options.envs });
  }

  get pid(): number | undefined {
    return this.#bwrap.innerPid();
  }

  /** True while a run or a command may use the machine. */
  get busy(): boolean {
    return this.#listeners.size > 0 || this.#commands.size > 0;
  }

  /** One request, one answer; never rejects. `at` is called with a good answer before any frame that follows it. */
  ask(op: string, fields: object, at: (value: unknown) => void = () => {}): Promise<Answer> {
    if (this.#reason !== undefined || this.#bwrap.input.writableLength > MAX_WAITING_BYTES)
      return Promise.resolve(ENDED);
    return new Promise((resolve) => {
      const id = this.#nextId();
      const answer = (value: Answer) => {
        clearTimeout(deadline);
        this.#listeners.delete(id);
        resolve(value);
      };
      const late = () => {
        // Nobody answers while time stands still.
        if (this.#frozen) deadline = setTimeout(late, ANSWER_DEADLINE_MS);
        else answer(ENDED);
      };
      let deadline = setTimeout(late, ANSWER_DEADLINE_MS);
      this.#listeners.set(id, (frame) => {
        if (frame.t === 'fail') answer({ ok: false, code: frame.code, message: frame.message });
        if (frame.t !== 'result') return;
        at(frame.value);
        answer({ ok: true, value: frame.value });
      });
      this.#write({ op, id, ...fields });
    });
  }

  /** A request without an answer. */
  tell(op: string, fields: object): void {
    this.#write({ op, ...fields });
  }

  /** Starts a run; its frames end with `done`, `died` or `fail`. Returns its number. */
  run(fields: object, onFrame: (frame: RunFrame | Extract<Frame, { t: 'fail' }>) => void): number {
    const id = this.#nextId();
    if (this.#reason !== undefined) {
      queueMicrotask(() => onFrame({ t: 'fail', id, code: ENDED.code, message: ENDED.message }));
      return id;
    }
    this.#listeners.set(id, (frame) => {
      if (frame.t === 'done' || frame.t === 'died' || frame.t === 'fail') this.#listeners.delete(id);
      if (isRunFrame(frame)) onFrame(frame);
    });
    this.#write({ op: 'exec', id, ...fields });
    // What has been ended before is not why this run's kernel dies.
    this.#ranOutOfMemory();
    return id;
  }

  /** `listener` hears of kernels that die while nothing runs in them; one at a time. */
  onIdleDeath(listener: (context: string, memory: boolean) => void): void {
    this.#idleDeath = listener;
  }

  /** Frames of a command, until its `exit`. */
  listenToCommand(pid: number, listener: (frame: CommandFrame) => void): void {
    this.#commands.set(pid, listener);
  }

  freeze(): void {
    this.#frozen = true;
    if (this.#cgroup?.freeze(true)) return;
    if (this.pid !== undefined) freeze(this.pid);
  }

  thaw(): void {
    this.#frozen = false;
    if (this.#cgroup?.freeze(false)) return;
    if (this.pid !== undefined) thaw(this.pid);
  }

  /** Ends everything inside at once. */
  end(reason: string): Promise<string> {
    this.#reason ??= reason;
    this.#bwrap.kill();
    return this.ended;
  }

  #wasEnded(): string {
    this.#reason ??= this.#ranOutOfMemory() ? 'the kernel ended it for want of memory' : 'its first process ended';
    this.#isReady({ ok: false, said: this.#bwrap.said() });
    // Whoever waits for `ended` comes first: to its clients a lost sandbox is a lost connection, not an answer.
    setImmediate(() => this.#failAll());
    return this.#reason;
  }

  #failAll(): void {
    for (const [id, listener] of this.#listeners) listener({ t: 'fail', id, code: ENDED.code, message: ENDED.message });
    this.#listeners.clear();
    this.#commands.clear();
  }

  #nextId(): number {
    this.#count += 1;
    return this.#count;
  }

  #write(request: object): void {
    this.#bwrap.input.write(`${JSON.stringify(request)}\n`);
  }

  /** Nothing that a sandbox sends may end more than the sandbox. */
  #hear(line: Buffer): void {
    if (this.#reason !== undefined) return;
    const frame = parseFrame(line);
    if (!frame) this.#strays += 1;
    if (this.#strays > MAX_STRAY_LINES) void this.end('it sent too much that is no frame');
    try {
      if (frame) this.#take(frame);
    } catch {
      void this.end('it sent what cannot be handled');
    }
  }

  #take(frame: Frame): void {
    if (frame.t === 'ready') this.#isReady({ ok: true });
    else if (frame.t === 'piece' || frame.t === 'exit') this.#takeCommand(frame);
    else if (frame.t === 'died') this.#takeDeath(frame);
    else this.#listeners.get(frame.id)?.(frame);
  }

  /** The agent does not know of what the kernel of the machine has ended. */
  #takeDeath(frame: Extract<Frame, { t: 'died' }>): void {
    const memory = frame.memory || this.#ranOutOfMemory();
    if (frame.id === null) this.#idleDeath(frame.context, memory);
    else this.#listeners.get(frame.id)?.({ ...frame, memory });
  }

  #ranOutOfMemory(): boolean {
    const before = this.#memoryKills;
    this.#memoryKills = this.#cgroup?.memoryKills() ?? 0;
    return this.#memoryKills > before;
  }

  #takeCommand(frame: CommandFrame): void {
    const listener = this.#commands.get(frame.pid);
    if (frame.t === 'exit') this.#commands.delete(frame.pid);
    listener?.(frame);
  }
}

function isRunFrame(frame: Frame): frame is RunFrame | Extract<Frame, { t: 'fail' }> {
  return !['ready', 'result', 'piece', 'exit'].includes(frame.t);
}
