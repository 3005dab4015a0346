/** The long version of what test/e2e/restart.test.ts does: `SOAK_POINTS` kills (50), from `SOAK_SEED` (the time). */
import { expect, it } from 'vitest';
import { openWorkspace, survive } from '../e2e/kills.ts';

it('loses nothing and answers nothing twice', async () => {
  const points = Number(process.env['SOAK_POINTS'] ?? 50);
  const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
  process.stdout.write(`${points} kills, SOAK_SEED=${seed}\n`);
  const workspace = await openWorkspace();
  try {
    const survived = await survive(workspace, points, seed);
    for (const { root, asked, answers } of survived) {
      process.stdout.write(`thread ${root}: ${asked} messages, ${answers.length} answers\n`);
      expect(answers).toHaveLength(asked);
      expect(new Set(answers.map(({ metadata }) => metadata?.event_payload['turn'])).size).toBe(asked);
    }
    expect(survived.reduce((sum, { asked }) => sum + asked, 0)).toBe(points);
  } finally {
    await workspace.stop();
  }
});
