/**
 * Holds what resource limits of single processes cannot: the sum over a sandbox's processes, its files, their number.
 * It looks a few times a second, so a sandbox can exceed a limit for a moment.
 */
import type { Limits } from './limits.ts';
import { diskUse, exactMemory, processTree, roughUse } from './process-tree.ts';
import { socketBytes } from './sockets.ts';

export interface Sample {
  /** Processes, disks, and what the kernel holds for them. */
  readonly memoryBytes: number;
  readonly files: number;
  readonly tasks: number;
}

/** `relieve`: end the largest kernel or command, and the sandbox lives on. `end`: nothing else helps. */
export type Verdict = 'fine' | 'relieve' | { readonly end: string };

/** How often in a row a sandbox is relieved before it is ended: its agent may wait for a processor, too. */
const RELIEF_ATTEMPTS = 8;
/** Beyond this share of the limit there is no time for gentle means. */
const FAR_BEYOND = 2;
const MB = 1024 * 1024;

/** `relieved`: how many times in a row the verdict was `relieve`. */
export function judge(sample: Sample, limits: Limits, relieved: number): Verdict {
  const limit = limits.memoryMb * MB;
  if (sample.files > limits.files) return { end: `more than ${limits.files} files` };
  if (sample.tasks > 2 * limits.tasks) return { end: `more than ${2 * limits.tasks} processes` };
  if (sample.memoryBytes <= limit) return 'fine';
  const hopeless = relieved >= RELIEF_ATTEMPTS || sample.memoryBytes > FAR_BEYOND * limit;
  return hopeless ? { end: `more than ${limits.memoryMb} MB of memory` } : 'relieve';
}

/** Costs a few reads of /proc; the exact sum is only taken when the rough one is more than `roughMb`. */
export function takeSample(pid: number, roughMb: number): Sample {
  const pids = processTree(pid);
  const { memoryBytes, pageTableBytes, tasks } = roughUse(pids);
  const disks = diskUse(pid);
  const others = pageTableBytes + disks.bytes + socketBytes(pid);
  const high = memoryBytes + others > roughMb * MB;
  // Where smaps_rollup may not be read the exact sum is 0, and only the rough one is known.
  const exact = high ? exactMemory(pids) || memoryBytes : memoryBytes;
  return { memoryBytes: exact + others, files: disks.files, tasks };
}
