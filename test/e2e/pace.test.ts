/** The pace as it ships, against a workspace that enforces Slack's tiers, on a good day and on a bad one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const TURNS = 3;
/** The floor between two edits of one message, as shipped. */
const FLOOR_MS = 1_200;

describeWithWall('the shared pace', () => {
  let world: World;
  beforeAll(async () => {
    const shipped = {
      SLACK_EDITS_PER_MINUTE: undefined,
      SLACK_EDIT_INTERVAL_MS: undefined,
      SLACK_POST_INTERVAL_MS: undefined,
    };
    world = await startWorld(shipped, { slackRateLimits: true });
  }, 60_000);
  afterAll(() => world?.stop());

  const ask = async (text: string) => world.control.say(world.ada, world.general, await mention(world.control, text));

  it('keeps several busy threads within the limits of a workspace', async () => {
    const { control, general } = world;
    const roots: string[] = [];
    for (let i = 0; i < TURNS; i += 1) roots.push(await ask('count slowly to 20'));
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
  }, 90_000);

  it('brings each turn to its end through limits, trouble and lost answers, once', async () => {
    const { control, general } = world;
    for (const method of ['chat.postMessage', 'chat.update']) {
      await control.fault({ method, kind: 'drop-after-apply', times: 2 });
      await control.fault({ method, kind: 'rate_limited', retryAfter: 1, times: 2 });
      await control.fault({ method, kind: 'http500', status: 503, times: 2 });
    }
    const roots = await Promise.all([
      ask('which product category has the highest average price?'),
      ask('print the first 20 Fibonacci numbers with statistics'),
    ]);
    for (const root of roots) expect(read(await finished(control, general, root))).toMatch(/Done/);
    const [repaired = '', other = ''] = roots;
    const replies = await until(
      () => control.thread(general, repaired),
      (messages) => messages.some(({ text }) => text.startsWith('Attempt 2 of 3')),
    );
    expect(replies.filter(({ text }) => text.startsWith('Attempt 2 of 3'))).toHaveLength(1);
    for (const root of [repaired, other]) expect(await answers(control, general, root)).toHaveLength(1);
  }, 90_000);
});
