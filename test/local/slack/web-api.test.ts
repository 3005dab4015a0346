import { describe, expect, it } from 'vitest';
import { raw, start } from './support.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

describe('tokens and methods', () => {
  it('answers auth.test with who the app is', async () => {
    const { web, bot, slack } = await start();
    const answer = await web.auth.test();
    expect(answer).toMatchObject({ ok: true, user_id: bot, team: 'Threadbox Local', url: `${slack.url}/` });
  });

  it.each([
    ['no token', undefined, 'not_authed'],
    ['an unknown token', 'xoxb-nobody', 'invalid_auth'],
  ])('refuses %s', async (_name, token, error) => {
    const { slack } = await start();
    expect(await raw(slack, 'chat.postMessage', {}, token ?? '')).toMatchObject({ ok: false, error });
  });

  it('tells app tokens from bot tokens', async () => {
    const { slack } = await start();
    expect(await raw(slack, 'chat.postMessage', {}, slack.appToken)).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await raw(slack, 'apps.connections.open', {})).toMatchObject({ error: 'not_allowed_token_type' });
  });

  it('answers an unknown method with HTTP 200', async () => {
    const { slack } = await start();
    const response = await fetch(`${slack.apiUrl}chat.sing`, { method: 'POST' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ ok: false, error: 'unknown_method' });
  });

  it('refuses what the manifest does not ask for, and says what it lacks', async () => {
    const { slack } = await start();
    const answer = await raw(slack, 'team.info', {});
    expect(answer).toMatchObject({ ok: false, error: 'missing_scope', needed: 'team:read' });
    expect(String(answer['provided']).split(',')).toContain('chat:write');
    expect(await raw(slack, 'conversations.list', {})).toMatchObject({ needed: 'channels:read' });
  });

  it('takes a form, JSON, multipart, and a query', async () => {
    const { slack, general } = await start();
    const headers = { authorization: `Bearer ${slack.botToken}` };
    const multipart = new FormData();
    multipart.set('channel', general);
    multipart.set('text', 'by multipart');
    const form = new URLSearchParams({ channel: general, text: 'by form', token: slack.botToken });
    const url = `${slack.apiUrl}chat.postMessage`;
    const answers = [
      await fetch(url, { method: 'POST', body: multipart, headers }),
      await fetch(url, { method: 'POST', body: form }),
      await fetch(`${slack.apiUrl}conversations.history?channel=${general}`, { headers }),
    ];
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    expect(bodies[0]).toMatchObject({ ok: true, message: { text: 'by multipart' } });
    expect(bodies[1]).toMatchObject({ ok: true, message: { text: 'by form' } });
    expect(bodies[2]).toMatchObject({ ok: true, messages: [{ text: 'by form' }, { text: 'by multipart' }] });
  });
});

