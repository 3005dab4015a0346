/** HTTP mode: the same behaviour over requests that Slack signs, and nothing for requests that it did not. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signatureOf } from '../../src/local/slack/delivery/signed-http.ts';
import { until } from '../fakes/slack-control.ts';
import { describeWithWall } from '../fakes/wall.ts';
import { answers, finished, mention, read, startWorld, type World } from './world.ts';

const FENCE = '```';

/** Slack must know the bot's address before the bot starts. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

describeWithWall('HTTP mode', () => {
  let world: World;
  let requestUrl: string;
  let secret: string;
  beforeAll(async () => {
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

  it('answers a mention and goes on in its thread', async () => {
    const { control, general, ada } = world;
    const root = await ask(`${FENCE}\nkept = "over HTTP"\n${FENCE}`);
    await finished(control, general, root);
    await control.say(ada, general, `${FENCE}\nprint(kept)\n${FENCE}`, { threadTs: root });
    expect(read(await finished(control, general, root, 1))).toContain('over HTTP');
  });

  it('opens a thread for /run', async () => {
    const { control, general, ada } = world;
    const text = `${FENCE}\nprint("from a command")\n${FENCE}`;
    await control.act({ as: ada, type: 'command', channel: general, command: '/run', text });
    const isRoot = ({ text: said }: { readonly text: string }) => said.startsWith(`<@${ada}> ran:`);
    const roots = await until(
      () => control.messages(general),
      (found) => found.some(isRoot),
    );
    const root = roots.find(isRoot)?.ts ?? '';
    expect(read(await finished(control, general, root))).toContain('from a command');
  });

  it('stops by the button', async () => {
    const { control, general, grace } = world;
    const root = await ask('run forever until stopped');
    const [running] = await until(
      () => answers(control, general, root),
      ([answer]) => answer !== undefined && /Running/.test(read(answer)),
      30_000,
    );
    const block = running?.blocks.find((one) => JSON.stringify(one).includes('turn.stop'));
    const press = { as: grace, type: 'press', channel: general, ts: running?.ts ?? '' } as const;
    expect(await control.act({ ...press, blockId: String(block?.['block_id']), actionId: 'turn.stop' })).toEqual({
      ok: true,
    });
    expect(read(await finished(control, general, root))).toContain(`Stopped* by <@${grace}>`);
  });

  it('makes one turn of a mention that is delivered again', async () => {
    const { control, general } = world;
    await control.dropAcks(1);
    const root = await ask(`${FENCE}\nprint("once")\n${FENCE}`);
    await finished(control, general, root);
    await control.redeliver();
    const next = await ask(`${FENCE}\nprint("later")\n${FENCE}`);
    await finished(control, general, next);
    expect(await answers(control, general, root)).toHaveLength(1);
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
