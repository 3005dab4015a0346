import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LocalSlack } from '../../../src/local/slack/server.ts';
import { until } from '../../fakes/slack-control.ts';
import { start } from './support.ts';

/** Opens the printed address as a browser does and keeps the cookie. */
async function signIn(slack: LocalSlack): Promise<string> {
  const response = await fetch(slack.pageUrl(), { redirect: 'manual' });
  expect(response.status).toBe(303);
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function page(slack: LocalSlack) {
  const cookie = await signIn(slack);
  const headers = { cookie, origin: slack.url, 'content-type': 'application/json' };
  return {
    cookie,
    get: async (path: string) =>
      (await fetch(`${slack.url}${path}`, { headers })).json() as Promise<Record<string, unknown>>,
    act: async (action: object) =>
      (
        await fetch(`${slack.url}/page/act`, { method: 'POST', headers, body: JSON.stringify(action) })
      ).json() as Promise<Record<string, unknown>>,
    headers,
  };
}

describe('who may open the page', () => {
  it('turns a token into a cookie, once', async () => {
    const { slack } = await start();
    const url = slack.pageUrl();
    const first = await fetch(url, { redirect: 'manual' });
    expect(first.headers.get('location')).toBe('/');
    expect(first.headers.get('set-cookie')).toMatch(/^threadbox_\d+=[0-9a-f]{48}; Path=\/; HttpOnly; SameSite=Strict/);
    const again = await fetch(url, { redirect: 'manual' });
    expect(again.status).toBe(403);
    expect(await again.text()).toBe('Open the address npm start printed last: it lets this browser in.');
    const cookie = (first.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    expect((await fetch(url, { redirect: 'manual', headers: { cookie } })).status).toBe(303);
  });

  it('gives nothing to a browser without the cookie', async () => {
    const { slack } = await start();
    for (const path of ['/', '/app.js', '/page/boot', '/page/history', '/page/file/F0']) {
      expect((await fetch(`${slack.url}${path}`)).status).toBe(403);
    }
  });

  it('keeps the cookie good over a restart', async () => {
    const first = await start();
    const cookie = await signIn(first.slack);
    const port = Number(new URL(first.slack.url).port);
    await first.slack.stop();
    const second = await start({ dataDir: first.folder, port });
    expect((await fetch(`${second.slack.url}/page/boot`, { headers: { cookie } })).status).toBe(200);
  });

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['no origin', {}],
  ])('refuses a change from %s', async (_name, headers) => {
    const { slack } = await start();
    const { cookie } = await page(slack);
    const response = await fetch(`${slack.url}/page/act`, {
      method: 'POST',
      body: '{}',
      headers: { cookie, ...headers },
    });
    expect(response.status).toBe(403);
  });

  it('refuses another host name, and a socket from elsewhere', async () => {
    const { slack } = await start();
    const { cookie } = await page(slack);
    const port = new URL(slack.url).port;
    const status = async (options: { headers?: Record<string, string>; origin?: string }) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/page/socket`, options);
      return await new Promise((resolve) => {
        socket.once('open', () => resolve('open'));
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode));
        socket.once('error', () => resolve('cut'));
      });
    };
    expect(await status({ headers: { cookie }, origin: slack.url })).toBe('open');
    expect(await status({ headers: { cookie }, origin: 'http://evil.example' })).toBe(403);
    expect(await status({ headers: { cookie } })).toBe(403);
    expect(await status({ origin: slack.url })).toBe(403);
    expect(
      await status({ headers: { cookie, host: `evil.example:${port}` }, origin: `http://evil.example:${port}` }),
    ).toBe('cut');
  });

  it('runs nothing but the page itself', async () => {
    const { slack } = await start();
    const { headers } = await page(slack);
    const response = await fetch(`${slack.url}/`, { headers });
    if (response.status === 503) {
      expect(await response.text()).toBe('The page is not built yet: run npm run build.');
    } else {
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    }
    expect((await fetch(`${slack.url}/..%2fpackage.json`, { headers })).status).toBe(404);
  });
});

