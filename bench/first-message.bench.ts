/**
 * Mention → first message, with 80 ms added to every Slack call: the whole bot against a bare Bolt app that posts on
 * `app_mention`, in turns on the same workspace.
 */
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mention, startWorld, type World } from '../test/e2e/world.ts';
import { until } from '../test/fakes/slack-control.ts';
import { median, print, summary } from './table.ts';

const SLACK_DELAY_MS = 80;
const ROUNDS = 4;
const MENTIONS_A_ROUND = 25;
const WARM_UP = 3;

describe('mention → first message', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({}, { slackDelayMs: SLACK_DELAY_MS });
    await world.stopBot();
  });
  afterAll(async () => {
    await world.stop();
  });

  /** From the ts of the mention to the ts of the reply: both are the workspace's clock. */
  const once = async (): Promise<number> => {
    const { control, general, ada } = world;
    const root = await control.say(ada, general, await mention(control, 'hello'));
    const thread = await until(
      () => control.thread(general, root),
      (messages) => messages.length > 1,
    );
    return (Number(thread[1]?.ts) - Number(root)) * 1_000;
  };

  const series = async (): Promise<number[]> => {
    for (let i = 0; i < WARM_UP; i += 1) await once();
    const times: number[] = [];
    for (let i = 0; i < MENTIONS_A_ROUND; i += 1) times.push(await once());
    return times;
  };

  const withBareApp = async (): Promise<number[]> => {
    const env = world.services.env;
    const clientOptions = { slackApiUrl: env['SLACK_API_URL'] ?? '' };
    const receiver = new SocketModeReceiver({
      appToken: env['SLACK_APP_TOKEN'] ?? '',
      logLevel: LogLevel.ERROR,
      installerOptions: { clientOptions },
    });
    const app = new App({ token: env['SLACK_BOT_TOKEN'] ?? '', receiver, clientOptions, logLevel: LogLevel.ERROR });
    app.event('app_mention', async ({ event, client }) => {
      await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'hello' });
    });
    await app.start();
    try {
      return await series();
    } finally {
      await receiver.client.disconnect();
    }
  };

  const withBot = async (): Promise<number[]> => {
    await world.startBot();
    try {
      return await series();
    } finally {
      await world.stopBot();
    }
  };

  it('is at most half again as slow as a bare app', async () => {
    const ours: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(...(await withBareApp()));
      ours.push(...(await withBot()));
    }
    const ratio = median(ours) / median(bare);
    print(`Mention → first message, ${SLACK_DELAY_MS} ms added to every Slack call`, [
      { what: 'bare Bolt app', measured: summary(bare), aim: '', ok: true },
      { what: 'Threadbox', measured: summary(ours), aim: '', ok: true },
      { what: 'ratio of medians', measured: `${ratio.toFixed(2)} ×`, aim: 'at most 1.50 ×', ok: ratio <= 1.5 },
    ]);
    expect(ours).toHaveLength(ROUNDS * MENTIONS_A_ROUND);
  });
});