describe('chat.postMessage', () => {
  it('gives the message as the bot wrote it, with a ts of its own', async () => {
    const { web, general, bot } = await start();
    const first = await web.chat.postMessage({ channel: general, text: 'one' });
    const second = await web.chat.postMessage({ channel: '#general', text: 'two' });
    expect(first.message).toMatchObject({ type: 'message', user: bot, text: 'one', ts: first.ts });
    expect(first.message?.bot_id).toMatch(/^B0/);
    expect(Number(second.ts)).toBeGreaterThan(Number(first.ts));
  });

  it.each([
    ['an unknown channel', { channel: 'C0NOWHERE00', text: 'x' }, 'channel_not_found'],
    ['no text at all', { channel: 'general', text: '' }, 'no_text'],
    ['where it is no member', { channel: 'random', text: 'x' }, 'not_in_channel'],
    ['a thread that is not', { channel: 'general', text: 'x', thread_ts: '1.000000' }, 'thread_not_found'],
    ['blocks that are no list', { channel: 'general', text: 'x', blocks: 'nonsense' }, 'invalid_blocks_format'],
    [
      'metadata without a type',
      { channel: 'general', text: 'x', metadata: { event_payload: {} } },
      'invalid_metadata_format',
    ],
    [
      'too much metadata',
      { channel: 'general', text: 'x', metadata: { event_type: 'a', event_payload: { a: 'x'.repeat(20_000) } } },
      'metadata_too_large',
    ],
    ['two kinds of text', { channel: 'general', text: 'x', markdown_text: 'y' }, 'markdown_text_conflict'],
    ['too many attachments', { channel: 'general', attachments: Array(101).fill({}) }, 'too_many_attachments'],
    ['51 blocks', { channel: 'general', blocks: Array(51).fill({ type: 'divider' }) }, 'invalid_blocks'],
    [
      'too much in all',
      { channel: 'general', blocks: Array(5).fill(section('x'.repeat(2900))) },
      'msg_blocks_too_long',
    ],
  ])('refuses %s', async (_name, args, error) => {
    const { slack } = await start();
    expect(await raw(slack, 'chat.postMessage', args)).toMatchObject({ ok: false, error });
  });

  it('says where a block is wrong', async () => {
    const { slack } = await start();
    const answer = await raw(slack, 'chat.postMessage', { channel: 'general', blocks: [section('x'.repeat(3001))] });
    expect(answer).toMatchObject({
      error: 'invalid_blocks',
      errors: ['must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
      response_metadata: { messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'] },
    });
  });

  it('refuses an archived channel', async () => {
    const { slack, control, general } = await start();
    await control.archive(general);
    expect(await raw(slack, 'chat.postMessage', { channel: general, text: 'x' })).toMatchObject({
      error: 'is_archived',
    });
  });

  it('cuts text at 40,000 characters and warns', async () => {
    const { slack, general } = await start();
    const answer = await raw(slack, 'chat.postMessage', { channel: general, text: 'x'.repeat(40_001) });
    expect(answer).toMatchObject({ ok: true, warning: 'message_truncated' });
    expect(answer['message']).toMatchObject({ text: 'x'.repeat(40_000) });
  });

  it("takes a reply's ts as its thread's", async () => {
    const { web, general } = await start();
    const root = await web.chat.postMessage({ channel: general, text: 'root' });
    const reply = await web.chat.postMessage({ channel: general, text: 'reply', thread_ts: root.ts ?? '' });
    const next = await web.chat.postMessage({ channel: general, text: 'next', thread_ts: reply.ts ?? '' });
    expect(next.message?.thread_ts).toBe(root.ts);
  });

  it("opens the DM of a person's id", async () => {
    const { web, ada, control } = await start();
    const answer = await web.chat.postMessage({ channel: ada, text: 'hello' });
    expect(answer.channel).toMatch(/^D0/);
    expect((await control.state()).channels.find((channel) => channel.id === answer.channel)?.kind).toBe('im');
  });
});

describe('chat.update', () => {
  async function posted() {
    const started = await start();
    const { ts = '' } = await started.web.chat.postMessage({
      channel: started.general,
      text: 'first',
      blocks: [section('first')],
    });
    return { ...started, ts };
  }

  it('takes the blocks away where only text is given, and marks that as edited', async () => {
    const { web, control, general, ts } = await posted();
    await web.chat.update({ channel: general, ts, text: 'second', blocks: [section('second')] });
    const [blocks] = await control.messages(general);
    expect(blocks).toMatchObject({ text: 'second', revision: 1 });
    expect(blocks?.editedTs).toBeUndefined();
    await web.chat.update({ channel: general, ts, text: 'third' });
    const [plain] = await control.messages(general);
    expect(plain).toMatchObject({ text: 'third', blocks: [], revision: 2 });
    expect(plain?.editedTs).toBeDefined();
  });

  it.each([
    ['4,000 bytes', 'x'.repeat(4000), true],
    ['4,001 bytes', 'x'.repeat(4001), false],
    ['800 ampersands, escaped to 4,000 bytes', '&'.repeat(800), true],
    ['801 ampersands, escaped to 4,005 bytes', '&'.repeat(801), false],
    ['800 ampersands that are escaped already', '&amp;'.repeat(800), true],
    ['2,001 letters of two bytes', 'ä'.repeat(2001), false],
  ])('measures %s', async (_name, text, fits) => {
    const { slack, general, ts } = await posted();
    const answer = await raw(slack, 'chat.update', { channel: general, ts, text });
    expect(answer['error']).toBe(fits ? undefined : 'msg_too_long');
  });

  it('refuses messages that are gone or not its own', async () => {
    const { slack, control, general, ada } = await posted();
    const ts = await control.say(ada, general, 'mine');
    expect(await raw(slack, 'chat.update', { channel: general, ts, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await raw(slack, 'chat.delete', { channel: general, ts })).toMatchObject({ error: 'cant_delete_message' });
    expect(await raw(slack, 'chat.update', { channel: general, ts: '1.000000', text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await raw(slack, 'chat.update', { channel: general, ts: '1.000000' })).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('keeps metadata that is not given again, and shows it only when asked', async () => {
    const { web, general } = await start();
    const metadata = { event_type: 'turn', event_payload: { turn: 't1' } };
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'x', metadata });
    await web.chat.update({ channel: general, ts, text: 'y' });
    const plain = await web.conversations.replies({ channel: general, ts });
    const full = await web.conversations.replies({ channel: general, ts, include_all_metadata: true });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    expect(full.messages?.[0]).toMatchObject({ metadata });
  });
});

describe('reading', () => {
  it('pages through a thread, its root on the first page only', async () => {
    const { web, general } = await start();
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'root' });
    for (const text of ['a', 'b', 'c']) await web.chat.postMessage({ channel: general, text, thread_ts: ts });
    const first = await web.conversations.replies({ channel: general, ts, limit: 2 });
    expect(first.messages?.map((message) => message.text)).toEqual(['root', 'a']);
    expect(first).toMatchObject({ has_more: true, messages: [{ reply_count: 3, thread_ts: ts }, {}] });
    const cursor = first.response_metadata?.next_cursor ?? '';
    const rest = await web.conversations.replies({ channel: general, ts, limit: 2, cursor });
    expect(rest.messages?.map((message) => message.text)).toEqual(['b', 'c']);
    const history = await web.conversations.history({ channel: general });
    expect(history.messages?.map((message) => message.text)).toEqual(['root']);
  });

  it('keeps to the window of oldest and latest', async () => {
    const { web, general } = await start();
    const posted: string[] = [];
    for (const text of ['a', 'b', 'c']) posted.push((await web.chat.postMessage({ channel: general, text })).ts ?? '');
    const read = async (args: { oldest?: string; latest?: string; inclusive?: boolean }) =>
      (await web.conversations.history({ channel: general, ...args })).messages?.map((message) => message.text);
    expect(await read({ oldest: posted[0] ?? '' })).toEqual(['c', 'b']);
    expect(await read({ latest: posted[1] ?? '', inclusive: true })).toEqual(['b', 'a']);
  });

  it('refuses a channel it is not in', async () => {
    const { slack, random } = await start();
    expect(await raw(slack, 'conversations.history', { channel: random })).toMatchObject({ error: 'not_in_channel' });
  });

  it('gives people and channels to an app with the scopes', async () => {
    const scopes = [
      'channels:read',
      'users:read',
      'im:write',
      'channels:join',
      'channels:manage',
      'team:read',
      'reactions:read',
    ];
    const { web, ada, bot, random, general } = await start({ scopes });
    expect((await web.users.info({ user: ada })).user).toMatchObject({ name: 'ada', tz: 'Europe/Berlin' });
    expect((await web.users.list({})).members).toHaveLength(4);
    expect((await web.conversations.list({})).channels?.map((channel) => channel.name)).toEqual([
      'general',
      'data',
      'random',
    ]);
    expect((await web.conversations.info({ channel: random })).channel?.is_member).toBe(false);
    await web.conversations.join({ channel: random });
    expect((await web.conversations.members({ channel: random })).members).toContain(bot);
    expect((await web.conversations.open({ users: ada })).channel?.id).toMatch(/^D0/);
    const made = await web.conversations.create({ name: 'lab' });
    await web.conversations.invite({ channel: made.channel?.id ?? '', users: ada });
    await expect(web.conversations.create({ name: 'lab' })).rejects.toMatchObject({ data: { error: 'name_taken' } });
    expect((await web.team.info()).team?.name).toBe('Threadbox Local');
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'x' });
    await web.reactions.add({ channel: general, timestamp: ts, name: 'eyes' });
    const got = await web.reactions.get({ channel: general, timestamp: ts });
    expect(got.message).toMatchObject({ reactions: [{ name: 'eyes', count: 1, users: [bot] }] });
  });
});

describe('reactions, ephemerals, permalinks, statuses', () => {
  it('adds a reaction once', async () => {
    const { slack, control, general, ada } = await start();
    const timestamp = await control.say(ada, general, 'hello');
    const add = (name: string) => raw(slack, 'reactions.add', { channel: general, timestamp, name });
    expect(await add('eyes')).toMatchObject({ ok: true });
    expect(await add('eyes')).toMatchObject({ error: 'already_reacted' });
    expect(await add('no such!')).toMatchObject({ error: 'invalid_name' });
    expect(await raw(slack, 'reactions.remove', { channel: general, timestamp, name: 'tada' })).toMatchObject({
      error: 'no_reaction',
    });
    expect(await raw(slack, 'reactions.add', { channel: general, timestamp: '1.000000', name: 'eyes' })).toMatchObject({
      error: 'message_not_found',
    });
  });

  it('shows an ephemeral message to one person and never edits it', async () => {
    const { web, slack, control, general, ada } = await start();
    const answer = await web.chat.postEphemeral({ channel: general, user: ada, text: 'only you' });
    expect(await control.ephemerals()).toMatchObject([{ text: 'only you', ephemeralFor: ada, ts: answer.message_ts }]);
    expect(await control.messages(general)).toEqual([]);
    expect(await raw(slack, 'chat.update', { channel: general, ts: answer.message_ts, text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
    expect(await raw(slack, 'chat.postEphemeral', { channel: general, user: 'U0NOBODY', text: 'x' })).toMatchObject({
      error: 'user_not_found',
    });
  });

  it('links to a message', async () => {
    const { web, slack, general } = await start();
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'x' });
    const { permalink } = await web.chat.getPermalink({ channel: general, message_ts: ts });
    expect(permalink).toBe(`${slack.url}/archives/${general}/p${ts.replace('.', '')}`);
  });

  it('clears a status with the next reply, and after two minutes', async () => {
    const { web, control, general, ada } = await start();
    const thread_ts = await control.say(ada, general, 'hello');
    const set = (status: string) => web.assistant.threads.setStatus({ channel_id: general, thread_ts, status });
    await set('is thinking');
    expect((await control.statuses()).current).toMatchObject([{ text: 'is thinking', threadTs: thread_ts }]);
    await web.chat.postMessage({ channel: general, thread_ts, text: 'reply' });
    expect((await control.statuses()).current).toEqual([]);
    await set('again');
    await control.advance(120_000);
    expect((await control.statuses()).history.map((change) => change.text)).toEqual(['is thinking', '', 'again', '']);
  });

  it('leaves a tombstone where a deleted message has replies', async () => {
    const { web, slack, control, general } = await start();
    const { ts = '' } = await web.chat.postMessage({ channel: general, text: 'root' });
    const reply = await web.chat.postMessage({ channel: general, text: 'reply', thread_ts: ts });
    await web.chat.delete({ channel: general, ts });
    expect(await control.messages(general)).toMatchObject([
      { subtype: 'tombstone', text: 'This message was deleted.' },
    ]);
    expect(await raw(slack, 'chat.update', { channel: general, ts, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    await web.chat.delete({ channel: general, ts: reply.ts ?? '' });
    expect(await control.messages(general)).toEqual([]);
  });
});
