/** The engine on the real database: what a restart finds, and what a full disk does to a turn under way. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createConversations } from '../../src/conversation/conversations.ts';
import type { Store } from '../../src/ports.ts';
import { openDatabase } from '../../src/store/database.ts';
import { storeOn } from '../../src/store/sqlite.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { memoryScratch } from '../fakes/memory-scratch.ts';
import { quietLog } from '../fakes/quiet-log.ts';
import { RecordingReplies } from '../fakes/recording-replies.ts';
import { runs, says, scriptedModel } from '../fakes/scripted-model.ts';
import { temporaryFolder } from '../fakes/temp-folder.ts';
import { asks } from './conversations-harness.ts';
import { CODE, SETTINGS, until } from './turn-harness.ts';

function start(path: string) {
  const db = openDatabase(path);
  onTestFinished(() => {
    db.close();
  });
  const store: Store = storeOn(db, path);
  const replies = new RecordingReplies();
  const begin = (model: ReturnType<typeof scriptedModel>, sandboxes = fakeSandboxes()) =>
    createConversations({
      store,
      model,
      sandboxes,
      replies,
      scratch: memoryScratch(),
      clock: new FakeClock(),
      log: quietLog(),
      settings: SETTINGS,
    });
  const ended = () => until(() => replies.replies[0]?.isFinished === true && store.unfinishedTurns().length === 0);
  return { db, store, replies, begin, ended };
}

describe('storage.restart', () => {
  it('the next process has the history and the sandbox of the thread', async () => {
    const path = join(temporaryFolder(), 'threadbox.db');
    const first = start(path);
    await first.begin(scriptedModel([runs(CODE), says('It is 1.')])).handle(asks('Run it.'));
    await first.ended();
    first.db.close();

    const second = start(path);
    const model = scriptedModel([runs(CODE), says('Still 1.')]);
    const sandboxes = fakeSandboxes();
    await second.begin(model, sandboxes).handle(asks('Again.'));
    await second.ended();
    expect(model.requests[0]?.messages).toEqual([
      { role: 'user', text: 'Run it.' },
      { role: 'assistant', text: '', calls: [{ id: 'call_1', code: CODE }] },
      { role: 'result', callId: 'call_1', text: '(The code ran and printed nothing.)', failed: false },
      { role: 'assistant', text: 'It is 1.', calls: [] },
      { role: 'user', text: 'Again.' },
    ]);
    expect(sandboxes.opened.map(({ last }) => last)).toEqual(['sbx-1']);
  });
});

describe('storage.full-disk', () => {
  it('in the middle of a turn ends the turn in words, and the next one works once there is room', async () => {
    const { db, store, replies, begin } = start(join(temporaryFolder(), 'threadbox.db'));
    const source = `x = "${'y'.repeat(200_000)}"`;
    const pages = Number(db.pragma('page_count', { simple: true }));
    db.pragma(`max_page_count = ${pages + 4}`);
    const conversations = begin(scriptedModel([runs({ language: 'python', source }), says('Hello.')]));
    await conversations.handle(asks('Run it.'));
    await until(() => replies.replies[0]?.isFinished === true);
    expect(replies.replies[0]?.last?.outcome).toEqual({
      kind: 'error',
      failure: {
        reason: 'storage',
        message:
          'My disk is full, so I cannot keep what this turn does. Somebody has to free space there; then ask again.',
      },
    });
    db.pragma('max_page_count = 100000');
    await conversations.handle(asks('Hi'));
    await until(() => replies.replies[1]?.isFinished === true);
    expect(replies.replies[1]?.last?.outcome).toEqual({ kind: 'done' });
    await until(() => store.unfinishedTurns().length === 0);
  });
});
