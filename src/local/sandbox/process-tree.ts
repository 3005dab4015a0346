/** A sandbox's processes as the host's /proc shows them. Anything may have ended between two reads. */
import { readdirSync, readFileSync, statfsSync } from 'node:fs';

export function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/**
 * A process and all below it, parents first. Children hang on the thread that forked them, so every thread is asked.
 * What a sandbox leaves behind is adopted by its first process, so nothing escapes this walk.
 */
export function processTree(pid: number): number[] {
  const found = [pid];
  for (const parent of found) found.push(...children(parent));
  return found;
}

function children(pid: number): number[] {
  return entries(`/proc/${pid}/task`).flatMap((task) =>
    read(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  );
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

export interface Use {
  /** Memory that belongs to no file, in RAM or swapped out; shared pages count in every process: an upper bound. */
  readonly memoryBytes: number;
  /** What the kernel needs to keep track of it: a program can make that larger than the memory itself. */
  readonly pageTableBytes: number;
  readonly tasks: number;
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

/** Cheap: one read for each process. */
export function roughUse(pids: readonly number[]): Use {
  const statuses = pids.map((pid) => read(`/proc/${pid}/status`));
  const total = (name: string) => sum(statuses.map((text) => field(text, name)));
  return {
    memoryBytes: 1024 * (total('RssAnon') + total('RssShmem') + total('VmSwap')),
    pageTableBytes: 1024 * total('VmPTE'),
    tasks: total('Threads'),
  };
}

/** The memory with shared pages counted once: dear, so only before something is ended for it. */
export function exactMemory(pids: readonly number[]): number {
  const maps = pids.map((pid) => read(`/proc/${pid}/smaps_rollup`));
  return 1024 * sum(maps.map((text) => field(text, 'Pss_Anon') + field(text, 'Pss_Shmem') + field(text, 'SwapPss')));
}

/** How many threads of these processes want a processor right now. */
export function runnable(pids: readonly number[]): number {
  const states = pids.flatMap((pid) =>
    entries(`/proc/${pid}/task`).map((task) => read(`/proc/${pid}/task/${task}/stat`)),
  );
  return states.filter((text) => /\) R /.test(text)).length;
}

export interface DiskUse {
  readonly bytes: number;
  readonly files: number;
}

/** The mount points were made by bubblewrap on a root that is read-only since: no link can stand in for them. */
const DISKS = ['/home/user', '/tmp', '/dev/shm'];

export function diskUse(pid: number): DiskUse {
  const disks = DISKS.map((path) => disk(`/proc/${pid}/root${path}`));
  return { bytes: sum(disks.map((each) => each.bytes)), files: sum(disks.map((each) => each.files)) };
}

function disk(path: string): DiskUse {
  try {
    const { blocks, bfree, bsize, files, ffree } = statfsSync(path);
    return { bytes: (blocks - bfree) * bsize, files: files - ffree };
  } catch {
    return { bytes: 0, files: 0 };
  }
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A signal to go on, sent before its sender was stopped, undoes a stop: so everyone is told more than once. */
const FREEZE_ROUNDS = 3;

/**
 * Stops every process. What was sent a stop runs no instruction of its own any more, and forks no more, even if the
 * scheduler has not come round to it yet.
 */
export function freeze(pid: number): void {
  for (let round = 0; round < FREEZE_ROUNDS; round += 1) {
    for (const each of processTree(pid)) signal(each, 'SIGSTOP');
  }
}

/** Children first, so that no parent wonders about them. */
export function thaw(pid: number): void {
  for (const each of processTree(pid).reverse()) signal(each, 'SIGCONT');
}

export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
