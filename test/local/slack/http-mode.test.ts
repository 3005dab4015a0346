import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signatureOf } from '../../../src/local/slack/delivery/signed-http.ts';
import { until } from '../../fakes/slack-control.ts';
import { start } from './support.ts';

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** An HTTP server whose listener comes later: the app needs Slack's address, and Slack the app's. */
async function appServer() {
  let listener: Listener = (_request, response) => response.writeHead(503).end();
  const requests: { readonly headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    requests.push({ headers: request.headers });
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  return {
    requestUrl,
    requests,
    use: (next: Listener) => {
      listener = next;
    },
  };
}

async function startHttp(signingSecret = 'a-signing-secret') {
  const server = await appServer();
  const started = await start({ http: { requestUrl: server.requestUrl, signingSecret: 'a-signing-secret' } });
  const receiver = new HTTPReceiver({ signingSecret, endpoints: '/slack/events', logLevel: LogLevel.ERROR });
  const app = new App({
    token: started.slack.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: started.slack.apiUrl, retryConfig: { retries: 0 } },
  });
  return { ...started, ...server, app, accept: () => server.use(receiver.requestListener) };
}

describe('signed HTTP', () => {
  it('verifies the address once the app is there, and delivers what waited', async () => {
    const { control, general, ada, app, accept } = await startHttp();
    const heard: unknown[] = [];
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    await control.say(ada, general, '@threadbox hello');
    expect((await control.state()).connected).toBe(false);
    accept();
    await until(
      () => heard,
      (all) => all.length === 1,
    );
    expect((await control.state()).connected).toBe(true);
  });

  it('carries commands, presses and their answers', async () => {
    const { control, web, general, ada, app, accept } = await startHttp();
    const notes: unknown[] = [];
    app.command('/run', async ({ ack, command }) => {
      notes.push(command.text);
      await ack({ text: 'on it' });
    });
    app.action('stop', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'stopped', replace_original: true });
    });
    accept();
    await until(
      () => control.state(),
      (state) => state.connected,
    );
    await control.say(ada, general, '/run x');
    await until(
      () => control.ephemerals(),
      (all) => all.length === 1,
    );
    expect(notes).toEqual(['x']);
    const button = { type: 'button' as const, action_id: 'stop', text: { type: 'plain_text' as const, text: 'Stop' } };
    const { ts = '' } = await web.chat.postMessage({
      channel: general,
      text: 'a',
      blocks: [{ type: 'actions', block_id: 'b', elements: [button] }],
    });
    await control.act({ as: ada, type: 'press', channel: general, ts, blockId: 'b', actionId: 'stop' });
    await until(
      () => control.messages(general),
      ([message]) => message?.text === 'stopped',
    );
  });

  it('redelivers with its number and reason', async () => {
    const { control, general, ada, requests, accept, use } = await startHttp();
    accept();
    await until(
      () => control.state(),
      (state) => state.connected,
    );
    use((_request, response) => response.writeHead(500).end());
    requests.length = 0;
    await control.say(ada, general, 'hello');
    await until(
      () => requests,
      (all) => all.length === 2,
    );
    await control.advance(60_000);
    await until(
      () => requests,
      (all) => all.length === 3,
    );
    expect(requests.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2']);
    expect(requests.at(-1)?.headers['x-slack-retry-reason']).toBe('http_error');
  });

  it('stops redelivering when the app says so', async () => {
    const { control, general, ada, requests, accept, use } = await startHttp();
    accept();
    await until(
      () => control.state(),
      (state) => state.connected,
    );
    use((_request, response) => response.writeHead(500, { 'x-slack-no-retry': '1' }).end());
    requests.length = 0;
    await control.say(ada, general, 'hello');
    await until(
      () => requests,
      (all) => all.length === 1,
    );
    await control.advance(400_000);
    await control.say(ada, general, 'next');
    await until(
      () => requests,
      (all) => all.length === 2,
    );
    expect(requests.every(({ headers }) => headers['x-slack-retry-num'] === undefined)).toBe(true);
  });

  it('is refused by an app that holds another secret', async () => {
    const { control, accept, requests } = await startHttp('another-secret');
    accept();
    await until(
      () => requests,
      (all) => all.length >= 2,
    );
    expect((await control.state()).connected).toBe(false);
  });

  it('signs as in the example of the verification page', () => {
    const body =
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar' +
      '&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com' +
      '%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14' +
      'd10d2c447fce8b6703c';
    expect(signatureOf('8f742231b10e8888abcd99yyyzzz85a5', '1531420618', body)).toBe(
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    );
  });
});