describe('what the page can do', () => {
  it('loads the workspace, writes, and is told of every change in order', async () => {
    const { slack, ada, general, web } = await start();
    const { get, act, cookie } = await page(slack);
    expect(await get('/page/boot')).toMatchObject({
      ok: true,
      team: { name: 'Threadbox Local' },
      bot: { appName: 'Threadbox', connected: false },
      commands: [{ command: '/run' }],
      channels: [{ name: 'general', botIsMember: true }, { name: 'data' }, { name: 'random', botIsMember: false }],
      examples: [expect.any(String), expect.any(String), expect.any(String)],
    });
    const pushes: Record<string, unknown>[] = [];
    const socket = new WebSocket(`${slack.url.replace('http', 'ws')}/page/socket`, {
      headers: { cookie },
      origin: slack.url,
    });
    socket.on('message', (data) => pushes.push(JSON.parse(String(data))));
    await until(
      () => pushes,
      (all) => all[0]?.['type'] === 'hello',
    );
    const said = await act({ as: ada, type: 'say', channel: general, text: 'hello' });
    expect(said).toMatchObject({ ok: true, channel: general });
    const reply = await web.chat.postMessage({ channel: general, text: 'one', thread_ts: String(said['ts']) });
    await web.chat.update({ channel: general, ts: reply.ts ?? '', text: 'two' });
    slack.setServices({ sandbox: { state: 'ok', note: 's' }, model: { state: 'weaker', note: 'm' } });
    await until(
      () => pushes,
      (all) => all.at(-1)?.['type'] === 'services',
    );
    expect(pushes.map((push) => push['seq'])).toEqual(pushes.map((_push, index) => Number(pushes[0]?.['seq']) + index));
    expect(pushes.map((push) => push['message']).filter(Boolean)).toMatchObject([
      { text: 'hello', replyCount: 0 },
      { text: 'one', threadTs: said['ts'], isBot: true },
      { text: 'hello', replyCount: 1, latestReply: reply.ts },
      { text: 'two', revision: 1 },
    ]);
    expect(await get(`/page/history?channel=${general}`)).toMatchObject({
      messages: [{ text: 'hello' }],
      hasMore: false,
    });
    expect(await get(`/page/thread?channel=${general}&ts=${said['ts']}`)).toMatchObject({
      messages: [{ text: 'hello' }, { text: 'two' }],
    });
  });

  it('pages back through a long channel', async () => {
    const { slack, control, ada, general } = await start();
    const { get } = await page(slack);
    for (const text of ['a', 'b', 'c']) await control.say(ada, general, text);
    const newest = await get(`/page/history?channel=${general}&limit=2`);
    expect(newest).toMatchObject({ messages: [{ text: 'b' }, { text: 'c' }], hasMore: true });
    const [first] = newest['messages'] as { ts: string }[];
    expect(await get(`/page/history?channel=${general}&limit=2&before=${first?.ts}`)).toMatchObject({
      messages: [{ text: 'a' }],
      hasMore: false,
    });
  });

  it('opens the links the app gets to messages and files', async () => {
    const { slack, control, web, ada, general } = await start();
    const { headers } = await page(slack);
    const ts = await control.say(ada, general, 'hello');
    const { permalink = '' } = await web.chat.getPermalink({ channel: general, message_ts: ts });
    const root = await fetch(`${slack.url}/`, { headers });
    const linked = await fetch(permalink, { headers });
    expect([linked.status, await linked.text()]).toEqual([root.status, await root.text()]);
    const file = await control.upload(ada, 'a b.txt', Buffer.from('bytes'));
    const moved = await fetch(`${slack.url}/files/${ada}/${file.id}/a%20b.txt`, { headers });
    expect(await moved.text()).toBe('bytes');
  });

  it('uploads, sends and shows a file', async () => {
    const { slack, ada, general } = await start();
    const { act, headers } = await page(slack);
    const sent = await fetch(`${slack.url}/page/upload?name=a%2Fb.html&as=${ada}`, {
      method: 'POST',
      headers,
      body: '<script>1</script>',
    });
    const { file } = (await sent.json()) as { file: { id: string; url: string; name: string } };
    expect(file.name).toBe('a_b.html');
    expect(await act({ as: ada, type: 'say', channel: general, text: '', files: [file.id] })).toMatchObject({
      ok: true,
    });
    const shown = await fetch(`${slack.url}${file.url}`, { headers });
    expect(await shown.text()).toBe('<script>1</script>');
    expect(shown.headers.get('content-disposition')).toMatch(/^attachment/);
    expect(shown.headers.get('content-security-policy')).toContain('sandbox');
  });

  it.each([
    ['somebody unknown', { as: 'U0NOBODY', type: 'join', channel: 'C' }, 'Nobody by that name is in this workspace.'],
    ['an unknown action', { as: 'U', type: 'dance' }, 'The page asked for something this server does not know.'],
    ['an empty message', { type: 'say', text: '  ' }, 'Write something first.'],
    ['an edit of what is gone', { type: 'edit', ts: '1.000000', text: 'x' }, 'That message is gone.'],
    [
      'a bad channel name',
      { type: 'create-channel', name: 'Ünmögl!ch' },
      'A channel name has at most 80 lower-case letters, digits, hyphens and underscores.',
    ],
    ['a taken channel name', { type: 'create-channel', name: 'General' }, 'There is a channel #general already.'],
    ['a closed form', { type: 'view.close', viewId: 'V0' }, 'That form is closed.'],
  ])('explains why not: %s', async (_name, action, error) => {
    const { slack, ada, general } = await start();
    const { act } = await page(slack);
    expect(await act({ as: ada, channel: general, ...action })).toEqual({ ok: false, error });
  });

  it("leaves other people's messages and archived channels alone", async () => {
    const { slack, control, ada, grace, general } = await start();
    const { act } = await page(slack);
    const ts = await control.say(ada, general, 'mine');
    expect(await act({ as: grace, type: 'delete', channel: general, ts })).toMatchObject({
      error: 'You can only change your own messages.',
    });
    await control.archive(general);
    expect(await act({ as: ada, type: 'say', channel: general, text: 'x' })).toMatchObject({ ok: false });
  });

  it('makes channels, joins them, reacts, opens DMs', async () => {
    const { slack, control, ada, grace, bot } = await start();
    const { act } = await page(slack);
    const { channel } = await act({ as: ada, type: 'create-channel', name: 'Big Lab' });
    expect(await control.channel('big-lab')).toMatchObject({ members: [ada], botIsMember: false });
    await act({ as: grace, type: 'join', channel });
    const ts = await control.say(grace, String(channel), 'hi');
    await act({ as: ada, type: 'react', channel, ts, name: 'wave' });
    expect(await control.thread(String(channel), ts)).toMatchObject([{ reactions: [{ name: 'wave', users: [ada] }] }]);
    await act({ as: ada, type: 'unreact', channel, ts, name: 'wave' });
    expect(await control.thread(String(channel), ts)).toMatchObject([{ reactions: [] }]);
    const dm = await act({ as: ada, type: 'open-dm', with: bot });
    expect(await act({ as: ada, type: 'open-dm', with: bot })).toEqual(dm);
  });
});
