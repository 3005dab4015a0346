import { stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSlack } from '../../../src/local/slack/server.ts';
import { until } from '../../fakes/slack-control.ts';
import { MANIFEST, raw, start, temporaryFolder } from './support.ts';

describe('a restart', () => {
  it('keeps people, channels, messages, reactions, files, keys and ids', async () => {
    const first = await start();
    const { control, web, ada, general } = first;
    const ts = await control.say(ada, general, 'hello');
    await web.chat.postMessage({ channel: general, text: 'reply', thread_ts: ts });
    await web.reactions.add({ channel: general, timestamp: ts, name: 'eyes' });
    const file = await control.upload(ada, 'a.txt', Buffer.from('bytes'));
    await control.say(ada, general, 'file', { files: [file.id] });
    await control.act({ as: ada, type: 'create-channel', name: 'lab' });
    const before = await control.messages(general);
    await first.slack.stop();

    const second = await start({ dataDir: first.folder });
    expect(second.slack).toMatchObject({
      botToken: first.slack.botToken,
      appToken: first.slack.appToken,
      signingSecret: first.slack.signingSecret,
      controlKey: first.slack.controlKey,
    });
    const plain = (messages: typeof before) => messages.map(({ versions: _versions, ...message }) => message);
    expect(plain(await second.control.messages(general))).toEqual(plain(before));
    expect(await second.control.thread(general, ts)).toMatchObject([
      { reactions: [{ name: 'eyes' }] },
      { text: 'reply' },
    ]);
    expect(await second.control.fileBytes(file.id)).toEqual(Buffer.from('bytes'));
    expect((await second.control.channel('lab')).members).toEqual([ada]);
    expect((await stat(join(first.folder, 'keys.json'))).mode & 0o777).toBe(0o600);
  });

  it('shows a file whose share was on its way', async () => {
    const first = await start();
    const { slack, general } = first;
    const announced = await raw(slack, 'files.getUploadURLExternal', { filename: 'a.txt', length: 1 });
    await fetch(String(announced['upload_url']), { method: 'POST', body: 'x' });
    await raw(slack, 'files.completeUploadExternal', { files: [{ id: announced['file_id'] }], channel_id: general });
    await slack.stop();
    const second = await start({ dataDir: first.folder });
    const [message] = await until(
      () => second.control.messages(general),
      (all) => all.length === 1,
    );
    expect(message?.files).toMatchObject([{ id: announced['file_id'], name: 'a.txt' }]);
  });

  it('keeps ts rising when the clock went back', async () => {
    const first = await start({ now: () => 2_000_000_000_000 });
    const ts = await first.control.say(first.ada, first.general, 'late');
    await first.slack.stop();
    const second = await start({ dataDir: first.folder, now: () => 1_900_000_000_000 });
    expect(Number(await second.control.say(first.ada, first.general, 'early'))).toBeGreaterThan(Number(ts));
  });
});

/** A server on a port of its own, to be closed by the test. */
async function freePort() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe('starting', () => {
  it('says that the port is taken', async () => {
    const { port, server } = await freePort();
    onTestFinished(() => void server.close());
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('gives the port back where the folder cannot be used', async () => {
    const { port, server } = await freePort();
    await new Promise((resolve) => server.close(resolve));
    const options = { port, dataDir: '/dev/null/nowhere', manifestPath: MANIFEST, log: () => {} };
    await expect(startSlack(options)).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect((await start({ port })).slack.url).toBe(`http://127.0.0.1:${port}`);
  });

  it('says that the manifest is no YAML', async () => {
    const folder = await temporaryFolder();
    const manifestPath = join(folder, 'manifest.yml');
    await writeFile(manifestPath, 'features: [');
    await expect(start({ manifestPath })).rejects.toThrow(`${manifestPath} is not valid YAML`);
  });
});
