/** The Store in memory, with what it holds open to assertions. Held to the same contract as the real one. */
import type {
  InboundFile,
  Language,
  RunResult,
  SandboxId,
  ThreadKey,
  TokenUsage,
  TurnId,
  TurnOutcome,
} from '../../src/conversation/events.ts';
import { parseThreadKey } from '../../src/conversation/events.ts';
import type {
  KernelRow,
  ModelMessage,
  RecordedEvent,
  RunRow,
  Store,
  StoredMessage,
  ThreadRow,
  TurnEnd,
  TurnRow,
} from '../../src/ports.ts';

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
  const ends = new Map<TurnId, TurnEnd>();
  const runs: FinishedRun[] = [];
  const kernels = new Map<SandboxId, Map<Language, KernelRow>>();
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

  const changeKernel = (sandbox: SandboxId, language: Language, change: Partial<KernelRow>): void => {
    const row = kernels.get(sandbox)?.get(language);
    if (row) kernels.get(sandbox)?.set(language, { ...row, ...change });
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
    acceptTurn(turn, other) {
      const ref = parseThreadKey(turn.thread);
      const source = turn.sourceTs ?? other;
      if (ref && source !== undefined && !claim(`${ref.team}:${ref.channel}:${source}`, turn.id)) {
        return 'taken';
      }
      store.touchThread(turn.thread, turn.createdMs);
      store.insertTurn(turn);
      return 'accepted';
    },
    addFiles(team: string, channel: string, ts: string, files: readonly InboundFile[]) {
      const id = claims.get(`${team}:${channel}:${ts}`);
      const turn = id ? turns.get(id) : undefined;
      if (turn?.state !== 'queued' && turn?.state !== 'running') return;
      const added = files.filter((file) => !turn.files.some((known) => known.id === file.id));
      changeTurn(turn.id, { files: [...turn.files, ...added] });
    },

    filesBefore(id) {
      const all = [...turns.values()];
      const index = all.findIndex((turn) => turn.id === id);
      const { thread } = all[index] ?? {};
      const before = all.slice(0, Math.max(index, 0)).filter((turn) => turn.thread === thread);
      return before.map(({ files }) => files).filter((files) => files.length > 0);
    },

    turnOfMessage(team, channel, ts) {
      const id = claims.get(`${team}:${channel}:${ts}`);
      return id ? turns.get(id) : undefined;
    },
    changeTask(id, task, files) {
      if (turns.get(id)?.state !== 'queued') return false;
      changeTurn(id, { task, files });
      return true;
    },

    thread: (key) => threads.get(key),
    touchThread(key, nowMs) {
      const known = threads.get(key) ?? { key, sandbox: null, createdMs: nowMs, lastActiveMs: nowMs, closed: false };
      const row = { ...known, lastActiveMs: Math.max(known.lastActiveMs, nowMs), closed: false };
      threads.set(key, row);
      return row;
    },
    bindSandbox(key: ThreadKey, sandbox: SandboxId) {
      const row = threads.get(key);
      if (row) threads.set(key, { ...row, sandbox });
    },
    releaseSandbox(key) {
      const row = threads.get(key);
      if (row) threads.set(key, { ...row, sandbox: null });
      return row?.sandbox ?? null;
    },
    threadOfSandbox: (sandbox) => [...threads.values()].find((row) => row.sandbox === sandbox),
    closeThread(key) {
      const row = threads.get(key);
      if (row) threads.set(key, { ...row, closed: true });
    },
    threadsBegunBy: (team, channel, user, limit) =>
      [...threads.values()]
        .filter(({ key, closed }) => !closed && key.startsWith(`${team}:${channel}:`))
        .filter(({ key }) => [...turns.values()].find(({ thread }) => thread === key)?.user === user)
        .sort((a, b) => b.lastActiveMs - a.lastActiveMs)
        .slice(0, limit),

    kernels: (sandbox) =>
      [...(kernels.get(sandbox)?.values() ?? [])].sort((a, b) => a.language.localeCompare(b.language)),
    beginInKernel(sandbox, language) {
      const rows = kernels.get(sandbox) ?? new Map<Language, KernelRow>();
      kernels.set(sandbox, rows);
      rows.set(language, { language, mark: rows.get(language)?.mark ?? 0, busy: true });
    },
    endInKernel: (sandbox, language) => changeKernel(sandbox, language, { busy: false }),
    markKernel: (sandbox, language, mark) => changeKernel(sandbox, language, { mark }),
    forgetKernels(sandbox) {
      kernels.delete(sandbox);
    },

    insertTurn(turn) {
      turns.set(turn.id, turn);
    },
    startTurn: (id) => changeTurn(id, { state: 'running' }),
    setReply: (id, replyTs) => changeTurn(id, { replyTs }),
    finishTurn(id, outcome, usage, endedMs) {
      changeTurn(id, { state: 'finished' });
      outcomes.set(id, { outcome, usage });
      ends.set(id, { outcome, usage, endedMs });
    },
    endOf: (id) => ends.get(id),
    turn: (id) => turns.get(id),
    hasNewerTurn(id) {
      const all = [...turns.values()];
      const at = all.findIndex((turn) => turn.id === id);
      const counts = ({ state, replyTs }: TurnRow) => state === 'queued' || state === 'running' || replyTs !== null;
      return at >= 0 && all.slice(at + 1).some((turn) => turn.thread === all[at]?.thread && counts(turn));
    },
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

    runsOf: (turn) =>
      runs
        .filter((run) => run.turn === turn)
        .sort((a, b) => a.step - b.step)
        .map(({ result, output, ...run }) => {
          const raised = result?.kind === 'failed' ? result.error : null;
          const kept = result && { ...result, results: [] };
          return {
            ...run,
            result: kept,
            output: output ?? '',
            error: raised && { name: raised.name, value: raised.value },
          };
        }),

    appendMessages(thread, turn, added: readonly ModelMessage[]) {
      for (const message of added) messages.push({ thread, stored: { turn, message } });
    },
    messages: (thread) => messages.filter((entry) => entry.thread === thread).map((entry) => entry.stored),

    close() {},
  };
  return store;
}
