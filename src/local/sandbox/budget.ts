/** What all sandboxes may use together, and whose turn it is when they use more: pure. */
import type { SandboxState } from './sandbox.ts';

/** Somebody who uses memory. */
export interface Tenant {
  readonly state: SandboxState;
  /** Epoch milliseconds; means something while it is paused. */
  readonly pausedAt: number;
  readonly memoryBytes: number;
}

export interface Measure<T> {
  /** `end`: all of it. `relieve`: the largest kernel or command in it. */
  readonly kind: 'end' | 'relieve';
  readonly tenant: T;
}

/**
 * The longest paused one ends: nobody has missed it for longest. If none is paused, the largest of the running ones gives
 * up its largest kernel, and its thread is told by the next run. Undefined when there is nobody.
 */
export function nextMeasure<T extends Tenant>(tenants: readonly T[]): Measure<T> | undefined {
  const paused = tenants.filter(({ state }) => state === 'paused').sort((a, b) => a.pausedAt - b.pausedAt)[0];
  if (paused) return { kind: 'end', tenant: paused };
  const largest = [...tenants].sort((a, b) => b.memoryBytes - a.memoryBytes)[0];
  return largest && { kind: 'relieve', tenant: largest };
}

/** Below this the machine begins to swap, or to end programs: bytes of memory that are still to be had. */
export function machineFloor(totalBytes: number): number {
  return Math.min(MOST_FLOOR_BYTES, totalBytes * FLOOR_SHARE);
}

const FLOOR_SHARE = 0.05;
const MOST_FLOOR_BYTES = 512 * 1024 * 1024;
