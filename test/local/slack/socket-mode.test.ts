import { SocketModeClient } from '@slack/socket-mode';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalSlack } from '../../../src/local/slack/server.ts';
import { until } from '../../fakes/slack-control.ts';
import { raw, start, startBolt } from './support.ts';

interface Heard {
  readonly event: Record<string, unknown>;
  readonly body: Record<string, unknown>;
  readonly retryNum: number | undefined;
}

/** A Bolt app that notes every event. */
async function listen(slack: LocalSlack) {
  const heard: Heard[] = [];
  const receiver = await startBolt(slack, (app) => {
    for (const type of ['app_mention', 'message']) {
      app.event(type, async ({ event, body, context }) => {
        heard.push({ event: { ...event }, body: { ...body }, retryNum: context.retryNum });
      });
    }
  });
  const types = () => heard.map(({ event }) => event['subtype'] ?? event['type']);
  const count = (wanted: number) => until(types, (all) => all.length >= wanted);
  return { heard, receiver, types, count };
}

describe('events over Socket Mode', () => {
  it('sends a mention twice, as app_mention and as message, with different ids', async () => {
    const { slack, control, general, ada, bot } = await start();
    const { heard, count, types } = await listen(slack);
    const ts = await control.say(ada, general, '@threadbox plot `x` from https://example.org\n```py\n1 < 2\n```');
    await count(2);
    expect(types().sort()).toEqual(['app_mention', 'message']);
    const [one, two] = heard;
    expect(one?.body['event_id']).not.toBe(two?.body['event_id']);
    for (const { event, body } of heard) {
      expect(event).toMatchObject({ ts, event_ts: ts, user: ada, channel: general });
      expect(event['text']).toBe(`<@${bot}> plot \`x\` from <https://example.org>\n\`\`\`py\n1 &lt; 2\`\`\``);
      expect(event['client_msg_id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(body).toMatchObject({ type: 'event_callback', authorizations: [{ user_id: bot, is_bot: true }] });
      expect(body['api_app_id']).toMatch(/^A0/);
    }
    expect(heard.find(({ event }) => event['type'] === 'message')?.event).toMatchObject({
      channel_type: 'channel',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            { type: 'rich_text_section' },
            { type: 'rich_text_preformatted', language: 'py', elements: [{ type: 'text', text: '1 < 2' }] },
          ],
        },
      ],
    });
  });

  it('says in a thread where the reply belongs, and marks a broadcast and a file', async () => {
    const { slack, control, general, ada, grace } = await start();
    const { heard, count } = await listen(slack);
    const root = await control.say(ada, general, 'root');
    await control.say(grace, general, 'reply', { threadTs: root });
    await control.say(grace, general, 'for all', { threadTs: root, broadcast: true });
    const file = await control.upload(ada, 'data.csv', Buffer.from('a,b\n1,2\n'));
    await control.say(ada, general, 'see this', { files: [file.id] });
    await count(4);
    expect(heard.slice(1).map(({ event }) => event)).toMatchObject([
      { text: 'reply', thread_ts: root, parent_user_id: ada },
      { subtype: 'thread_broadcast', root: { ts: root, text: 'root' } },
      {
        subtype: 'file_share',
        files: [{ id: file.id, name: 'data.csv', mimetype: 'text/csv', size: 8, mode: 'hosted' }],
      },
    ]);
  });

  it('hears nothing of channels it is not in, but offers an invitation, and hears the mention that led to it', async () => {
    const { slack, control, random, ada, bot } = await start();
    const { heard, count } = await listen(slack);
    const ts = await control.say(ada, random, '@threadbox hello');
    expect(await control.ephemerals()).toMatchObject([{ ephemeralFor: ada, channel: random }]);
    expect(await control.events()).toEqual([]);
    await control.act({ as: ada, type: 'invite-bot', channel: random });
    await count(1);
    expect(heard.at(-1)?.event).toMatchObject({ type: 'app_mention', ts, text: `<@${bot}> hello` });
  });

  it('reports edits and deletions, its own included, and its own messages', async () => {
    const { slack, web, control, general, ada } = await start();
    const { count, heard } = await listen(slack);
    const ts = await control.say(ada, general, 'typo');
    await control.act({ as: ada, type: 'edit', channel: general, ts, text: 'type' });
    await control.act({ as: ada, type: 'delete', channel: general, ts });
    const own = await web.chat.postMessage({ channel: general, text: 'one' });
    await web.chat.update({ channel: general, ts: own.ts ?? '', text: 'two' });
    await count(4);
    expect(heard.map(({ event }) => event)).toMatchObject([
      { text: 'typo' },
      {
        subtype: 'message_changed',
        hidden: true,
        message: { text: 'type', edited: { user: ada } },
        previous_message: { text: 'typo' },
      },
      { subtype: 'message_deleted', deleted_ts: ts, previous_message: { text: 'type' } },
      { subtype: 'message_changed', message: { text: 'two', bot_id: expect.any(String) } },
    ]);
    const envelopes = await control.events();
    const mine = envelopes
      .map((body) => body['event'] as Record<string, unknown>)
      .find((event) => event['text'] === 'one');
    expect(mine).toMatchObject({ type: 'message', bot_id: expect.any(String), app_id: expect.any(String) });
    expect(mine).not.toHaveProperty('subtype');
  });

  it('hears a DM as message.im, and never as a mention', async () => {
    const { slack, control, ada } = await start();
    const { heard, count } = await listen(slack);
    const dm = await control.directMessage(ada);
    await control.say(ada, dm, '@threadbox hello');
    await count(1);
    expect(heard.map(({ event }) => event)).toMatchObject([{ type: 'message', channel: dm, channel_type: 'im' }]);
  });

  it('hears that a message with replies was deleted as a change to a tombstone', async () => {
    const { slack, control, general, ada, grace } = await start();
    const { heard, count } = await listen(slack);
    const ts = await control.say(ada, general, 'root');
    await control.say(grace, general, 'reply', { threadTs: ts });
    await control.act({ as: ada, type: 'delete', channel: general, ts });
    await count(3);
    expect(heard.at(-1)?.event).toMatchObject({
      subtype: 'message_changed',
      message: { subtype: 'tombstone', user: 'USLACKBOT', ts, text: 'This message was deleted.' },
      previous_message: { text: 'root', user: ada },
    });
  });

  it('hears only what the manifest subscribes to', async () => {
    const { slack, control, general, ada } = await start();
    const { count, types } = await listen(slack);
    const ts = await control.say(ada, general, 'hello');
    await control.act({ as: ada, type: 'react', channel: general, ts, name: 'eyes' });
    await control.say(ada, general, 'last');
    await count(2);
    expect(types()).toEqual(['message', 'message']);
    expect((await control.events()).map((body) => (body['event'] as { type: string }).type)).toEqual([
      'message',
      'message',
    ]);
  });

  it('keeps events while nobody is connected, and forgets them after six minutes', async () => {
    const { slack, control, general, ada } = await start();
    await control.say(ada, general, 'too early');
    await control.advance(7 * 60_000);
    await control.say(ada, general, 'in time');
    const { heard, count } = await listen(slack);
    await count(1);
    expect(heard.map(({ event }) => event['text'])).toEqual(['in time']);
  });

  it('redelivers what is not acknowledged: after three seconds, a minute, five minutes', async () => {
    const { slack, control, general, ada } = await start();
    const { heard, count } = await listen(slack);
    await control.dropAcks(4);
    await control.say(ada, general, 'hello');
    await count(1);
    for (const [tries, wait] of [
      [2, 3000],
      [3, 63_000],
      [4, 303_000],
    ] as const) {
      await control.advance(wait);
      // The redelivery that comes at once needs its own three seconds to fail before the next is due.
      await count(tries);
      await control.advance(3000);
    }
    expect(heard.map(({ retryNum }) => retryNum)).toEqual([0, 1, 2, 3]);
    expect(new Set(heard.map(({ body }) => body['event_id'])).size).toBe(1);
  });

  it('asks the app to come back, and nothing is lost meanwhile', async () => {
    const { slack, control, general, ada } = await start();
    const { heard, count } = await listen(slack);
    await control.disconnect();
    await until(
      () => control.state(),
      (state) => state.connections === 0,
    );
    await control.say(ada, general, 'while away');
    await count(1);
    expect(heard[0]?.event['text']).toBe('while away');
  });

  it('tells the page whether the app is connected', async () => {
    const { slack, control } = await start();
    expect((await control.state()).connected).toBe(false);
    await listen(slack);
    expect((await control.state()).connected).toBe(true);
    await control.cut();
    expect((await control.state()).connected).toBe(false);
  });
});

