/**
 * The buttons of a finished turn. A button works while its answer is the newest of its thread: a press that comes too
 * late, or for a turn that is not known any more, gets a sentence, and the buttons give way to a line that says why.
 * The new turn's row and the claim of its button are one write, so two presses cannot both pass, and a crash leaves
 * both or neither.
 */
import type { PastRun, Replies, Store } from '../ports.ts';
import {
  type ButtonRecord,
  never,
  parseThreadKey,
  type Request,
  type Task,
  type ThreadRef,
  threadKey,
} from './events.ts';

export interface AgainDeps {
  readonly store: Pick<Store, 'turn' | 'thread' | 'hasNewerTurn' | 'runsOf' | 'turnOfMessage'>;
  readonly replies: Pick<Replies, 'whisper' | 'openForm' | 'showCode' | 'retire' | 'reread'>;
}

type TaskRequest = Extract<Request, { kind: 'task' }>;
export type AgainRequest = Extract<Request, { kind: 'again' }>;
export type EditedRequest = Extract<Request, { kind: 'edited' }>;

/** Begins the turn that a press asks for. 'taken': what it claims was claimed before. */
export type Begin = (request: TaskRequest) => Promise<Begun>;
export type Begun = 'begun' | 'taken' | 'refused';

const UNKNOWN = 'I do not have that run any more, so its buttons do nothing. Send me the code or the task again.';
const NEWER = 'This thread has gone on since then. Use the buttons of its newest answer, or write what you want.';
const CLOSED = 'This session was ended, so its buttons do nothing. Mention me in the thread to open it again.';
const PRESSED = 'That button was pressed already. What came of it stands further down.';
const NO_FORM = 'Slack did not let me open the form in time. Press the button again.';

const ERROR_CHARS = 300;

/** Does what the button says, or tells its person why not. */
export async function pressAgain(deps: AgainDeps, request: AgainRequest, begin: Begin): Promise<void> {
  const { store, replies } = deps;
  const { channel, user, turn, gesture, under } = request;
  const thread = threadOf(deps, request);
  if (gesture === 'retry') return pressRetry(deps, request, thread, begin);
  if (gesture === 'reread') return pressReread(deps, request, thread, begin);
  const runs = thread ? store.runsOf(turn) : [];
  const last = runs.at(-1);
  if (!thread || !last) return refuse(deps, request, 'unknown');
  if (gesture === 'code') return replies.showCode(channel, user, thread, runs);
  if (store.thread(threadKey(thread))?.closed) return refuse(deps, request, 'closed');
  if (gesture !== 'edit' && wasPressed(deps, request, thread)) return tellPressed(deps, request, thread);
  if (store.hasNewerTurn(turn)) return refuse(deps, request, 'newer');
  if (gesture === 'edit') {
    const form = { thread, under, step: last.step, code: last.code };
    if (!(await replies.openForm(request.trigger, form))) await replies.whisper(channel, user, thread, NO_FORM);
    return;
  }
  const task: Task = gesture === 'fix' ? repairOf(last) : { kind: 'code', code: last.code };
  const begun = await begin({ ...taskOf({ ...request, thread }, task), claim: claimOf(request) });
  if (begun === 'taken') return tellPressed(deps, request, thread);
  if (begun === 'begun') await replies.retire(thread, under, { kind: 'used', gesture, by: user });
}

/** A task that a restart cut off is done whole, wherever the thread has gone since. */
async function pressRetry(
  deps: AgainDeps,
  request: AgainRequest,
  thread: ThreadRef | undefined,
  begin: Begin,
): Promise<void> {
  const { user, turn, under } = request;
  const row = deps.store.turn(turn);
  if (!thread || !row) return refuse(deps, request, 'unknown');
  const claim = claimOf(request);
  const begun = await begin({ ...taskOf({ ...request, thread }, row.task), files: row.files, claim });
  if (begun === 'taken') return tellPressed(deps, request, thread);
  if (begun === 'begun') await deps.replies.retire(thread, under, { kind: 'used', gesture: 'retry', by: user });
}

