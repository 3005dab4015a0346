/** HTTP mode: requests that Slack signed are taken, and no others. The rows played over them stand in rows-http.test.ts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signatureOf } from '../../src/local/slack/delivery/signed-http.ts';
import { freePort } from '../fakes/free-port.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';

describeWithWall('HTTP mode', () => {
  let world: World;
  let requestUrl: string;
  let secret: string;
  beforeAll(async () => {
    // Slack must know the bot's address before the bot starts.
    const botPort = await freePort();
    requestUrl = `http://127.0.0.1:${botPort}/slack/events`;
    world = await startWorld({}, { botPort });
    secret = world.services.env['SLACK_SIGNING_SECRET'] ?? '';
  }, 60_000);
  afterAll(async () => {
    await world.stop();
  });

  const ask = async (text: string): Promise<string> =>
    world.control.say(world.ada, world.general, await mention(world.control, text));

  /** Posts to the bot as Slack would, or as somebody who would like to pass for it. */
  const post = (body: object, signedWith: string, ageSeconds = 0): Promise<Response> => {
    const text = JSON.stringify(body);
    const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
    return fetch(requestUrl, {
      method: 'POST',
      body: text,
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signatureOf(signedWith, timestamp, text),
      },
    });
  };

  it('runs with a signing secret and without an app token', () => {
    expect(world.services.env['SLACK_APP_TOKEN']).toBeUndefined();
    expect(secret).not.toBe('');
  });

  it('refuses what Slack did not sign, or signed long ago, and does nothing about it', async () => {
    const { control, general, ada } = world;
    const { team } = await control.state();
    const ts = await control.say(ada, general, 'nothing for a bot');
    const event = {
      type: 'app_mention',
      channel: general,
      user: ada,
      ts,
      text: `<@${team.botUserId}> ${FENCE}\nprint("forged")\n${FENCE}`,
    };
    const forged = { type: 'event_callback', event_id: 'EvFORGED', team_id: team.id, event };
    expect((await post(forged, 'not the secret')).status).toBe(401);
    expect((await post(forged, secret, 600)).status).toBe(401);
    expect((await fetch(requestUrl, { method: 'POST', body: JSON.stringify(forged) })).status).toBe(401);
    // The same event in order: the bot took none of the others for it.
    expect(await answers(control, general, ts)).toHaveLength(0);
    expect((await post(forged, secret)).status).toBe(200);
    expect(read(await finished(control, general, ts))).toContain('forged');
    expect(await answers(control, general, ts)).toHaveLength(1);
  });

  it('answers at the same address after a restart', async () => {
    const { control, general } = world;
    await world.stopBot();
    await world.startBot();
    const root = await ask(`${FENCE}\nprint("back again")\n${FENCE}`);
    expect(read(await finished(control, general, root))).toContain('back again');
  });
});
