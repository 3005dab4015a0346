import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyChange, changesOf, emptyState, MESSAGES_PER_CHANNEL } from '../../../../src/local/slack/state/apply.ts';
import { openJournal } from '../../../../src/local/slack/state/journal.ts';
import type { Change, Message } from '../../../../src/local/slack/state/records.ts';
import { seedTeam } from '../../../../src/local/slack/state/seed.ts';
import { temporaryFolder } from '../support.ts';

const team = seedTeam('App');

function message(index: number, text = 'x'): Change {
  const value: Message = {
    channel: 'C1',
    ts: `${index + 1}.000000`,
    user: 'U1',
    text,
    blocks: [],
    files: [],
    reactions: [],
    revision: 0,
    changedAt: 0,
  };
  return { put: 'message', value };
}

/** Opens the folder, adds the changes, and leaves without a word, as a crash does. */
function run(folder: string, changes: readonly Change[], compactAt?: number) {
  const opened = openJournal(folder, compactAt);
  const state = emptyState(team);
  for (const change of opened.changes) applyChange(state, change);
  const journal = opened.start(() => changesOf(state));
  for (const change of changes) {
    journal.append(change);
    applyChange(state, change);
    journal.settled();
  }
  return state;
}

const texts = (folder: string) => {
  const state = run(folder, []);
  return [...(state.messages.get('C1')?.values() ?? [])].map((entry) => entry.text);
};

describe('the journal', () => {
  it('gives back what was written, in order', async () => {
    const folder = await temporaryFolder();
    run(folder, [
      message(1, 'a'),
      message(2, 'b'),
      message(1, 'A'),
      { remove: 'message', channel: 'C1', ts: '9.000000' },
    ]);
    expect(texts(folder)).toEqual(['A', 'b']);
  });

  it('cuts off a line that was not finished', async () => {
    const folder = await temporaryFolder();
    run(folder, [message(1, 'a')]);
    const [journal = ''] = (await readdir(folder)).filter((name) => name.startsWith('journal'));
    await appendFile(join(folder, journal), '{"put":"message","value":{"chan');
    run(folder, [message(2, 'b')]);
    expect(texts(folder)).toEqual(['a', 'b']);
  });

  it('skips a line that is damaged', async () => {
    const folder = await temporaryFolder();
    run(folder, [message(1, 'a')]);
    const [journal = ''] = (await readdir(folder)).filter((name) => name.startsWith('journal'));
    await appendFile(join(folder, journal), 'nonsense\n{"other":1}\n');
    expect(texts(folder)).toEqual(['a']);
  });

  it('is folded into a snapshot when it is long', async () => {
    const folder = await temporaryFolder();
    run(
      folder,
      Array.from({ length: 50 }, (_, index) => message(index % 5, `${index}`)),
      1000,
    );
    const files = await readdir(folder);
    expect(files.filter((name) => name.startsWith('journal'))).toHaveLength(1);
    const sizes = await Promise.all(files.map(async (name) => (await readFile(join(folder, name))).length));
    expect(Math.max(...sizes)).toBeLessThan(2000);
    expect(texts(folder)).toEqual(['45', '46', '47', '48', '49']);
  });

  it('survives a crash between the steps of folding', async () => {
    const folder = await temporaryFolder();
    run(folder, [message(1, 'a')]);
    await writeFile(join(folder, 'snapshot.jsonl.new'), '{"journal":99}\n{"put":');
    await writeFile(join(folder, 'journal-2.jsonl'), '');
    run(folder, [message(2, 'b')]);
    await rm(join(folder, 'snapshot.jsonl.new'), { force: true });
    expect(texts(folder)).toEqual(['a', 'b']);
  });

  it('forgets the oldest messages of a long channel', () => {
    const state = emptyState(team);
    for (let index = 0; index <= MESSAGES_PER_CHANNEL; index += 1) applyChange(state, message(index));
    expect(state.messages.get('C1')?.size).toBe(MESSAGES_PER_CHANNEL);
    expect(state.messages.get('C1')?.has('1.000000')).toBe(false);
  });
});