describe('connections', () => {
  it('lets a ticket in once', async () => {
    const { slack } = await start();
    const { url } = await raw(slack, 'apps.connections.open', {}, slack.appToken);
    const first = new WebSocket(String(url));
    const hello = await new Promise((resolve) => first.once('message', (data) => resolve(JSON.parse(String(data)))));
    expect(hello).toMatchObject({ type: 'hello', num_connections: 1 });
    const second = new WebSocket(String(url));
    const status = await new Promise((resolve) => {
      second.once('unexpected-response', (_request, response) => resolve(response.statusCode));
    });
    expect(status).toBe(403);
  });

  it('gives each envelope to one of several connections, in turn', async () => {
    const { slack, control, general, ada } = await start();
    const heard: number[] = [];
    for (const index of [0, 1]) {
      const client = new SocketModeClient({ appToken: slack.appToken, clientOptions: { slackApiUrl: slack.apiUrl } });
      client.on('slack_event', async ({ ack }) => {
        heard.push(index);
        await ack();
      });
      await client.start();
      onTestFinished(() => client.disconnect());
    }
    for (const text of ['a', 'b', 'c', 'd']) await control.say(ada, general, text);
    await until(
      () => heard,
      (all) => all.length >= 4,
    );
    expect(heard.toSorted()).toEqual([0, 0, 1, 1]);
  });
});
