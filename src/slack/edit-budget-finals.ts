/**
 * What of an edit budget is kept for finals, however many become due at once: the j-th is to find a slot within 1.1 × j
 * even intervals, less half of one. So others may take the last free slot only where the next comes free soon.
 */
import { isPaced, type Priority } from './edit-budget-priority.ts';

const INTERVALS = 1.1;
const MARGIN = 0.5;
/**
 * Kept by what is urgent, and by output, for so many finals. For more of them output keeps only its pace: as far as the
 * next seconds show, slots that come free late are not spent early.
 */
const KEPT_BY_URGENT = 1;
const KEPT_BY_OUTPUT = 3;
const NEAR_MS = 20_000;
/** Where there are fewer slots than this for each that is kept, fewer are kept. */
const SLOTS_PER_KEPT = 10;

export interface Slots {
  /** As many as the budget has, and how many of them nobody has taken. */
  readonly all: number;
  readonly free: number;
  /** In how many milliseconds the others come free, in order; those missing here, in a window from now. */
  readonly comeIn: readonly number[];
  readonly windowMs: number;
}

/** How many milliseconds a slot that is free is kept from this priority; 0: it may take it. */
export function keptForFinalsMs({ all, free, comeIn, windowMs }: Slots, priority: Priority): number {
  const finals = Math.min(isPaced(priority) ? KEPT_BY_OUTPUT : KEPT_BY_URGENT, Math.floor(all / SLOTS_PER_KEPT));
  if (priority === 'final' || finals === 0) return 0;
  let wait = 0;
  // The first of the finals that would find no slot, and so on.
  for (let final = free; final < all; final += 1) {
    const comes = comeIn[final - free] ?? windowMs;
    if (final > finals && (!isPaced(priority) || comes > NEAR_MS)) break;
    wait = Math.max(wait, comes - (INTERVALS * final - MARGIN) * (windowMs / all));
  }
  return Math.ceil(wait);
}
