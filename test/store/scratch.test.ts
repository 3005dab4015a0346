import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { TurnId } from '../../src/conversation/events.ts';
import { openScratch } from '../../src/store/scratch.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';

const TURN = 'turn-1' as TurnId;

describe('scratch', () => {
  it('gives back what was appended, read from the disk', async () => {
    const dir = join(temporaryFolder(), 'tmp');
    const file = openScratch(dir).folder(TURN).create('out.txt');
    for (const text of ['one ', 'zwölf ', '六']) file.append(text);
    const blob = await file.close();
    expect(blob.size).toBe(Buffer.byteLength('one zwölf 六'));
    expect(await new Blob(['[', blob, ']']).text()).toBe('[one zwölf 六]');
    expect(statSync(join(dir, TURN, 'out.txt')).mode & 0o777).toBe(0o600);
  });

  it('is gone when the turn is done with it, also where a file was left open', async () => {
    const dir = join(temporaryFolder(), 'tmp');
    const folder = openScratch(dir).folder(TURN);
    const file = folder.create('open.txt');
    file.append('x');
    await folder.clear();
    expect(readdirSync(dir)).toEqual([]);
    expect(() => file.append('late')).toThrow();
    await folder.clear();
  });

  it('of a process that was killed is gone at the next start', () => {
    const dir = join(temporaryFolder(), 'tmp');
    mkdirSync(join(dir, 'turn-of-yesterday'), { recursive: true });
    writeFileSync(join(dir, 'turn-of-yesterday', 'step-1-output.txt'), 'x');
    openScratch(dir);
    expect(existsSync(dir)).toBe(false);
  });

  it('throws where the disk does not take it', () => {
    const dir = join(temporaryFolder(), 'tmp');
    const scratch = openScratch(dir);
    writeFileSync(dir, 'a file where the folder should be');
    expect(() => scratch.folder(TURN).create('out.txt')).toThrow();
  });
});
