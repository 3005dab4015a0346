/**
 * The control words: `status`, `reset` and `end` in a thread; `/run status`, `stop` and `end` for a person's own work in a
 * channel. A sandbox is let go of in the store at once and killed when the turn that may still use it has ended.
 */
import type { Log } from '../log.ts';
import type { Clock, Replies, ReportLine, Sandboxes, SandboxState, Store, ThreadRow, TurnRow } from '../ports.ts';
import {
  never,
  parseThreadKey,
  type Request,
  type SandboxId,
  type ThreadKey,
  type ThreadRef,
  threadKey,
} from './events.ts';
import type { Lanes } from './lanes.ts';
import type { TurnSettings } from './settings.ts';
import { ownThreadLine, threadStatus } from './thread-words.ts';

export interface ControlDeps {
  readonly store: Store;
  readonly sandboxes: Sandboxes;
  readonly replies: Replies;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<TurnSettings, 'modelLabel'>;
}

export type ControlRequest = Extract<Request, { kind: 'control' }>;
export type OwnRequest = Extract<Request, { kind: 'own' }>;

export interface ThreadControl {
  control(request: ControlRequest): Promise<void>;
  own(request: OwnRequest): Promise<void>;
}

/** Somebody waits for the answer. */
const STATE_PATIENCE_MS = 3_000;
const KILL_PATIENCE_MS = 30_000;
/** Threads a slash command lists or ends at once. */
const OWN_THREADS = 20;

const FRESH =
  'The next run here starts in a fresh sandbox, without the variables and files of the old one. I still know what was said.';
const FRESH_AFTER = `${FRESH} What is running now ends in the old sandbox.`;
const ENDED =
  'This session is ended: its sandbox is gone, and I do not read replies here any more. Mention me to begin again.';
const ENDED_DIRECT = 'This session is ended: its sandbox is gone. Write to me to begin again.';
const NOTHING_TO_END = 'There is no session to end here.';
const NOTHING_OWN = 'You have nothing running and no sessions in this channel.';
const NOTHING_OWN_RUNS = 'You have nothing running in this channel.';
/** For the model, in the thread's history. */
const REPLACED = '[The sandbox was replaced by a fresh one: earlier variables, imports and files are gone.]';

