/** The edge against a Slack that speaks the real wire: what comes in, what is refused at the start, what survives. */
import { afterEach, describe, expect, it } from 'vitest';
import type { TurnId } from '../../src/conversation/events.ts';
import { startProgress } from '../../src/conversation/progress.ts';
import { openSlack, SlackStartError } from '../../src/slack/app.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { until } from '../fakes/slack-control.ts';
import { BOT, delivery, direct, mention } from '../fixtures/slack-payloads.ts';
import { type EdgeWorld, freePort, slackOptions, startEdge, startHttpEdge } from './edge-world.ts';
import { type SlackServer, startServer } from './slack-world.ts';

let world: EdgeWorld | undefined;
let server: SlackServer | undefined;

afterEach(async () => {
  await world?.stop();
  await server?.stop();
  world = undefined;
  server = undefined;
});

async function places({ control }: SlackServer) {
  const { channels, team } = await control.state();
  const person = (await control.person('ada')).id;
  const channel = channels.find((one) => one.kind === 'channel' && one.botIsMember)?.id ?? '';
  return { person, channel, mention: `<@${team.botUserId}>` };
}

describe.each([
  ['Socket Mode', () => startEdge()],
  ['HTTP mode', () => startHttpEdge()],
])('over %s', (_name, start) => {
  it('a mention, a command and a direct message reach the inbox', async () => {
    world = await start();
    const { requests, control } = world;
    const at = await places(world);
    await control.say(at.person, at.channel, `${at.mention} plot sin(x)`);
    await until(
      () => requests.length,
      (count) => count >= 2,
    );
    await control.act({ as: at.person, type: 'command', channel: at.channel, command: '/run', text: 'plot' });
    const direct = await control.directMessage(at.person);
    await control.say(at.person, direct, '```print(1)```');
    await until(
      () => requests.length,
      (count) => count >= 4,
    );
    expect(requests).toMatchObject([
      { kind: 'task', source: 'mention', task: { text: 'plot sin(x)' } },
      { kind: 'task', source: 'mention', task: { text: 'plot sin(x)' } },
      { kind: 'task', source: 'command', thread: null, task: { text: 'plot' } },
      { kind: 'task', source: 'dm', thread: { threadTs: null }, task: { kind: 'code', code: { source: 'print(1)' } } },
    ]);
    expect(world.store.unhandledEvents()).toEqual([]);
  });

  it('a reply that comes while its mention is still being taken is a request too', async () => {
    world = await start();
    const { requests, control } = world;
    const at = await places(world);
    const root = await control.say(at.person, at.channel, `${at.mention} first`);
    await control.say(at.person, at.channel, 'second', { threadTs: root });
    await until(
      () => requests.filter(({ kind }) => kind === 'task').length,
      (count) => count >= 3,
    );
    expect(requests).toContainEqual(
      expect.objectContaining({ source: 'reply', task: { kind: 'ask', text: 'second' } }),
    );
  });

  it('an event is handled once, however often Slack delivers it', async () => {
    world = await start();
    const { requests, control } = world;
    const at = await places(world);
    const direct = await control.directMessage(at.person);
    await control.say(at.person, direct, 'one');
    await control.redeliver();
    await control.redeliver();
    await control.say(at.person, direct, 'two');
    await until(
      () => requests.length,
      (count) => count >= 2,
    );
    expect(requests).toMatchObject([{ task: { text: 'one' } }, { task: { text: 'two' } }]);
  });
});

describe('what a person does with our messages', () => {
  it('a press of Stop names the turn', async () => {
    world = await startEdge();
    const { control, slack, requests } = world;
    const at = await places(world);
    const threadTs = await control.say(at.person, at.channel, 'a thread');
    const thread = { team: slack.context.teamId, channel: at.channel, threadTs };
    const turn = 'turn-1' as TurnId;
    const reply = await slack.replies.begin(thread, turn, startProgress(turn, Date.now(), 3));
    const [message] = (await control.thread(at.channel, threadTs)).slice(1);
    const block = message?.blocks.find(({ type }) => type === 'actions');
    await control.act({
      as: at.person,
      type: 'press',
      channel: at.channel,
      ts: reply.messageTs,
      blockId: String(block?.['block_id']),
      actionId: 'turn.stop',
    });
    await until(
      () => requests.length,
      (count) => count > 0,
    );
    expect(requests).toMatchObject([{ kind: 'stop', turn, thread, user: at.person }]);
  });

  it('a command where the bot is no member can still be answered, to its sender alone', async () => {
    world = await startEdge();
    const { control, slack, requests } = world;
    const at = await places(world);
    await control.act({ as: at.person, type: 'create-channel', name: 'without-bot' });
    const { id: channel } = await control.channel('without-bot');
    await control.act({ as: at.person, type: 'command', channel, command: '/run', text: 'plot' });
    await until(
      () => requests.length,
      (count) => count > 0,
    );
    await slack.replies.whisper(channel, at.person, null, 'I am not in this channel.');
    expect(await control.ephemerals()).toMatchObject([
      { channel, ephemeralFor: at.person, text: 'I am not in this channel.' },
    ]);
  });
});

