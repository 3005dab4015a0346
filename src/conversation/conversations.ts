/**
 * Every thread's conversation: requests in, turns out. A turn is a row before it is a promise: `handle` resolves when the
 * request is durable, and a start after a crash finds what was left.
 */
import { randomUUID } from 'node:crypto';
import type { Inbox, TurnRow } from '../ports.ts';
import { type StopCause, within } from './aborting.ts';
import { type Begun, pressAgain, runEdited } from './again.ts';
import { type DeliveryDeps, deliverTurn } from './delivery.ts';
import { never, parseThreadKey, type Request, type ThreadRef, type TurnId, threadKey } from './events.ts';
import { createLanes, type Job } from './lanes.ts';
import { closeLeftTurn, showPastEnd } from './left-turn.ts';
import { messageChanged, messageDeleted } from './message-changes.ts';
import { queueSign } from './queue-sign.ts';
import { createThreadControl } from './thread-control.ts';

export interface Conversations extends Inbox {
  /** Resolves when the request is durable and begun. Rejects with StorageError when it cannot be kept. */
  handle(request: Request): Promise<void>;
  /**
   * Goes on with what the last process left: queued turns run, running ones are closed in their own messages. Resolves when
   * that is under way. Rejects with StorageError.
   */
  resume(): Promise<void>;
  /** Ends running turns, telling their threads, and resolves when they have ended or the deadline has passed. */
  stop(deadlineMs: number): Promise<void>;
}

export interface ConversationsDeps extends DeliveryDeps {
  readonly newTurnId?: () => TurnId;
}

type TaskRequest = Extract<Request, { kind: 'task' }>;
type DirectRequest = Extract<Request, { kind: 'direct' }>;
type StopRequest = Extract<Request, { kind: 'stop' }>;

/** Tasks that may wait in one thread. */
const MAX_WAITING = 20;
const TOO_MANY = `${MAX_WAITING} tasks are already waiting in this thread. Let some of them finish, or stop them, then ask again.`;
const NOTHING_RUNS = 'Nothing is running here.';

const HOUR_MS = 3_600_000;
/** Slack redelivers an event for minutes; handled ones are kept a day for whoever looks into the database. */
const EVENT_LIFE_MS = 24 * HOUR_MS;
/** A task that waited longer than this for a start is closed, not run: nobody expects its answer any more. */
const QUEUED_LIFE_MS = HOUR_MS;

export function createConversations(deps: ConversationsDeps): Conversations {
  const { store, replies, clock, log } = deps;
  const newTurnId = deps.newTurnId ?? (() => randomUUID() as TurnId);
  const lanes = createLanes((error, turn) => log.error({ err: error, turn }, 'a turn threw'));
  const words = createThreadControl(deps, lanes);
  const closing = new AbortController();
  let prunedMs = 0;

  const jobFor = (row: TurnRow, thread: ThreadRef, hadWaited = false): Job => {
    const sign = queueSign(replies, thread.channel, row.sourceTs, hadWaited);
    return {
      turn: row.id,
      sentTs: row.sourceTs,
      waits: sign.on,
      run: (signal) => {
        sign.off();
        return deliverTurn(deps, asItIsNow(deps, row), thread, signal);
      },
      cancel: (cause) => {
        sign.off();
        cancelQueued(deps, row, cause);
      },
    };
  };

  /** Closes what the last process left. */
  const closeFor = (row: TurnRow, thread: ThreadRef): Job => ({
    turn: row.id,
    run: async () => {
      await closeLeftTurn(deps, row, thread);
      if (row.state === 'queued') queueSign(replies, thread.channel, row.sourceTs, true).off();
    },
    cancel: (cause) => cancelQueued(deps, row, cause),
  });

  const task = async (request: TaskRequest): Promise<Begun> => {
    const { team, channel, messageTs, delivery } = request;
    const claim = request.claim ?? (delivery && `command:${delivery.id}`);
    if (claim !== undefined && store.turnOfMessage(team, channel, claim)) return 'taken';
    const thread = request.thread ?? (await openThread(deps, request, closing.signal));
    if (!thread) return 'refused';
    if (lanes.waiting(threadKey(thread)) >= MAX_WAITING) {
      if (isFirstCopy(deps, request)) await replies.notice(thread, TOO_MANY);
      return 'refused';
    }
    const row = turnRow(newTurnId(), thread, request, clock.now());
    if (store.acceptTurn(row, claim) === 'accepted') {
      lanes.add(row.thread, jobFor(row, thread));
      return 'begun';
    }
    if (messageTs !== null && request.files.length > 0) store.addFiles(team, channel, messageTs, request.files);
    return 'taken';
  };

  const direct = async ({ team, channel, user, task: wanted, delivery }: DirectRequest): Promise<void> => {
    // A person's id for the channel is the direct message with them.
    const opened = await replies.openThread(user, user, wanted, closing.signal, delivery);
    if (!opened.ok) return replies.whisper(channel, user, null, opened.message);
    const thread = { team, channel: opened.channel, threadTs: opened.threadTs };
    const asked = { source: 'button', messageTs: null, mentioned: true, files: [] } as const;
    const once = delivery ? { delivery } : {};
    await task({ kind: 'task', team, channel: opened.channel, user, thread, task: wanted, ...asked, ...once });
  };

  const stop = async (request: StopRequest): Promise<void> => {
    if (!isFirstCopy(deps, request)) return;
    const { channel, user, thread, turn } = request;
    if (lanes.stop(threadKey(thread), turn, { kind: 'person', user })) return;
    // The message under the button may show a turn that runs, because nothing could be written there when it ended.
    if (turn !== null) await showPastEnd(deps, turn, thread);
    // A button of an old message concerns nobody but the person who pressed it.
    await (turn === null ? replies.notice(thread, NOTHING_RUNS) : replies.whisper(channel, user, thread, NOTHING_RUNS));
  };

  const prune = (): void => {
    if (clock.now() - prunedMs < HOUR_MS) return;
    prunedMs = clock.now();
    try {
      store.pruneEvents(prunedMs - EVENT_LIFE_MS);
    } catch (error) {
      log.warn({ err: error }, 'old events could not be forgotten');
    }
  };

  const conversations: Conversations = {
    async handle(request) {
      switch (request.kind) {
        case 'task':
          await task(request);
          return prune();
        case 'stop':
          return stop(request);
        case 'help':
          if (isFirstCopy(deps, request)) await replies.help(request.channel, request.user, request.thread);
          return;
        case 'control':
          if (isFirstCopy(deps, request)) await words.control(request);
          return;
        case 'own':
          return words.own(request);
        case 'direct':
          // Taken up after a restart, its message is claimed, and how far it came is looked up.
          if (request.delivery?.sinceMs !== undefined || isFirstCopy(deps, request)) await direct(request);
          return;
        case 'changed':
          return messageChanged(deps, lanes, request, conversations.handle);
        case 'deleted':
          return messageDeleted(deps, lanes, request);
        case 'again':
          return pressAgain(deps, request, task);
        case 'edited':
          return runEdited(deps, request, task);
        case 'refused':
          if (isFirstCopy(deps, request)) await refuse(deps, request);
          return;
        default:
          return never(request);
      }
    },

    async resume() {
      prune();
      for (const row of store.unfinishedTurns()) {
        const thread = parseThreadKey(row.thread);
        const isYoung = clock.now() - row.createdMs < QUEUED_LIFE_MS;
        if (!thread) store.markInterrupted(row.id, clock.now());
        else if (row.state === 'queued' && isYoung) lanes.add(row.thread, jobFor(row, thread, true));
        else lanes.add(row.thread, closeFor(row, thread));
      }
    },

    async stop(deadlineMs) {
      closing.abort();
      await within(lanes.close({ kind: 'shutdown' }), deadlineMs, clock);
    },
  };
  return conversations;
}

