/**
 * All sandboxes: made, paused, resumed and ended here and nowhere else. Pausing and resuming happen in one go, so no
 * request ever sees a sandbox between two states.
 */
import { availableParallelism, freemem, totalmem } from 'node:os';
import type { LocalLog } from '../log.ts';
import { Box } from './box.ts';
import { machineFloor, nextMeasure } from './budget.ts';
import type { GuestFile } from './bwrap-options.ts';
import { type Cgroups, openCgroups } from './cgroup.ts';
import type { Clock } from './clock.ts';
import { shareOf } from './crowd.ts';
import { explain } from './explain.ts';
import type { Wall } from './probe.ts';
import { Sandbox, type SandboxSettings } from './sandbox.ts';
import { watch } from './watch.ts';
import { takeSample } from './watchdog.ts';

export interface SandboxesOptions {
  readonly wall: Wall;
  readonly files: readonly GuestFile[];
  readonly clock: Clock;
  readonly log: LocalLog;
  /** Running at once; paused ones do not count, as in E2B. */
  readonly maxRunning: number;
  /** All of them together, paused ones included. */
  readonly memoryBudgetMb: number;
  /** Bytes of the machine's memory that are still to be had. */
  readonly availableMemory?: () => number;
}

export type Made = { readonly ok: true; readonly sandbox: Sandbox } | NoRoom;

/** As an HTTP status and a sentence. */
export interface NoRoom {
  readonly ok: false;
  readonly status: 429 | 503;
  readonly message: string;
}

interface Kept {
  readonly sandbox: Sandbox;
  readonly stopWatching: () => void;
  cancelExpiry: () => void;
}

const MB = 1024 * 1024;
const BUDGET_INTERVAL_MS = 1_000;
/** What one needs that has just begun to start, about. */
const STARTING_MB = 64;
/** How often the largest gives up a kernel before it ends: most of it may be in files. */
const RELIEF_ATTEMPTS = 3;
const START_DEADLINE_MS = 60_000;

export class Sandboxes {
  readonly #options: SandboxesOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #starting = new Set<Box>();
  readonly #budgetTimer: NodeJS.Timeout;
  readonly #cgroups: Cgroups | undefined;
  #made = 0;
  /** Who gave up a kernel last, and how often in a row. */
  #relieved: { readonly sandbox: Sandbox; readonly times: number } | undefined;

  constructor(options: SandboxesOptions) {
    this.#options = options;
    this.#cgroups = openCgroups({ budgetMb: options.memoryBudgetMb, log: options.log });
    this.#budgetTimer = setInterval(() => this.#holdMemory(), BUDGET_INTERVAL_MS);
    this.#budgetTimer.unref();
  }

  /** What holds the limits, in words for the health check. */
  get heldBy(): string {
    return this.#cgroups ? 'control groups and a watchdog' : 'a watchdog';
  }

  find(id: string): Sandbox | undefined {
    return this.#kept.get(id)?.sandbox;
  }

