/** Starts one program inside of bubblewrap: its options, its filter and its files travel on descriptors. */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { bwrapOptions, FD, type GuestFile, type Layout } from './bwrap-options.ts';
import type { Cgroup } from './cgroup.ts';
import { sandboxUser } from './host-layout.ts';
import type { Limits } from './limits.ts';
import { signal } from './process-tree.ts';
import { seccompProgram } from './seccomp.ts';

export interface BwrapOptions {
  readonly layout: Layout;
  readonly limits: Limits;
  readonly files: readonly GuestFile[];
  readonly cgroup?: Cgroup | undefined;
  /** Where the host is root: which of the sandboxes' users it runs as. */
  readonly slot: number;
}

export interface Bwrap {
  readonly input: Writable;
  readonly output: Readable;
  /** The host's number of the sandbox's first process: from when bubblewrap has told it to when it has ended. */
  innerPid(): number | undefined;
  /** The end of what bubblewrap and the program complained about, the failure to start included. */
  said(): string;
  /** Resolves when everything has ended; never rejects. */
  readonly ended: Promise<void>;
  kill(): void;
}

const SAID_CHARS = 4_000;

/** What is written on descriptors 3 and up; 4 is read. */
function descriptors(options: BwrapOptions): Map<number, Buffer | string> {
  const { layout, limits, files } = options;
  return new Map<number, Buffer | string>([
    [FD.seccomp, seccompProgram(process.arch)],
    [FD.args, `${bwrapOptions(layout, limits, files).join('\0')}\0`],
    ...files.map((file, index): [number, Buffer | string] => [FD.firstFile + index, file.content]),
  ]);
}

/**
 * `env: {}` matters: clearing the environment inside does not clear bubblewrap's own, which a sandbox can read in
 * /proc/1/environ. Throws UnknownArchitecture where there is no filter for this processor.
 */
export function startBwrap(options: BwrapOptions, command: readonly string[]): Bwrap {
  const written = descriptors(options);
  const child = spawn(options.layout.bwrap, ['--args', String(FD.args), '--', ...command], {
    env: {},
    cwd: '/',
    ...sandboxUser(options.slot),
    stdio: Array<'pipe'>(FD.firstFile + options.files.length).fill('pipe'),
  });
  // A sandbox that ends early closes its ends: that is no error of ours.
  for (const stream of child.stdio) stream?.on('error', () => {});
  // Until its options have come it waits, and has started nothing.
  if (child.pid !== undefined) settle(child.pid, options.cgroup);
  for (const [fd, content] of written) writable(child, fd).end(content);
  const innerPid = listenForPid(child);
  const complaints = listen(child);
  return {
    input: writable(child, 0),
    output: readable(child, 1),
    innerPid,
    said: complaints,
    ended: new Promise((resolve) => {
      const over = () => void Promise.resolve(options.cgroup?.remove()).then(resolve);
      child.once('close', over);
      child.once('error', over);
    }),
    // Killing the inner process ends all of them and leaves nothing to reap; bubblewrap follows by itself.
    kill: () => {
      const pid = innerPid();
      if (pid === undefined) child.kill('SIGKILL');
      else signal(pid, 'SIGKILL');
    },
  };
}

/** The kernel shall choose a sandbox before anything else of the machine; what root has set nobody inside takes back. */
function settle(pid: number, cgroup: Cgroup | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
    cgroup?.enter(pid);
  } catch {
    // It has ended already, and will say why; or the kernel would not, and the watchdog holds the limits alone.
  }
}

/** Forgotten with the end of bubblewrap, which waits for it: the number may be another process's by then. */
function listenForPid(child: ChildProcess): () => number | undefined {
  let pid: number | undefined;
  let over = false;
  readable(child, FD.status).on('data', (data: Buffer) => {
    pid ??= Number(/"child-pid":\s*(\d+)/.exec(data.toString())?.[1]) || undefined;
  });
  child.once('exit', () => {
    over = true;
  });
  return () => (over ? undefined : pid);
}

function listen(child: ChildProcess): () => string {
  let said = '';
  const hear = (text: string) => {
    said = (said + text).slice(-SAID_CHARS);
  };
  readable(child, 2).on('data', (data: Buffer) => hear(data.toString()));
  child.once('error', (error) => hear(String(error)));
  return () => said;
}

/** Where a process could not be started there are no pipes; its `error` event says why. */
function writable(child: ChildProcess, fd: number): Writable {
  const stream = child.stdio[fd];
  return stream && 'write' in stream ? stream : new PassThrough().resume();
}

function readable(child: ChildProcess, fd: number): Readable {
  const stream = child.stdio[fd];
  return stream && 'read' in stream ? stream : new PassThrough();
}