/** `app_mention` and `message` bring the same post twice; what makes no turn is claimed here. */
function isFirstCopy({ store, clock }: DeliveryDeps, request: Request): boolean {
  const { team, channel, messageTs } = request;
  return !messageTs || store.claimMessage(team, channel, messageTs, clock.now()) === 'claimed';
}

/** The thread a slash command is answered in; undefined when there is none, and its person knows. */
async function openThread(
  { replies }: DeliveryDeps,
  { team, channel, user, task, delivery }: TaskRequest,
  signal: AbortSignal,
): Promise<ThreadRef | undefined> {
  const opened = await replies.openThread(channel, user, task, signal, delivery);
  if (opened.ok) return { team, channel: opened.channel, threadTs: opened.threadTs };
  await (opened.reason === 'not-in-channel'
    ? replies.offerDirect(channel, user, opened.message, task)
    : replies.whisper(channel, user, null, opened.message));
  return undefined;
}

async function refuse(
  { replies }: DeliveryDeps,
  { channel, user, thread, message }: Extract<Request, { kind: 'refused' }>,
): Promise<void> {
  await (thread ? replies.notice(thread, message) : replies.whisper(channel, user, null, message));
}

function turnRow(id: TurnId, thread: ThreadRef, request: TaskRequest, nowMs: number): TurnRow {
  const { user, messageTs, task, files } = request;
  return {
    id,
    thread: threadKey(thread),
    user,
    sourceTs: messageTs,
    task,
    files,
    state: 'queued',
    replyTs: null,
    createdMs: nowMs,
  };
}

/** The row with what was edited while it waited. */
function asItIsNow({ store, log }: DeliveryDeps, row: TurnRow): TurnRow {
  try {
    return store.turn(row.id) ?? row;
  } catch (error) {
    log.warn({ err: error, turn: row.id }, 'a turn could not be read again');
    return row;
  }
}

/** A turn that was stopped before it began leaves no message, only its row. */
function cancelQueued({ store, clock, log }: DeliveryDeps, row: TurnRow, cause: StopCause): void {
  const by = cause.kind === 'person' ? cause.user : '';
  try {
    const outcome = { kind: 'stopped', by, note: 'It had not begun.' } as const;
    store.finishTurn(row.id, outcome, { inputTokens: 0, outputTokens: 0 }, clock.now());
  } catch (error) {
    log.error({ err: error, turn: row.id }, 'the end of the turn could not be recorded');
  }
}