  all(): Sandbox[] {
    return [...this.#kept.values()].map((kept) => kept.sandbox);
  }

  /** Resolves when its agent answers. */
  async create(settings: SandboxSettings, lifetimeMs: number): Promise<Made> {
    const full = this.#full();
    if (full) return full;
    const { wall, files, clock } = this.#options;
    const { layout, limits } = wall;
    const cgroup = this.#cgroups?.make(limits);
    this.#made += 1;
    const box = new Box({ layout, limits, files, envs: settings.envs, cgroup, slot: this.#made });
    this.#starting.add(box);
    const tooLate = setTimeout(() => void box.end('it did not start'), START_DEADLINE_MS);
    const ready = await box.ready;
    clearTimeout(tooLate);
    this.#starting.delete(box);
    if (!ready.ok) return { ok: false, status: 503, message: explain(ready.said, process.platform) };
    const now = clock.now();
    const sandbox = new Sandbox(settings, box, now, now + lifetimeMs);
    this.#measure(sandbox);
    this.#keep(sandbox);
    return { ok: true, sandbox };
  }

  /** Wakes a paused one up, or prolongs a running one's life; never shortens it. */
  connect(sandbox: Sandbox, lifetimeMs: number): { readonly ok: true; readonly resumed: boolean } | NoRoom {
    const endAt = this.#options.clock.now() + lifetimeMs;
    if (sandbox.state === 'running') {
      this.setEnd(sandbox, Math.max(sandbox.endAt, endAt));
      return { ok: true, resumed: false };
    }
    if (this.#running() >= this.#options.maxRunning) return this.#tooMany();
    sandbox.box.thaw();
    sandbox.state = 'running';
    this.setEnd(sandbox, endAt);
    return { ok: true, resumed: true };
  }

  setEnd(sandbox: Sandbox, endAt: number): void {
    const kept = this.#kept.get(sandbox.id);
    if (!kept) return;
    kept.cancelExpiry();
    sandbox.endAt = endAt;
    if (sandbox.state === 'paused') return;
    kept.cancelExpiry = this.#options.clock.after(endAt - this.#options.clock.now(), () => this.#expire(sandbox));
  }

  /** Memory stays, time stops, and whoever is connected is cut off: what runs goes on after the pause. */
  pause(sandbox: Sandbox): void {
    if (sandbox.state === 'paused') return;
    this.#kept.get(sandbox.id)?.cancelExpiry();
    sandbox.state = 'paused';
    sandbox.pausedAt = this.#options.clock.now();
    sandbox.box.freeze();
    sandbox.cut();
    this.#measure(sandbox);
  }

  /** Resolves when nothing of it is left. */
  async end(sandbox: Sandbox, reason: string): Promise<void> {
    this.#drop(sandbox);
    await sandbox.box.end(reason);
  }

  async stop(): Promise<void> {
    clearInterval(this.#budgetTimer);
    const ends = this.all().map((sandbox) => this.end(sandbox, 'the host stops'));
    const starts = [...this.#starting].map((box) => box.end('the host stops'));
    await Promise.all([...ends, ...starts]);
    await this.#cgroups?.close();
  }

  #keep(sandbox: Sandbox): void {
    const stopWatching = watch(sandbox, this.#options.wall.limits, () => this.#share(), this.#options.log);
    this.#kept.set(sandbox.id, { sandbox, stopWatching, cancelExpiry: () => {} });
    this.setEnd(sandbox, sandbox.endAt);
    void sandbox.box.ended.then((reason) => {
      this.#drop(sandbox);
      this.#options.log('info', 'a sandbox has ended', { sandbox: sandbox.id, reason });
    });
  }

  #drop(sandbox: Sandbox): void {
    const kept = this.#kept.get(sandbox.id);
    if (!kept) return;
    kept.cancelExpiry();
    kept.stopWatching();
    this.#kept.delete(sandbox.id);
    sandbox.cut();
  }

  #expire(sandbox: Sandbox): void {
    if (sandbox.settings.autoPause) this.pause(sandbox);
    else void this.end(sandbox, 'its time is over');
  }

  #share(): number {
    if (this.#cgroups?.holdsProcessors) return Number.POSITIVE_INFINITY;
    return shareOf(availableParallelism(), this.all().filter((sandbox) => sandbox.box.busy).length);
  }

  #full(): NoRoom | undefined {
    if (this.#running() >= this.#options.maxRunning) return this.#tooMany();
    this.#endPaused();
    const { memoryBudgetMb } = this.#options;
    if (this.#memoryMb() + STARTING_MB <= memoryBudgetMb) return undefined;
    return {
      ok: false,
      status: 429,
      message: `the running sandboxes use all of the ${memoryBudgetMb} MB they may use`,
    };
  }

  #running(): number {
    return this.all().filter((sandbox) => sandbox.state === 'running').length + this.#starting.size;
  }

  #tooMany(): NoRoom {
    const message = `you have reached the maximum number of concurrent sandboxes (${this.#options.maxRunning}) of this host`;
    return { ok: false, status: 429, message };
  }

  /** Makes room for one more. */
  #endPaused(): void {
    while (this.#memoryMb() + STARTING_MB > this.#options.memoryBudgetMb) {
      const measure = nextMeasure(this.all());
      if (measure?.kind !== 'end') return;
      this.#endForMemory(measure.tenant);
    }
  }

  /** One measure at a time: what it gives back is seen the next time. */
  #holdMemory(): void {
    const available = (this.#options.availableMemory ?? freemem)();
    const isShort = () => available < machineFloor(totalmem()) || this.#memoryMb() > this.#options.memoryBudgetMb;
    // What is known of one that rests is up to a second old: the wrong one would give way.
    if (isShort()) for (const sandbox of this.all()) this.#measure(sandbox);
    const measure = isShort() ? nextMeasure(this.all()) : undefined;
    const before = this.#relieved;
    this.#relieved = undefined;
    if (measure?.kind === 'end') this.#endForMemory(measure.tenant);
    else if (measure) this.#relieve(measure.tenant, before?.sandbox === measure.tenant ? before.times + 1 : 1);
  }

  /** `times`: in a row, this one included. */
  #relieve(sandbox: Sandbox, times: number): void {
    if (times > RELIEF_ATTEMPTS) this.#endForMemory(sandbox);
    else {
      this.#relieved = { sandbox, times };
      this.#options.log('warn', 'the largest kernel of a sandbox ends: memory is short', { sandbox: sandbox.id });
      sandbox.box.tell('relieve', {});
    }
  }

  #endForMemory(sandbox: Sandbox): void {
    this.#options.log('warn', 'a sandbox ends: memory is short', { sandbox: sandbox.id, state: sandbox.state });
    void this.end(sandbox, `memory was short while it was ${sandbox.state}`);
  }

  /** Exactly: it may stay so for long, or decide who gives way. */
  #measure(sandbox: Sandbox): void {
    const { pid } = sandbox.box;
    if (pid !== undefined) sandbox.memoryBytes = takeSample(pid, 0).memoryBytes;
  }

  #memoryMb(): number {
    return this.all().reduce((sum, sandbox) => sum + sandbox.memoryBytes, 0) / MB + this.#starting.size * STARTING_MB;
  }
}
