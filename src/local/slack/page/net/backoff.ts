/** Milliseconds to wait before connection attempt `attempt` (0-based): quick at first, 5 s at most, spread by `random`. */
export function delayBefore(attempt: number, random: () => number): number {
  if (attempt === 0) return 0;
  const full = Math.min(5000, 250 * 1.8 ** attempt);
  return Math.round(full * (0.7 + 0.3 * random()));
}