export function createThreadControl(deps: ControlDeps, lanes: Lanes): ThreadControl {
  const { store, sandboxes, replies, clock, log, settings } = deps;

  const kill = (id: SandboxId): void => {
    sandboxes.end(id, AbortSignal.timeout(KILL_PATIENCE_MS)).catch((error: unknown) => {
      // It is bound to no thread any more: the reaper tries again.
      log.warn({ err: error, sandbox: id }, 'a sandbox could not be killed');
    });
  };

  /** A turn that runs may still bind the sandbox it opens, so the thread lets go twice: now, and when it has ended. */
  const dropSandbox = (key: ThreadKey): void => {
    const now = store.releaseSandbox(key);
    const settle = (): void => {
      const later = store.releaseSandbox(key);
      for (const id of new Set([now, later])) if (id !== null) kill(id);
      const last = store.messages(key).at(-1);
      const isKnown = last?.message.role === 'user' && last.message.text === REPLACED;
      if (last && !isKnown) store.appendMessages(key, last.turn, [{ role: 'user', text: REPLACED }], clock.now());
    };
    lanes.addFirst(key, { turn: null, run: async () => settle(), cancel: settle });
  };

  const unfinished = (key: ThreadKey): readonly TurnRow[] =>
    store.unfinishedTurns().filter(({ thread }) => thread === key);

  const end = (key: ThreadKey, user: string): void => {
    store.closeThread(key, clock.now());
    lanes.clear(key, { kind: 'person', user, endsSession: true });
    dropSandbox(key);
  };

  const sandboxState = async (id: SandboxId | null | undefined): Promise<SandboxState | null | undefined> => {
    if (!id) return null;
    try {
      return await sandboxes.state(id, AbortSignal.timeout(STATE_PATIENCE_MS));
    } catch (error) {
      log.info({ err: error, sandbox: id }, 'a sandbox did not say how it is');
      return undefined;
    }
  };

  const control = async ({ word, thread, user }: ControlRequest): Promise<void> => {
    const key = threadKey(thread);
    const row = store.thread(key);
    switch (word) {
      case 'status': {
        const sandbox = await sandboxState(row?.sandbox);
        const state = {
          turns: unfinished(key),
          lastActiveMs: row?.lastActiveMs,
          closed: row?.closed ?? false,
          sandbox,
        };
        return replies.notice(thread, threadStatus(state, clock.now()));
      }
      case 'reset': {
        const isRunning = unfinished(key).some(({ state }) => state === 'running');
        dropSandbox(key);
        return replies.notice(thread, isRunning ? FRESH_AFTER : FRESH);
      }
      case 'end':
        if (!row || row.closed) return replies.notice(thread, NOTHING_TO_END);
        end(key, user);
        return replies.notice(thread, endedIn(thread));
      default:
        return never(word);
    }
  };

  /** The person's turns that run or wait in a channel. */
  const ownTurns = ({ team, channel, user }: OwnRequest): readonly TurnRow[] =>
    store.unfinishedTurns().filter(({ thread, user: asked }) => {
      const ref = parseThreadKey(thread);
      return asked === user && ref?.team === team && ref.channel === channel;
    });

  const status = (request: OwnRequest, sessions: readonly ThreadRow[]): readonly ReportLine[] => {
    const turns = ownTurns(request);
    const active = new Set([...turns.map(({ thread }) => thread), ...sessions.map(({ key }) => key)]);
    return [...active].map((key) => {
      const mine = turns.filter(({ thread }) => thread === key);
      return lineTo(key, ownThreadLine(mine, store.thread(key)?.lastActiveMs ?? clock.now(), clock.now()));
    });
  };

  const stop = (request: OwnRequest): readonly ReportLine[] => {
    const turns = ownTurns(request);
    // What waits first: stopping what runs would start it.
    const ordered = [...turns].sort((a, b) => a.state.localeCompare(b.state));
    const stopped = ordered.filter(({ thread, id }) => lanes.stop(thread, id, { kind: 'person', user: request.user }));
    return [...new Set(stopped.map(({ thread }) => thread))].map((key) =>
      lineTo(key, `Stopped: ${countIn(stopped, key)}`),
    );
  };

  const own = async (request: OwnRequest): Promise<void> => {
    const { team, channel, user, word } = request;
    const sessions = store.threadsBegunBy(team, channel, user, OWN_THREADS);
    const report = (title: string, lines: readonly ReportLine[], nothing: string) =>
      replies.report(channel, user, lines.length > 0 ? [{ text: title }, ...lines] : [{ text: nothing }]);
    switch (word) {
      case 'status':
        return report('Your work in this channel:', status(request, sessions), NOTHING_OWN);
      case 'model':
        return replies.report(channel, user, [
          { text: `The model is ${settings.modelLabel}. Whoever runs me can change it with ANTHROPIC_MODEL.` },
        ]);
      case 'stop':
        return report('I stopped your work in this channel:', stop(request), NOTHING_OWN_RUNS);
      case 'end': {
        for (const { key } of sessions) end(key, user);
        const stopped = stop(request);
        const lines = sessions.map(({ key }) => lineTo(key, 'Ended'));
        const others = stopped.filter(({ thread }) => !sessions.some(({ key }) => thread && key === threadKey(thread)));
        await report('I ended your sessions in this channel:', [...lines, ...others], NOTHING_OWN);
        // Whoever else works there must know why replies are not answered any more.
        for (const { key } of sessions) {
          const thread = parseThreadKey(key);
          if (thread) await replies.notice(thread, endedIn(thread));
        }
        return;
      }
      default:
        return never(word);
    }
  };

  return { control, own };
}

/** In a direct message every message is for us. */
function endedIn({ channel }: ThreadRef): string {
  return channel.startsWith('D') ? ENDED_DIRECT : ENDED;
}

function lineTo(key: ThreadKey, text: string): ReportLine {
  const thread = parseThreadKey(key);
  return thread ? { text: `• ${text}`, thread } : { text: `• ${text}` };
}

function countIn(turns: readonly TurnRow[], key: ThreadKey): string {
  const count = turns.filter(({ thread }) => thread === key).length;
  return count === 1 ? '1 task' : `${count} tasks`;
}