/** A task whose message was edited after it began is done as the message says it now, after what runs. */
async function pressReread(
  deps: AgainDeps,
  request: AgainRequest,
  thread: ThreadRef | undefined,
  begin: Begin,
): Promise<void> {
  const { store, replies } = deps;
  const { channel, user, turn, under } = request;
  const source = store.turn(turn)?.sourceTs;
  if (!thread || !source) return refuse(deps, request, 'unknown');
  if (store.thread(threadKey(thread))?.closed) return refuse(deps, request, 'closed');
  if (wasPressed(deps, request, thread)) return tellPressed(deps, request, thread);
  const now = await replies.reread(thread, source);
  if (!now.ok) return replies.whisper(channel, user, thread, now.message);
  const task = { ...taskOf({ ...request, thread }, now.task), files: now.files, claim: claimOf(request) };
  const begun = await begin(task);
  if (begun === 'taken') return tellPressed(deps, request, thread);
  if (begun === 'begun') await replies.retire(thread, under, { kind: 'used', gesture: 'reread', by: user });
}

/** Runs what the form sent, once however often it comes. The code is a person's own work: it runs whatever came between. */
export async function runEdited(deps: AgainDeps, request: EditedRequest, begin: Begin): Promise<void> {
  const { user, thread, form, code, under } = request;
  const begun = await begin({ ...taskOf(request, { kind: 'code', code }), claim: `form:${form}` });
  if (begun === 'begun') await deps.replies.retire(thread, under, { kind: 'used', gesture: 'edit', by: user });
}

/** The turn's thread, if the button stands in it. A guest from another workspace presses it under another team. */
function threadOf({ store }: AgainDeps, { thread, turn }: AgainRequest): ThreadRef | undefined {
  const row = store.turn(turn);
  const own = row && parseThreadKey(row.thread);
  return own?.channel === thread.channel && own.threadTs === thread.threadTs ? own : undefined;
}

function taskOf({ channel, user, thread }: AgainRequest | EditedRequest, task: Task): TaskRequest {
  return {
    kind: 'task',
    source: 'button',
    team: thread.team,
    channel,
    user,
    thread,
    messageTs: null,
    mentioned: true,
    task,
    files: [],
  };
}

/** The code and the whole error stand in the thread's history; the line says which of its runs is meant. */
function repairOf({ error }: PastRun): Task {
  const line = error ? ` with this error: ${[error.name, error.value].filter(Boolean).join(': ')}` : '';
  const short = line.length > ERROR_CHARS ? `${line.slice(0, ERROR_CHARS)}…` : line;
  return { kind: 'ask', text: `The code that I ran last failed${short}\nFix the code and run it.` };
}

/** A button that starts something is claimed as a message is: whoever presses it, it starts once. */
function claimOf({ gesture, turn, under }: AgainRequest): string {
  return `${gesture}:${turn}:${under}`;
}

function wasPressed({ store }: AgainDeps, request: AgainRequest, { team, channel }: ThreadRef): boolean {
  return store.turnOfMessage(team, channel, claimOf(request)) !== undefined;
}

/** A press that is taken up after a restart and finds its turn begun is done: only the buttons may still stand. */
async function tellPressed({ replies }: AgainDeps, request: AgainRequest, thread: ThreadRef): Promise<void> {
  const { channel, user, gesture, under, isTakenUp } = request;
  if (!isTakenUp) return replies.whisper(channel, user, thread, PRESSED);
  if (gesture !== 'code') await replies.retire(thread, under, { kind: 'used', gesture, by: user });
}

async function refuse(
  { replies }: AgainDeps,
  { channel, user, thread, under }: AgainRequest,
  reason: Extract<ButtonRecord, { kind: 'past' }>['reason'],
): Promise<void> {
  await replies.whisper(channel, user, thread, sentence(reason));
  await replies.retire(thread, under, { kind: 'past', reason });
}

function sentence(reason: Extract<ButtonRecord, { kind: 'past' }>['reason']): string {
  switch (reason) {
    case 'unknown':
      return UNKNOWN;
    case 'newer':
      return NEWER;
    case 'closed':
      return CLOSED;
    default:
      return never(reason);
  }
}
