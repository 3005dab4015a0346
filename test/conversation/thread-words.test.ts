import { describe, expect, it } from 'vitest';
import type { ThreadKey, TurnId } from '../../src/conversation/events.ts';
import {
  ownThreadLine,
  shortTask,
  spell,
  type ThreadState,
  threadStatus,
} from '../../src/conversation/thread-words.ts';
import type { TurnRow } from '../../src/ports.ts';

const NOW = 1_000_000;

function row(state: TurnRow['state'], text: string, agoMs = 12_000): TurnRow {
  return {
    id: text as TurnId,
    thread: 'T:C:1' as ThreadKey,
    user: 'U1',
    sourceTs: null,
    task: { kind: 'ask', text },
    files: [],
    state,
    replyTs: null,
    createdMs: NOW - agoMs,
  };
}

const idle: ThreadState = { turns: [], lastActiveMs: NOW - 180_000, closed: false, sandbox: 'paused' };

describe('thread.status', () => {
  it.each<[string, ThreadState, string]>([
    [
      'a thread at rest',
      idle,
      'Nothing is running. The sandbox sleeps and keeps its variables and files. Last task: 3 minutes ago.',
    ],
    [
      'work and a queue',
      { ...idle, turns: [row('running', 'plot it'), row('queued', 'a'), row('queued', 'b')], sandbox: 'running' },
      'Running: “plot it”, asked 12 seconds ago. Waiting: “a”, “b”. The sandbox is awake, with its variables and files. Last task: 3 minutes ago.',
    ],
    [
      'a thread nobody knows',
      { turns: [], lastActiveMs: undefined, closed: false, sandbox: null },
      'Nothing is running. There is no sandbox yet; the first run gets one.',
    ],
    [
      'a sandbox that is gone',
      { ...idle, sandbox: 'gone' },
      'Nothing is running. The sandbox is gone; the next run gets a new one. Last task: 3 minutes ago.',
    ],
    [
      'a service that does not answer',
      { ...idle, sandbox: undefined },
      'Nothing is running. The sandbox does not answer at the moment. Last task: 3 minutes ago.',
    ],
    [
      'an ended thread',
      { ...idle, closed: true },
      'This session was ended. The next task you give me here begins it again.',
    ],
  ])('tells of %s', (_name, state, expected) => {
    expect(threadStatus(state, NOW)).toBe(expected);
  });
});

describe('thread.words', () => {
  it('makes a line of a task, whatever is in it', () => {
    expect(shortTask({ kind: 'ask', text: 'plot\n  the `csv`' })).toBe("“plot the 'csv'”");
    expect(shortTask({ kind: 'code', code: { language: 'bash', source: '🙂'.repeat(100) } })).toBe(
      `“${'🙂'.repeat(60)}…”`,
    );
  });

  it.each([
    [0, 'a moment'],
    [1_000, '1 second'],
    [119_000, '1 minute'],
    [7_200_000, '2 hours'],
    [90_000_000, '1 day'],
  ])('spells %i ms as %s', (ms, expected) => {
    expect(spell(ms)).toBe(expected);
  });

  it.each([
    [[], 'A session, last used 5 seconds ago'],
    [[row('running', 'x')], 'Running: “x”, asked 12 seconds ago'],
    [[row('running', 'x'), row('queued', 'y')], 'Running: “x”, asked 12 seconds ago; 1 waiting'],
    [[row('queued', 'y')], '1 waiting'],
  ])('describes a thread of one’s own', (turns, expected) => {
    expect(ownThreadLine(turns, NOW - 5_000, NOW)).toBe(expected);
  });
});
