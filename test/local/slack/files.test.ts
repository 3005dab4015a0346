import { describe, expect, it } from 'vitest';
import { until } from '../../fakes/slack-control.ts';
import { raw, type Started, start } from './support.ts';

/** A PNG of one pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function announce({ slack }: Started, args: Readonly<Record<string, unknown>>) {
  const answer = await raw(slack, 'files.getUploadURLExternal', args);
  return { id: String(answer['file_id']), url: String(answer['upload_url']), answer };
}

/** Steps one and two. */
async function uploaded(started: Started, name: string, bytes: Buffer, more: object = {}): Promise<string> {
  const { id, url } = await announce(started, { filename: name, length: bytes.length, ...more });
  const response = await fetch(url, { method: 'POST', body: new Uint8Array(bytes) });
  expect(response.status).toBe(200);
  return id;
}

const info = async ({ slack }: Started, file: string) =>
  (await raw(slack, 'files.info', { file }))['file'] as Record<string, unknown> | undefined;

describe('uploads', () => {
  it('takes the three steps, and shows the file after a while', async () => {
    const started = await start();
    const { slack, control, general, ada } = started;
    const thread_ts = await control.say(ada, general, 'chart?');
    const id = await uploaded(started, 'chart.png', PNG, { alt_txt: 'A chart' });
    const files = [{ id, title: 'The chart' }];
    const done = await raw(slack, 'files.completeUploadExternal', {
      files,
      channel_id: general,
      thread_ts,
      initial_comment: 'Here',
    });
    expect(done).toMatchObject({ ok: true, files: [{ id, title: 'The chart' }] });
    const early = await info(started, id);
    expect(early).toMatchObject({ shares: {}, mimetype: '' });
    expect(early).not.toHaveProperty('original_w');
    const late = await until(
      () => info(started, id),
      (file) => JSON.stringify(file?.['shares']) !== '{}',
    );
    expect(late).toMatchObject({
      title: 'The chart',
      mimetype: 'image/png',
      original_w: 1,
      original_h: 1,
      alt_txt: 'A chart',
      shares: { public: { [general]: [{ thread_ts }] } },
    });
    const [, reply] = await control.thread(general, thread_ts);
    expect(reply).toMatchObject({
      text: 'Here',
      files: [{ id, altText: 'A chart', width: 1, height: 1, sizeBytes: PNG.length }],
    });
    expect(await control.fileBytes(id)).toEqual(PNG);
  });

  it('works with filesUploadV2, several files in one message', async () => {
    const { web, control, general } = await start();
    await web.filesUploadV2({
      channel_id: general,
      initial_comment: 'two',
      file_uploads: [
        { content: 'a,b\n1,2\n', filename: 'a.csv' },
        { file: PNG, filename: 'b.png' },
      ],
    });
    const [message] = await until(
      () => control.messages(general),
      (all) => all.length === 1,
    );
    expect(message).toMatchObject({ text: 'two', subtype: 'file_share' });
    expect(message?.files).toMatchObject([
      { name: 'a.csv', mimetype: 'text/csv', preview: 'a,b\n1,2\n' },
      { name: 'b.png', mimetype: 'image/png' },
    ]);
  });

  it('refuses bytes of another length, and a completion without bytes or for the second time', async () => {
    const started = await start();
    const { slack, general } = started;
    const { id, url } = await announce(started, { filename: 'a.txt', length: 3 });
    expect((await fetch(url, { method: 'POST', body: 'four' })).status).toBe(400);
    const complete = () => raw(slack, 'files.completeUploadExternal', { files: [{ id }], channel_id: general });
    expect(await complete()).toMatchObject({ error: 'file_not_found' });
    expect((await fetch(url, { method: 'POST', body: 'ab!' })).status).toBe(200);
    expect(await complete()).toMatchObject({ ok: true });
    expect(await complete()).toMatchObject({ error: 'file_not_found' });
  });

  it.each([
    ['no name', { length: 3 }, 'invalid_arguments'],
    ['no length', { filename: 'a' }, 'missing_argument'],
    ['an empty file', { filename: 'a', length: 0 }, 'missing_argument'],
    ['a snippet over 1 MB', { filename: 'a', length: 2_000_000, snippet_type: 'python' }, 'snippet_too_large'],
    ['more than 100 MB', { filename: 'a', length: 200_000_000 }, 'file_upload_size_restricted'],
  ])('refuses %s', async (_name, args, error) => {
    const started = await start();
    expect((await announce(started, args)).answer).toMatchObject({ ok: false, error });
  });

  it('shares nothing where alternative text was given for what is no image', async () => {
    const started = await start();
    const { slack, control, general } = started;
    const id = await uploaded(started, 'a.csv', Buffer.from('a,b\n'), { alt_txt: 'A table' });
    expect(await raw(slack, 'files.completeUploadExternal', { files: [{ id }], channel_id: general })).toMatchObject({
      ok: true,
    });
    await control.advance(5000);
    expect(await info(started, id)).toMatchObject({ mimetype: 'text/csv', shares: {} });
    expect(await control.messages(general)).toEqual([]);
  });

  it('lets a block show a file only once it is known what it is', async () => {
    const started = await start();
    const { slack, control, general } = started;
    const id = await uploaded(started, 'a.png', PNG);
    await raw(slack, 'files.completeUploadExternal', { files: [{ id }] });
    const blocks = [{ type: 'image', slack_file: { id }, alt_text: 'a' }];
    expect(await raw(slack, 'chat.postMessage', { channel: general, text: 'x', blocks })).toMatchObject({
      error: 'invalid_blocks',
      errors: ['invalid slack file [json-pointer:/blocks/0/slack_file]'],
    });
    await control.advance(1000);
    expect(await raw(slack, 'chat.postMessage', { channel: general, text: 'x', blocks })).toMatchObject({ ok: true });
  });

  it('deletes a file everywhere', async () => {
    const { web, control, general } = await start();
    await web.filesUploadV2({ channel_id: general, content: 'x', filename: 'a.txt' });
    const [message] = await until(
      () => control.messages(general),
      (all) => all.length === 1,
    );
    const file = message?.files[0]?.id ?? '';
    expect((await web.files.list({ channel: general })).files).toHaveLength(1);
    await web.files.delete({ file });
    expect(await control.messages(general)).toMatchObject([{ files: [] }]);
    await expect(web.files.info({ file })).rejects.toMatchObject({ data: { error: 'file_not_found' } });
  });
});

describe('downloads', () => {
  it('gives bytes to the bot, the sign-in page to anyone else, and hides what the bot may not see', async () => {
    const { slack, control, general, ada, random } = await start();
    const file = await control.upload(ada, 'data.csv', Buffer.from('a,b\n1,2\n'));
    await control.say(ada, general, 'see', { files: [file.id] });
    const { files: [shown] = [] } =
      (
        (await raw(slack, 'conversations.history', { channel: general }))['messages'] as {
          files: { url_private_download: string }[];
        }[]
      )[0] ?? {};
    const url = shown?.url_private_download ?? '';
    const mine = await fetch(url, { headers: { authorization: `Bearer ${slack.botToken}` } });
    expect([mine.headers.get('content-type'), await mine.text()]).toEqual(['text/csv', 'a,b\n1,2\n']);
    const stranger = await fetch(url, { headers: { authorization: 'Bearer xoxb-wrong' } });
    expect([stranger.status, stranger.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const secret = await control.upload(ada, 'secret.txt', Buffer.from('s'));
    expect(await raw(slack, 'files.info', { file: secret.id })).toMatchObject({ error: 'file_not_found' });
    expect(random).not.toBe(general);
  });
});
