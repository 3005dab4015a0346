/** Keeps the state in step with the server, acts for the person, and remembers what should survive a reload. */
import type { PageAction, PageAnswer, PagePush, PageUpload } from '../protocol.ts';
import { createLoading } from './loading.ts';
import type { Api, NamedBlob } from './net/api.ts';
import type { Socket, SocketEvents } from './net/link.ts';
import type { Place } from './place.ts';
import { isGap } from './state/push.ts';
import { type Change, reduce } from './state/reduce.ts';
import { initialState, type Remembered, type State } from './state/state.ts';
import type { Storage } from './storage.ts';

/** An action without its author: the session acts as the person chosen. */
export type Act = PageAction extends infer Each ? (Each extends PageAction ? Omit<Each, 'as'> : never) : never;

export interface Session {
  state(): State;
  subscribe(listener: () => void): () => void;
  dispatch(change: Change): void;
  /** Acts as the chosen person. A failure is shown as a toast as well, unless the caller shows it itself (`quietly`). */
  act(action: Act, quietly?: 'quietly'): Promise<PageAnswer>;
  upload(file: NamedBlob): Promise<PageUpload>;
  go(place: Place): void;
  loadOlder(channel: string): Promise<void>;
  /** Asks the server again after it refused. */
  retry(): void;
}

export interface SessionParts {
  readonly api: Api;
  readonly storage: Storage;
  readonly remembered: Remembered;
  readonly connect: (events: SocketEvents) => Socket;
}

export function startSession({ api, storage, remembered, connect }: SessionParts): Session {
  let state = initialState(remembered);
  const listeners = new Set<() => void>();
  const dispatch = (change: Change) => {
    const before = state;
    state = reduce(state, change);
    if (state === before) return;
    remember(storage, before, state);
    for (const listener of listeners) listener();
    // Loading everything begins with the place it finds open.
    if (change.type !== 'booted' && state.place !== before.place && state.place) void loading.place(state.place);
  };
  const loading = createLoading({ api, state: () => state, dispatch });
  const socket = connect({
    push: (push: PagePush) => {
      const missed = isGap(state, push);
      dispatch({ type: 'push', push });
      if (push.type === 'hello' || missed) void loading.everything();
    },
    lost: () => {
      dispatch({ type: 'lost' });
      void loading.reason();
    },
  });
  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch,
    act: async (action, quietly) => {
      const answer = await api.act({ ...action, as: state.me } as PageAction);
      if (!answer.ok && quietly === undefined) dispatch({ type: 'toast', text: answer.error });
      return answer;
    },
    upload: (file) => api.upload(file, state.me),
    go: (place) => dispatch({ type: 'go', place }),
    loadOlder: (channel) => loading.older(channel),
    retry: () => {
      dispatch({ type: 'refused', reason: null });
      socket.restart();
    },
  };
}

function remember(storage: Storage, before: State, after: State): void {
  if (after.me !== before.me) storage.set('me', after.me);
  if (after.read !== before.read) storage.set('read', JSON.stringify(after.read));
}
