/** A message that made a turn was edited or deleted. Whatever is written there now, it never makes a second turn. */
import type { Clock, Replies, Store, TurnRow } from '../ports.ts';
import { parseThreadKey, type Request } from './events.ts';
import type { Lanes } from './lanes.ts';

export interface ChangeDeps {
  readonly store: Pick<Store, 'turnOfMessage' | 'changeTask' | 'claimMessage'>;
  readonly replies: Pick<Replies, 'offerReread'>;
  readonly clock: Clock;
}

export type ChangedRequest = Extract<Request, { kind: 'changed' }>;
export type DeletedRequest = Extract<Request, { kind: 'deleted' }>;

const EDITED_LATE =
  'You edited your message after I started on it, and I go on with what it said then. Re-run takes up the new text.';

/** A queued turn takes the new words; of a running one its person is told that it does not. */
export async function messageChanged(
  deps: ChangeDeps,
  lanes: Lanes,
  request: ChangedRequest,
  handle: (request: Request) => Promise<void>,
): Promise<void> {
  const { store, replies, clock } = deps;
  const { team, channel, user, messageTs, now } = request;
  const turn = store.turnOfMessage(team, channel, messageTs);
  if (turn?.state === 'running') {
    // However often it is edited.
    if (store.claimMessage(team, channel, `edited:${turn.id}`, clock.now()) === 'taken') return;
    const thread = parseThreadKey(turn.thread);
    if (thread) await replies.offerReread(thread, EDITED_LATE, turn.id);
    return;
  }
  if (turn?.state !== 'queued') return;
  if (now?.kind === 'task') {
    store.changeTask(turn.id, now.task, now.files);
    return;
  }
  // It asks for no work any more.
  lanes.stop(turn.thread, turn.id, { kind: 'person', user });
  if (now) await handle(now);
}

/** Nobody asks for it any more: it is stopped, or taken out of the queue. */
export function messageDeleted({ store }: ChangeDeps, lanes: Lanes, request: DeletedRequest): void {
  const { team, channel, messageTs } = request;
  const turn: TurnRow | undefined = store.turnOfMessage(team, channel, messageTs);
  // Its author may have been spared the work by somebody else; the turn is theirs.
  if (turn) lanes.stop(turn.thread, turn.id, { kind: 'person', user: turn.user });
}
