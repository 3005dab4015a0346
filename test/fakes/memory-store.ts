/** The Store in memory, with what it holds open to assertions. Held to the same contract as the real one. */
import type {
  InboundFile,
  RunResult,
  SandboxId,
  ThreadKey,
  TokenUsage,
  TurnId,
  TurnOutcome,
} from '../../src/conversation/events.ts';
import { parseThreadKey } from '../../src/conversation/events.ts';
import type { ModelMessage, RecordedEvent, RunRow, Store, StoredMessage, ThreadRow, TurnRow } from '../../src/ports.ts';

export interface FinishedRun extends RunRow {
  readonly result: RunResult | null;
  readonly output: string | null;
}

export interface MemoryStore extends Store {
  readonly outcomes: Map<TurnId, { outcome: TurnOutcome; usage: TokenUsage }>;
  readonly runs: FinishedRun[];
  allTurns(): readonly TurnRow[];
}

export function memoryStore(): MemoryStore {
  const events = new Map<string, RecordedEvent & { handled: boolean }>();
  const claims = new Map<string, TurnId | null>();
  const threads = new Map<ThreadKey, ThreadRow>();
  const turns = new Map<TurnId, TurnRow>();
  const outcomes: MemoryStore['outcomes'] = new Map();
  const runs: FinishedRun[] = [];
  const messages: { thread: ThreadKey; stored: StoredMessage }[] = [];

  const changeTurn = (id: TurnId, change: Partial<TurnRow>): void => {
    const turn = turns.get(id);
    if (turn) turns.set(id, { ...turn, ...change });
  };
  const claim = (key: string, turn: TurnId | null): boolean => {
    if (claims.has(key)) return false;
    claims.set(key, turn);
    return true;
  };

  const store: MemoryStore = {
    outcomes,
    runs,
    allTurns: () => [...turns.values()],

    recordEvent(dedupKey, body, receivedMs) {
      if (events.has(dedupKey)) return 'duplicate';
      const event = { id: events.size + 1, dedupKey, receivedMs, body };
      events.set(dedupKey, { ...event, handled: false });
      return event;
    },
    unhandledEvents: () =>
      [...events.values()].filter((event) => !event.handled).map(({ handled: _handled, ...event }) => event),
    markHandled(eventId) {
      for (const event of events.values()) if (event.id === eventId) event.handled = true;
    },
    pruneEvents(beforeMs) {
      const old = [...events.values()].filter((event) => event.handled && event.receivedMs < beforeMs);
      for (const event of old) events.delete(event.dedupKey);
      return old.length;
    },

    claimMessage: (team, channel, ts) => (claim(`${team}:${channel}:${ts}`, null) ? 'claimed' : 'taken'),
    acceptTurn(turn) {
      const ref = parseThreadKey(turn.thread);
      if (ref && turn.sourceTs !== null && !claim(`${ref.team}:${ref.channel}:${turn.sourceTs}`, turn.id)) {
        return 'taken';
      }
      store.touchThread(turn.thread, turn.createdMs);
      store.insertTurn(turn);
      return 'accepted';
    },
    addFiles(team: string, channel: string, ts: string, files: readonly InboundFile[]) {
      const id = claims.get(`${team}:${channel}:${ts}`);
      const turn = id ? turns.get(id) : undefined;
      if (turn?.state !== 'queued') return;
      const added = files.filter((file) => !turn.files.some((known) => known.id === file.id));
      changeTurn(turn.id, { files: [...turn.files, ...added] });
    },

    thread: (key) => threads.get(key),
    touchThread(key, nowMs) {
      const known = threads.get(key) ?? { key, sandbox: null, createdMs: nowMs, lastActiveMs: nowMs };
      const row = { ...known, lastActiveMs: Math.max(known.lastActiveMs, nowMs) };
      threads.set(key, row);
      return row;
    },
    bindSandbox(key: ThreadKey, sandbox: SandboxId) {
      const row = threads.get(key);
      if (row) threads.set(key, { ...row, sandbox });
    },

    insertTurn(turn) {
      turns.set(turn.id, turn);
    },
    startTurn: (id) => changeTurn(id, { state: 'running' }),
    setReply: (id, replyTs) => changeTurn(id, { replyTs }),
    finishTurn(id, outcome, usage) {
      changeTurn(id, { state: 'finished' });
      outcomes.set(id, { outcome, usage });
    },
    turn: (id) => turns.get(id),
    unfinishedTurns: () => [...turns.values()].filter(({ state }) => state === 'queued' || state === 'running'),
    markInterrupted: (id) => changeTurn(id, { state: 'interrupted' }),

    insertRun(run) {
      runs.push({ ...run, result: null, output: null });
    },
    finishRun(turn, step, result, output) {
      const index = runs.findIndex((run) => run.turn === turn && run.step === step);
      const run = runs[index];
      if (run) runs[index] = { ...run, result, output };
    },

    appendMessages(thread, turn, added: readonly ModelMessage[]) {
      for (const message of added) messages.push({ thread, stored: { turn, message } });
    },
    messages: (thread) => messages.filter((entry) => entry.thread === thread).map((entry) => entry.stored),

    close() {},
  };
  return store;
}
