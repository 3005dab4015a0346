/** The pace as it ships, against a workspace that enforces Slack's tiers: nothing is refused, and the last state lands. */
import { expect, it } from 'vitest';
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
      for (const root of roots) {
        const [answer] = await answers(control, general, root);
        const times = (answer?.versions ?? []).map(({ at }) => at);
        expect(times.length).toBeGreaterThan(3);
        // One edit for each floor that passed, beside the post, the first output and the last state.
        const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
        expect(times.length).toBeLessThanOrEqual(Math.ceil(took / FLOOR_MS) + 3);
      }
    } finally {
      await world.stop();
    }
  }, 90_000);
});
