/**
 * Control groups (cgroup v2), where we may make some: then the kernel itself holds a sandbox's memory, its own part of it
 * included, the number of its processes and its share of the processors. The watchdog stays as the second line.
 *
 * We may as root, in a group of our own at the top; and as a user to whom a group was delegated (a service with
 * `Delegate=yes`, or `systemd-run --user --scope -p Delegate=yes`). https://docs.kernel.org/admin-guide/cgroup-v2.html
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalLog } from '../log.ts';
import type { Limits } from './limits.ts';

export interface Cgroup {
  /** Puts a process in, before it has started others: they will be in it too. */
  enter(pid: number): void;
  /** All of it at once, or not at all: false on a kernel that cannot (before 5.2). */
  freeze(frozen: boolean): boolean;
  /** How often the kernel has ended something in it for want of memory; known after its removal, too. */
  memoryKills(): number;
  /** Ends whatever is left in it. Resolves when it is gone; never rejects. */
  remove(): Promise<void>;
}

export interface Cgroups {
  /** Whether the processors are shared between groups, too. */
  readonly holdsProcessors: boolean;
  /** Undefined when the kernel would not: then the watchdog holds the limits alone. */
  make(limits: Limits): Cgroup | undefined;
  /** Resolves when the common group is gone; all others must be gone before. */
  close(): Promise<void>;
}

export interface CgroupOptions {
  /** All sandboxes together. */
  readonly budgetMb: number;
  readonly log: LocalLog;
  /** Where the file system of control groups is. */
  readonly root?: string;
  /** The content of /proc/self/cgroup. */
  readonly own?: string;
  readonly uid?: number;
}

const MB = 1024 * 1024;
const NEEDED = ['memory', 'pids'];
/** Against 100 for each of its neighbours, the bot's group among them: they come first when processors are short. */
const WEIGHT = 50;
/** Of the budget: who holds it ends the longest paused first; the kernel, at last, whoever is largest. */
const SLACK = 1.25;
const HOST = 'threadbox-host';
const COMMON = 'threadbox-sandboxes-';
/** Threads come and go while others are still being collected. */
const SPARE_TASKS = 16;
const REMOVAL_STEPS_MS = [1, 5, 20, 50, 100, 200, 400, 800];

/** Undefined where there are none, or none that we may make: nothing is changed then. */
export function openCgroups(options: CgroupOptions): Cgroups | undefined {
  try {
    const parent = findParent(options);
    if (parent === undefined) return undefined;
    sweep(parent);
    const common = join(parent, `${COMMON}${process.pid}-${randomBytes(4).toString('hex')}`);
    makeCommon(parent, common, options.budgetMb);
    return groupsIn(common, options.log);
  } catch {
    return undefined;
  }
}

function groupsIn(common: string, log: LocalLog): Cgroups {
  let count = 0;
  return {
    holdsProcessors: existsSync(join(common, 'cpu.weight')),
    make: (limits) => {
      count += 1;
      const path = join(common, String(count));
      try {
        mkdirSync(path);
        set(path, 'memory.max', limits.memoryMb * MB);
        setIfThere(path, 'memory.swap.max', 0);
        set(path, 'pids.max', limits.tasks + SPARE_TASKS);
        return cgroup(path);
      } catch (error) {
        log('warn', 'a sandbox has no control group: the watchdog holds its limits alone', { error: String(error) });
        return undefined;
      }
    },
    close: () => removeGroup(common),
  };
}

function cgroup(path: string): Cgroup {
  let kills = 0;
  const memoryKills = () => {
    kills = Number(/^oom_kill (\d+)/m.exec(readOr(path, 'memory.events'))?.[1] ?? kills);
    return kills;
  };
  return {
    enter: (pid) => set(path, 'cgroup.procs', pid),
    freeze: (frozen) => setIfThere(path, 'cgroup.freeze', frozen ? 1 : 0),
    memoryKills,
    remove: async () => {
      memoryKills();
      setIfThere(path, 'cgroup.kill', 1);
      await removeGroup(path);
    },
  };
}

/** What has been killed is in its group until it is collected. */
async function removeGroup(path: string): Promise<void> {
  for (const wait of REMOVAL_STEPS_MS) {
    try {
      return rmdirSync(path);
    } catch {
      if (!existsSync(path)) return;
      await sleep(wait);
    }
  }
}

function findParent({ root = '/sys/fs/cgroup', own = readOr('/proc/self', 'cgroup'), uid }: CgroupOptions) {
  if (!existsSync(join(root, 'cgroup.controllers'))) return undefined;
  if ((uid ?? process.getuid?.()) === 0) return root;
  const path = /^0::(\/.*)$/m.exec(own)?.[1];
  if (path === undefined || path.includes('..')) return undefined;
  const group = join(root, path);
  // A program that we have moved starts us again: its group is the one above.
  const delegated = basename(group) === HOST ? dirname(group) : group;
  return statSync(delegated).uid === (uid ?? process.getuid?.()) ? moveOut(delegated) : undefined;
}

/** A group with limits for those below it may hold no process itself. */
function moveOut(group: string): string {
  const host = join(group, HOST);
  mkdirSync(host, { recursive: true });
  for (const pid of readOr(group, 'cgroup.procs').split('\n').filter(Boolean)) {
    try {
      set(host, 'cgroup.procs', pid);
    } catch {
      // It has just ended; what has not is found by the next write.
    }
  }
  return group;
}

function makeCommon(parent: string, common: string, budgetMb: number): void {
  enable(parent);
  mkdirSync(common);
  try {
    enable(common);
    set(common, 'memory.max', Math.floor(SLACK * budgetMb * MB));
    setIfThere(common, 'memory.swap.max', 0);
    setIfThere(common, 'cpu.weight', WEIGHT);
  } catch (error) {
    rmdirSync(common);
    throw error;
  }
}

/** Throws where memory and processes cannot be limited; processors may be missing. */
function enable(group: string): void {
  const there = readOr(group, 'cgroup.controllers').trim().split(' ');
  const on = readOr(group, 'cgroup.subtree_control').trim().split(' ');
  for (const name of [...NEEDED, 'cpu']) {
    if (on.includes(name)) continue;
    if (there.includes(name)) set(group, 'cgroup.subtree_control', `+${name}`);
    else if (NEEDED.includes(name)) throw new Error(`no ${name} controller in ${group}`);
  }
}

/** What a host that was killed has left: its sandboxes have ended with it, their groups have not. */
function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(COMMON) ? Number.parseInt(name.slice(COMMON.length), 10) : undefined;
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const common = join(parent, name);
    for (const group of [...subgroups(common), common]) {
      setIfThere(group, 'cgroup.kill', 1);
      void removeGroup(group);
    }
  }
}

function subgroups(group: string): string[] {
  return readdirSync(group, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(group, entry.name));
}

function set(group: string, name: string, value: string | number): void {
  writeFileSync(join(group, name), String(value), { flag: 'r+' });
}

/** For what older kernels do not have: without it the rest still holds. */
function setIfThere(group: string, name: string, value: string | number): boolean {
  try {
    set(group, name, value);
    return true;
  } catch {
    return false;
  }
}

function readOr(group: string, name: string): string {
  try {
    return readFileSync(join(group, name), 'utf8');
  } catch {
    return '';
  }
}
