/** One sandbox of E2B's: a box, what it is called, how long it lives, and who is connected to it. */
import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Box } from './box.ts';
import { Commands } from './commands.ts';
import { Contexts } from './contexts.ts';

export type SandboxState = 'running' | 'paused';

/** What the creator asked for. */
export interface SandboxSettings {
  readonly templateId: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly envs: Readonly<Record<string, string>>;
  readonly autoPause: boolean;
  readonly autoResume: boolean;
  /** Kept to be told again: there is no network in any case. */
  readonly allowInternetAccess: boolean | undefined;
  readonly network: unknown;
}

const ID_LENGTH = 19;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** E2B's shape: an i and 19 small letters and digits. */
export function newSandboxId(): string {
  const letters = [...randomBytes(ID_LENGTH)].map((byte) => LETTERS[byte % LETTERS.length]);
  return `i${letters.join('')}`;
}

export class Sandbox {
  readonly id = newSandboxId();
  readonly accessToken = randomBytes(24).toString('hex');
  readonly trafficToken = randomBytes(24).toString('hex');
  readonly settings: SandboxSettings;
  readonly box: Box;
  readonly contexts: Contexts;
  readonly commands: Commands;
  readonly startedAt: number;
  /** Epoch milliseconds; holds while it runs. */
  endAt: number;
  state: SandboxState = 'running';
  pausedAt = 0;
  /** As last seen by the watchdog. */
  memoryBytes = 0;
  readonly #connections = new Set<ServerResponse>();

  constructor(settings: SandboxSettings, box: Box, startedAt: number, endAt: number) {
    this.settings = settings;
    this.box = box;
    this.contexts = new Contexts(box);
    this.commands = new Commands(box);
    this.startedAt = startedAt;
    this.endAt = endAt;
  }

  /** A request to the inside: it is cut when the sandbox stops. */
  attach(response: ServerResponse): void {
    this.#connections.add(response);
    response.once('close', () => this.#connections.delete(response));
  }

  cut(): void {
    for (const response of this.#connections) response.destroy();
  }
}
