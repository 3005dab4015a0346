/** Files over the wire: put, get within a limit, and the list a person may want. */
import { openAsBlob, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/ports.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';
import { NEVER, startWorld, type World } from './e2b-world.ts';
import type { StubEntry } from './stub-wire.ts';

let world: World;
let sandbox: Sandbox;
beforeEach(async () => {
  world = await startWorld();
  sandbox = await world.sandbox();
});
afterEach(async () => {
  expect(world.stub.violations).toEqual([]);
  await world.stop();
});

const file = (name: string, size = 1): StubEntry => ({ name, type: 'FILE', size });
const folder = (name: string): StubEntry => ({ name, type: 'DIRECTORY' });

describe('put and get', () => {
  it('carry bytes as they are', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await sandbox.put('data/a b.bin', bytes, NEVER);
    expect([...world.stub.files.keys()]).toEqual(['/home/user/data/a b.bin']);
    expect(await sandbox.get('data/a b.bin', 256, NEVER)).toEqual(bytes);
  });

  it('write a view of a larger buffer as the view', async () => {
    await sandbox.put('v', new Uint8Array([1, 2, 3, 4]).subarray(1, 3), NEVER);
    expect(world.stub.files.get('/home/user/v')).toEqual(new Uint8Array([2, 3]));
  });

  it('write what lies on disk, read as it is sent', async () => {
    const path = join(temporaryFolder(), 'long.txt');
    writeFileSync(path, 'line\n'.repeat(100_000));
    await sandbox.put('long.txt', new Blob(['[note]\n', await openAsBlob(path), 'end']), NEVER);
    const written = Buffer.from(world.stub.files.get('/home/user/long.txt') ?? []).toString();
    expect(written).toBe(`[note]\n${'line\n'.repeat(100_000)}end`);
  });

  it.each(['../../etc/passwd', '/../x', '..', ''])('refuse %j, which is outside the home folder', async (path) => {
    await expect(sandbox.put(path, new Uint8Array(1), NEVER)).rejects.toThrow('outside');
    await expect(sandbox.get(path, 10, NEVER)).rejects.toThrow('outside');
  });

  it('get nothing where there is no file, or a larger one', async () => {
    world.stub.files.set('/home/user/big', new Uint8Array(11));
    expect(await sandbox.get('none', 10, NEVER)).toBeUndefined();
    expect(await sandbox.get('big', 10, NEVER)).toBeUndefined();
  });

  it('get nothing of a file that turns out larger than it said', async () => {
    world.stub.files.set('/home/user/grows', new Uint8Array(11));
    const stat = { name: 'grows', type: 'FILE_TYPE_FILE', path: '/home/user/grows', size: '5', mode: 420 };
    world.stub.answers.set('POST :49983/filesystem.Filesystem/Stat', { status: 200, body: { entry: stat } });
    expect(await sandbox.get('grows', 10, NEVER)).toBeUndefined();
  });

  it.each([
    ['a full disk', 507, "data.csv could not be written: the sandbox's disk is full."],
    ['a sandbox that ended', 502, 'data.csv could not be written: the sandbox has ended or does not answer.'],
    ['anything else', 500, 'data.csv could not be written in the sandbox.'],
  ])('say in a sentence why not: %s', async (_name, status, sentence) => {
    world.stub.answers.set('POST :49983/files', { status, body: { code: status, message: 'x' } });
    await expect(sandbox.put('data.csv', new Uint8Array(1), NEVER)).rejects.toThrow(sentence);
  });

  it('reject with the reason of an abort', async () => {
    const stop = new AbortController();
    world.stub.answers.set('POST :49983/files', 'hang');
    const putting = sandbox.put('a', new Uint8Array(1), stop.signal);
    await world.stub.called('POST :49983/files');
    stop.abort(new Error('stopped'));
    await expect(putting).rejects.toThrow('stopped');
  });
});

describe('the list', () => {
  it('leaves out what tools made: hidden folders, environments, caches, links', async () => {
    world.stub.folders.set('/home/user', [
      file('report.csv', 12),
      file('.bashrc'),
      { name: 'link', type: 'FILE', size: 1, symlinkTarget: '/etc/passwd' },
      ...['.cache', '.git', 'node_modules', '__pycache__', 'venv', 'myenv', 'out'].map(folder),
    ]);
    world.stub.folders.set('/home/user/myenv', [file('pyvenv.cfg'), file('x.py')]);
    world.stub.folders.set('/home/user/out', [file('chart.png')]);
    expect(await sandbox.list(NEVER)).toEqual([
      { path: 'report.csv', sizeBytes: 12, modifiedMs: Date.UTC(2026, 0, 5, 9) },
      { path: 'out/chart.png', sizeBytes: 1, modifiedMs: Date.UTC(2026, 0, 5, 9) },
    ]);
  });

  it('goes four folders deep', async () => {
    const levels = ['', '/a', '/a/b', '/a/b/c', '/a/b/c/d'];
    const names = ['a', 'b', 'c', 'd', 'e'];
    levels.forEach((path, i) => {
      world.stub.folders.set(`/home/user${path}`, [file(`f${i}`), folder(names[i] ?? '')]);
    });
    const paths = (await sandbox.list(NEVER)).map((entry) => entry.path);
    expect(paths).toEqual(['f0', 'a/f1', 'a/b/f2', 'a/b/c/f3']);
  });

  it('ends at 500 files', async () => {
    world.stub.folders.set(
      '/home/user',
      Array.from({ length: 600 }, (_, i) => file(`f${i}`)),
    );
    expect(await sandbox.list(NEVER)).toHaveLength(500);
  });

  it('asks for no more than 100 folders', async () => {
    const names = Array.from({ length: 300 }, (_, i) => `d${i}`);
    world.stub.folders.set('/home/user', names.map(folder));
    for (const name of names) world.stub.folders.set(`/home/user/${name}`, [file('f')]);
    expect(await sandbox.list(NEVER)).toHaveLength(99);
    expect(world.stub.count('POST :49983/filesystem.Filesystem/ListDir')).toBe(100);
  });

  it('goes on when a folder vanishes between two looks', async () => {
    world.stub.folders.set('/home/user', [file('a'), folder('gone')]);
    expect((await sandbox.list(NEVER)).map((entry) => entry.path)).toEqual(['a']);
  });
});
