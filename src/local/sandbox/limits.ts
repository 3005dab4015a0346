/** What one sandbox may use. */

const MB = 1024 * 1024;

export interface Limits {
  readonly homeMb: number;
  readonly tmpMb: number;
  readonly shmMb: number;
  /** All processes and files together; the watchdog holds it. */
  readonly memoryMb: number;
  /** Files and folders on the three disks; each costs kernel memory. */
  readonly files: number;
  /** Processes and threads. */
  readonly tasks: number;
  /** RLIMIT_* values, set by the agent inside of its user namespace. */
  readonly rlimits: Readonly<Record<string, number>>;
}

const TASKS = 96;

/** NPROC counts for each user namespace from here on; before, it counted all of a user's processes on the machine. */
const NPROC_PER_NAMESPACE = [5, 14] as const;

/** `kernel` is the release ("6.1.0-18-amd64"). */
export function defaultLimits(kernel: string): Limits {
  const [major = 0, minor = 0] = kernel.split('.').map(Number);
  const [needMajor, needMinor] = NPROC_PER_NAMESPACE;
  const countsWell = major > needMajor || (major === needMajor && minor >= needMinor);
  return {
    homeMb: 256,
    tmpMb: 128,
    shmMb: 64,
    memoryMb: 1024,
    files: 100_000,
    tasks: TASKS,
    rlimits: {
      ...(countsWell && { NPROC: TASKS }),
      // DATA, not AS: V8 reserves gigabytes of addresses that it never uses.
      DATA: 1024 * MB,
      FSIZE: 256 * MB,
      NOFILE: 512,
      CORE: 0,
      MEMLOCK: 0,
      MSGQUEUE: 0,
      SIGPENDING: 1024,
      // Some desktops grant their users real-time priority: a sandbox must not inherit it.
      NICE: 0,
      RTPRIO: 0,
    },
  };
}
