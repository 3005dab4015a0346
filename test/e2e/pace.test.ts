/** The pace as it ships, against a workspace that enforces Slack's tiers: nothing is refused, and the last state lands. */
import { expect, it } from 'vitest';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld } from './world.ts';

const TURNS = 3;
/** The floor between two edits of one message, as shipped. */
const FLOOR_MS = 1_200;

describeWithWall('the shared pace', () => {
  it('keeps several busy threads within the limits of a workspace', async () => {
    const shipped = { SLACK_EDITS_PER_MINUTE: undefined, SLACK_EDIT_INTERVAL_MS: undefined };
    const world = await startWorld(shipped, { slackRateLimits: true });
    try {
      const { control, general, ada } = world;
      const roots: string[] = [];
      for (let i = 0; i < TURNS; i += 1) {
        roots.push(await control.say(ada, general, await mention(control, 'count slowly to 20')));
      }
      for (const root of roots) expect(read(await finished(control, general, root))).toMatch(/Done/);

      const requests = await control.requests();
      expect(requests.filter(({ status }) => status === 429)).toEqual([]);
      const statuses = await until(
        () => control.statuses(),
        ({ current }) => current.length === 0,
      );
      for (const root of roots) {
        const lines = statuses.history.filter(({ threadTs }) => threadTs === root).map(({ text }) => text);
        expect(lines).toContain('is running Python');
      }
      for (const root of roots) {
        const [answer] = await answers(control, general, root);
        // A change of phase is shown at once; while the code runs, there is one edit for each floor that passed.
        const running = (answer?.versions ?? []).filter((version) => read(version).includes('Running Python'));
        const took = (running.at(-1)?.at ?? 0) - (running[0]?.at ?? 0);
        expect(running.length).toBeGreaterThan(3);
        expect(running.length).toBeLessThanOrEqual(Math.ceil(took / FLOOR_MS) + 3);
      }
    } finally {
      await world.stop();
    }
  }, 90_000);
});
