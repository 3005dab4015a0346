/** What must hold after any number of kills. */
import { expect } from 'vitest';
import type { Survival } from './kills.ts';

export function expectSurvival({ threads, commands }: Survival): void {
  for (const { asked, answers, runs } of threads) {
    // No turn is lost, and none is answered twice.
    expect(answers).toHaveLength(asked);
    expect(new Set(answers.map(({ metadata }) => metadata?.event_payload['turn'])).size).toBe(asked);
    expect(new Set(runs).size).toBe(runs.length);
  }
  // Nobody delivers a command again: of each that came to nothing its person was told.
  expect(commands.lost).toBeGreaterThanOrEqual(0);
  expect(commands.lost).toBeLessThanOrEqual(commands.told);
}
