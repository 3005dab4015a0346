/** files: written, read, listed, moved and linked to. */
import { AuthenticationError, FileNotFoundError, InvalidArgumentError } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream as unknown as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts);
}

export function filePromises(wire: () => Wire, promise: Promises): void {
  const files = () => wire().sandbox.files;

  promise('writes and reads, relative to home', async () => {
    const written = await files().write('hello.txt', 'Grüße 😀');
    expect(written).toMatchObject({ name: 'hello.txt', path: '/home/user/hello.txt', type: 'file' });
    expect(await files().read('/home/user/hello.txt')).toBe('Grüße 😀');
    expect(
      await files()
        .read('empty.txt')
        .catch(() => 'missing'),
    ).toBe('missing');
    await files().write('empty.txt', '');
    expect(await files().read('empty.txt')).toBe('');
  });

  promise('keeps every byte of a large file, also when it is streamed or packed', async () => {
    const bytes = Buffer.alloc(
      3_000_000,
      Uint8Array.from({ length: 251 }, (_, index) => index),
    );
    await files().write('large.bin', new Blob([bytes]));
    expect(Buffer.from(await files().read('large.bin', { format: 'bytes' })).equals(bytes)).toBe(true);
    await files().write('streamed.bin', new Blob([bytes]).stream());
    expect((await readAll(await files().read('streamed.bin', { format: 'stream' }))).equals(bytes)).toBe(true);
    await files().write('packed.bin', new Blob([bytes]), { gzip: true });
    expect(Buffer.from(await files().read('packed.bin', { format: 'bytes', gzip: true })).equals(bytes)).toBe(true);
  });

  promise('writes several at once, making the folders above them', async () => {
    const written = await files().write([
      { path: 'deep/er/a.txt', data: 'a' },
      { path: '/tmp/with space & ümlaut.txt', data: 'b' },
    ]);
    expect(written.map(({ path }) => path)).toEqual(['/home/user/deep/er/a.txt', '/tmp/with space & ümlaut.txt']);
    expect(await files().read('/tmp/with space & ümlaut.txt')).toBe('b');
  });

  promise('tells what a file is', async () => {
    await files().write('about.txt', '12345');
    expect(await files().getInfo('about.txt')).toMatchObject({
      name: 'about.txt',
      path: '/home/user/about.txt',
      type: 'file',
      size: 5,
      mode: 0o644,
      permissions: '-rw-r--r--',
      owner: 'user',
      group: 'user',
      modifiedTime: expect.any(Date),
    });
    expect(await files().exists('about.txt')).toBe(true);
    expect(await files().exists('nothing')).toBe(false);
  });

  promise('lists flat to the depth that is asked for', async () => {
    expect(await files().makeDir('list/sub')).toBe(true);
    expect(await files().makeDir('list/sub')).toBe(false);
    await files().write([
      { path: 'list/a', data: '' },
      { path: 'list/sub/b', data: '' },
    ]);
    const paths = async (depth?: number) =>
      (await files().list('list', depth === undefined ? {} : { depth })).map(({ path, type }) => `${type} ${path}`);
    expect((await paths()).sort()).toEqual(['dir /home/user/list/sub', 'file /home/user/list/a']);
    expect(await paths(2)).toContain('file /home/user/list/sub/b');
  });

  promise('moves and removes', async () => {
    await files().write('old.txt', 'x');
    expect(await files().rename('old.txt', 'moved/new.txt')).toMatchObject({ path: '/home/user/moved/new.txt' });
    expect(await files().exists('old.txt')).toBe(false);
    await files().remove('moved');
    expect(await files().exists('moved/new.txt')).toBe(false);
    await expect(files().remove('moved')).resolves.toBeUndefined();
  });

  promise('names what is wrong', async () => {
    await files().makeDir('folder');
    await files().write('file', '');
    const missing = files().read('no');
    await expect(missing).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(missing).rejects.toThrow("path '/home/user/no' does not exist");
    await expect(files().read('folder')).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(files().read('folder')).rejects.toThrow("path '/home/user/folder' is a directory");
    await expect(files().write('folder', 'x')).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(files().list('no')).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(files().list('file')).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(files().getInfo('no')).rejects.toBeInstanceOf(FileNotFoundError);
    await expect(files().rename('no', 'yes')).rejects.toBeInstanceOf(FileNotFoundError);
  });

  promise('answers nobody with a wrong token', async () => {
    const { client, options, sandbox } = wire();
    // The SDK keeps a sandbox's token to itself; its own constructor takes another.
    const { sandboxId } = sandbox;
    const stranger = new client.Sandbox({ ...options, sandboxId, envdVersion: '0.6.13', envdAccessToken: 'wrong' });
    await expect(stranger.files.read('hello.txt')).rejects.toBeInstanceOf(AuthenticationError);
    await expect(stranger.commands.run('true')).rejects.toBeInstanceOf(AuthenticationError);
  });

  promise('signs links that read or write one path for a while', async () => {
    const { sandbox } = wire();
    await files().write('linked.txt', 'by link');
    const link = await sandbox.downloadUrl('linked.txt', { useSignatureExpiration: 60 });
    const answer = await fetch(link);
    expect(await answer.text()).toBe('by link');
    expect(answer.headers.get('content-disposition')).toContain('linked.txt');
    const tampered = await fetch(link.replace('linked.txt', 'about.txt'));
    expect([tampered.status, await tampered.json()]).toEqual([401, { code: 401, message: 'invalid signature' }]);
    const old = await fetch(await sandbox.downloadUrl('linked.txt', { useSignatureExpiration: -10 }));
    expect([old.status, await old.json()]).toEqual([401, { code: 401, message: 'signature is already expired' }]);

    const form = new FormData();
    form.append('file', new Blob(['uploaded']), 'other name.txt');
    const up = await sandbox.uploadUrl('up.txt', { useSignatureExpiration: 60 });
    expect((await fetch(up, { method: 'POST', body: form })).status).toBe(200);
    expect(await files().read('up.txt')).toBe('uploaded');
  });
}
