/** The id of a data folder. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StorageError } from '../../src/store/errors.ts';
import { instanceId } from '../../src/store/instance.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';

describe('the id of a data folder', () => {
  it('is made once and stays; another folder has another', () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    const id = instanceId(one);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(instanceId(one)).toBe(id);
    expect(instanceId(other)).not.toBe(id);
    expect(readdirSync(one)).toEqual(['threadbox.id']);
  });

  it('is made anew where what stands there is none', () => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'threadbox.id'), 'half-an-');
    const id = instanceId(dir);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(instanceId(dir)).toBe(id);
  });

  it('that cannot be kept is refused with the reason', () => {
    const dir = temporaryFolder();
    mkdirSync(join(dir, 'threadbox.id'));
    expect(() => instanceId(dir)).toThrow(StorageError);
  });
});
