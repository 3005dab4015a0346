/** Conversations on fakes: requests in, what the thread sees and what the store holds out. */
import { onTestFinished } from 'vitest';
import { type Conversations, createConversations } from '../../src/conversation/conversations.ts';
import type { Request, Task, ThreadRef, TurnId } from '../../src/conversation/events.ts';
import type { Model, Store } from '../../src/ports.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { type FakeSandboxes, fakeSandboxes } from '../fakes/fake-sandboxes.ts';
import { type MemoryScratch, memoryScratch } from '../fakes/memory-scratch.ts';
import { type MemoryStore, memoryStore } from '../fakes/memory-store.ts';
import { type QuietLog, quietLog } from '../fakes/quiet-log.ts';
import { type RecordedReply, RecordingReplies } from '../fakes/recording-replies.ts';
import { type ScriptedReply, scriptedModel } from '../fakes/scripted-model.ts';
import { AT, SETTINGS, until } from './turn-harness.ts';

export const THREAD: ThreadRef = { team: 'T1', channel: 'C1', threadTs: '100.1' };
export const OTHER: ThreadRef = { team: 'T1', channel: 'C1', threadTs: '200.1' };

export type TaskRequest = Extract<Request, { kind: 'task' }>;

let messages = 0;

/** A person's message in the thread. */
export function asks(text: string, change: Partial<TaskRequest> = {}): TaskRequest {
  messages += 1;
  const task: Task = { kind: 'ask', text };
  return {
    kind: 'task',
    source: 'mention',
    team: 'T1',
    channel: 'C1',
    user: 'UADA',
    thread: THREAD,
    messageTs: `500.${messages}`,
    mentioned: true,
    task,
    files: [],
    ...change,
  };
}

export function stops(change: Partial<Extract<Request, { kind: 'stop' }>> = {}): Request {
  return { kind: 'stop', team: 'T1', channel: 'C1', user: 'UGRACE', thread: THREAD, turn: null, ...change };
}

export interface Office {
  readonly conversations: Conversations;
  readonly store: MemoryStore;
  readonly replies: RecordingReplies;
  readonly sandboxes: FakeSandboxes;
  readonly clock: FakeClock;
  readonly log: QuietLog;
  /** Resolves when so many turns have their last state. */
  finished(count: number): Promise<void>;
  reply(index: number): RecordedReply;
  /** Resolves when that turn is past its first message. */
  underWay(index: number): Promise<void>;
}

export interface OfficeOptions {
  readonly replies?: RecordingReplies;
  readonly script?: readonly ScriptedReply[];
  readonly model?: Model;
  readonly sandboxes?: FakeSandboxes;
  readonly store?: MemoryStore;
  readonly scratch?: MemoryScratch;
  /** Methods of the store that do something else. */
  readonly faults?: Partial<Store>;
}

export function office(options: OfficeOptions = {}): Office {
  const clock = new FakeClock(AT);
  const log = quietLog();
  const store = options.store ?? memoryStore();
  Object.assign(store, options.faults);
  const replies = options.replies ?? new RecordingReplies();
  const sandboxes = options.sandboxes ?? fakeSandboxes();
  const model = options.model ?? scriptedModel(options.script ?? []);
  let turns = store.allTurns().length;
  const scratch = options.scratch ?? memoryScratch();
  const newTurnId = (): TurnId => `turn-${++turns}` as TurnId;
  const conversations = createConversations({
    store,
    model,
    sandboxes,
    replies,
    scratch,
    clock,
    log,
    settings: SETTINGS,
    newTurnId,
  });
  onTestFinished(() => {
    // Not awaited: a test may have left a port hanging on purpose.
    void conversations.stop(0);
  });
  return {
    conversations,
    store,
    replies,
    sandboxes,
    clock,
    log,
    finished: (count) => replies.until((seen) => seen.replies.filter(({ isFinished }) => isFinished).length >= count),
    underWay: (index) => until(() => (replies.replies[index]?.states.length ?? 0) > 2),
    reply: (index) => {
      const reply = replies.replies[index];
      if (!reply) throw new Error(`there is no reply ${index}`);
      return reply;
    },
  };
}
