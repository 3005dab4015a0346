/** A sandbox's commands as the host knows them: who listens, what may be asked of them. */
import { z } from 'zod';
import type { Answer, Box, Refused } from './box.ts';
import type { CommandFrame } from './frames.ts';

export interface CommandConfig {
  readonly cmd: string;
  readonly args: readonly string[];
  readonly envs: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
}

export type Selector = { readonly pid: number } | { readonly tag: string };

export type Started = { readonly ok: true; readonly command: Command } | Refused;

const startedSchema = z.object({ pid: z.number().int().positive() });

export class Commands {
  readonly #box: Box;
  readonly #running = new Map<number, Command>();

  constructor(box: Box) {
    this.#box = box;
  }

  list(): Command[] {
    return [...this.#running.values()];
  }

  find(selector: Selector): Command | undefined {
    if ('pid' in selector) return this.#running.get(selector.pid);
    return this.list().find((command) => command.tag === selector.tag);
  }

  /** `listener` hears everything from the start. */
  async start(config: CommandConfig, stdin: boolean, tag: string | undefined, listener: Listener): Promise<Started> {
    let command: Command | undefined;
    const fields = { ...config, cwd: config.cwd ?? '', stdin };
    const answer = await this.#box.ask('start', fields, (value) => {
      command = this.#add(startedSchema.safeParse(value).data?.pid, config, tag, listener);
    });
    if (!answer.ok) return answer;
    return command ? { ok: true, command } : { ok: false, code: 'internal', message: 'the command has no number' };
  }

  #add(pid: number | undefined, config: CommandConfig, tag: string | undefined, first: Listener): Command | undefined {
    if (pid === undefined || this.#running.has(pid)) return undefined;
    const command = new Command(this.#box, pid, config, tag);
    command.listen(first);
    this.#running.set(pid, command);
    this.#box.listenToCommand(pid, (frame) => {
      if (frame.t === 'exit') this.#running.delete(pid);
      command.hear(frame);
    });
    return command;
  }
}

export type Listener = (frame: CommandFrame) => void;

export class Command {
  readonly pid: number;
  readonly config: CommandConfig;
  readonly tag: string | undefined;
  /** It has exited. */
  over = false;
  readonly #box: Box;
  readonly #listeners = new Set<Listener>();
  /** Listeners that cannot take more right now. */
  readonly #full = new Set<Listener>();

  constructor(box: Box, pid: number, config: CommandConfig, tag: string | undefined) {
    this.#box = box;
    this.pid = pid;
    this.config = config;
    this.tag = tag;
  }

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
    this.flow(listener, true);
  }

  hear(frame: CommandFrame): void {
    if (frame.t === 'exit') this.over = true;
    for (const listener of this.#listeners) listener(frame);
  }

  /** The command waits while any of its listeners is full. */
  flow(listener: Listener, on: boolean): void {
    const before = this.#full.size === 0;
    if (on) this.#full.delete(listener);
    else this.#full.add(listener);
    const now = this.#full.size === 0;
    if (now !== before) this.#box.tell('flow', { pid: this.pid, on: now });
  }

  signal(name: string): Promise<Answer> {
    return this.#box.ask('signal', { pid: this.pid, signal: name });
  }

  /** `data` in base64. */
  feed(data: string): Promise<Answer> {
    return this.#box.ask('input', { pid: this.pid, data });
  }

  endInput(): Promise<Answer> {
    return this.#box.ask('eof', { pid: this.pid });
  }
}