describe('an event that cannot be recorded', () => {
  it('is not acknowledged, is said in its thread, and is taken when Slack brings it again', async () => {
    const store = memoryStore();
    let isFull = true;
    world = await startEdge({
      store,
      record: (key, body, now) => {
        if (isFull) throw new Error('disk full');
        return store.recordEvent(key, body, now);
      },
    });
    const { requests, control } = world;
    const at = await places(world);
    const ts = await control.say(at.person, at.channel, `${at.mention} plot sin(x)`);
    const thread = await until(
      () => control.thread(at.channel, ts),
      (messages) => messages.length > 1,
    );
    expect(thread.slice(1).map((message) => message.text)).toEqual([expect.stringMatching(/^I could not save/)]);
    expect(requests).toEqual([]);
    isFull = false;
    await until(
      async () => {
        await control.advance(60_000);
        return requests.length;
      },
      (count) => count >= 2,
    );
    expect(await control.thread(at.channel, ts)).toHaveLength(2);
  });
});

describe('the connection', () => {
  it('comes back when Slack asks for it and when it is cut, and nothing is lost', async () => {
    world = await startEdge();
    const { requests, control } = world;
    const at = await places(world);
    const direct = await control.directMessage(at.person);
    for (const disturb of [() => control.disconnect(), () => control.cut()]) {
      const before = requests.length;
      await disturb();
      await control.say(at.person, direct, 'still there?');
      await until(
        () => requests.length,
        (count) => count > before,
      );
    }
    expect(requests).toHaveLength(2);
  });

  it('says so when Slack does not let it come back', async () => {
    world = await startEdge();
    const { lost, control } = world;
    await control.fault({ method: 'apps.connections.open', kind: 'error', error: 'account_inactive', times: 5 });
    await control.disconnect();
    await until(
      () => lost.length,
      (count) => count > 0,
    );
    expect(lost.map((error) => error.message)).toEqual([expect.stringMatching(/^Slack refuses SLACK_APP_TOKEN/)]);
  });

  it('is closed when receiving stops, and nothing comes in', async () => {
    world = await startEdge();
    const { control, slack } = world;
    await slack.stopReceiving();
    const state = await until(
      () => control.state(),
      ({ connections }) => connections === 0,
    );
    expect(state.connected).toBe(false);
  });

  it('stays closed when it was stopped while it reconnected', async () => {
    world = await startEdge();
    const { control, slack } = world;
    await control.fault({ method: 'apps.connections.open', kind: 'http500', times: 100 });
    const before = (await control.requests('apps.connections.open')).length;
    await control.disconnect();
    await until(
      async () => (await control.requests('apps.connections.open')).length,
      (count) => count > before,
    );
    await slack.stopReceiving();
    await control.clearFaults();
    const tried = (await control.requests('apps.connections.open')).length;
    // The next try is answered without leaving the process, and ends the trying.
    await until(
      () => world?.log.lines.filter(({ message }) => message.startsWith('Failed to retrieve')).length ?? 0,
      (count) => count > 0,
    );
    expect((await control.requests('apps.connections.open')).length).toBe(tried);
    expect((await control.state()).connections).toBe(0);
  });
});

describe('at the start', () => {
  it('what was recorded before a crash reaches the inbox first', async () => {
    const store = memoryStore();
    store.recordEvent('Ev1', JSON.stringify(delivery(direct('old'))), 1);
    world = await startEdge({ store });
    expect(world.requests).toMatchObject([{ kind: 'task', task: { text: expect.stringContaining('old') } }]);
    expect(store.unhandledEvents()).toEqual([]);
  });

  const refusal = async (change: object) => {
    server = await startServer();
    const options = { ...slackOptions(server, memoryStore(), quietLog()), ...change };
    return openSlack(options).then(
      () => undefined,
      (error: unknown) => error,
    );
  };

  it.each<[string, object, RegExp]>([
    [
      'a wrong bot token',
      { botToken: 'xoxb-wrong' },
      /^Slack refuses SLACK_BOT_TOKEN \(invalid_auth\)\. Copy the "Bot User OAuth Token"/,
    ],
    [
      'a wrong app token',
      { connection: { kind: 'socket', appToken: 'xapp-wrong' } },
      /^Slack refuses SLACK_APP_TOKEN \(invalid_auth\)\. Make an app-level token/,
    ],
    [
      'a Slack that is not there',
      { apiUrl: 'http://127.0.0.1:1/api/' },
      /^Slack cannot be reached at http:\/\/127\.0\.0\.1:1\/api\/ \(\w+\)\. Check the network/,
    ],
  ])('%s is one sentence with a way out', async (_name, change, sentence) => {
    const error = await refusal(change);
    expect(error).toBeInstanceOf(SlackStartError);
    expect(error).toMatchObject({ message: expect.stringMatching(sentence) });
    expect(String(error)).not.toContain('wrong');
  });

  it('a port in use is one sentence with a way out', async () => {
    const port = await freePort();
    world = await startEdge({ slack: { connection: { kind: 'http', signingSecret: 's', port } } });
    const other = { connection: { kind: 'http', signingSecret: 's', port } } as const;
    const second = await openSlack({ ...slackOptions(world, memoryStore(), quietLog()), ...other });
    await expect(second.start()).rejects.toThrow(`Port ${port} is in use by another program.`);
  });
});

describe('HTTP mode', () => {
  it('takes nothing that Slack did not sign', async () => {
    world = await startHttpEdge();
    const response = await fetch(`http://127.0.0.1:${world.port}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-slack-signature': 'v0=0000',
        'x-slack-request-timestamp': String(Math.floor(Date.now() / 1_000)),
      },
      body: JSON.stringify(delivery(mention(`<@${BOT}> hi`))),
    });
    expect(response.status).toBe(401);
    expect(world.requests).toEqual([]);
  });
});
