/**
 * Fetches what the page shows, and keeps fetches of the same thing from overlapping. A fetch that began before a gap in the
 * pushes may lack what was missed, so loading again always waits for it and then asks anew.
 */
import type { Api, Loaded } from './net/api.ts';
import { type Place, placeKey } from './place.ts';
import type { Change } from './state/reduce.ts';
import { channelsFor } from './state/select.ts';
import type { State } from './state/state.ts';

/** Messages asked for at once. */
const pageSize = 50;

/** Pause before the workspace is asked for again when it failed over an open connection. */
const retryMs = 2000;

export interface LoadingParts {
  readonly api: Api;
  readonly state: () => State;
  readonly dispatch: (change: Change) => void;
}

export interface Loading {
  /** The workspace, then what is on the screen, then the other channels for their unread marks. */
  everything(): Promise<void>;
  /** What a place needs that is not here yet. */
  place(place: Place): Promise<void>;
  older(channel: string): Promise<void>;
  /** Asks why the connection was lost: only an HTTP answer can say that this page is refused. */
  reason(): Promise<void>;
}

export function createLoading({ api, state, dispatch }: LoadingParts): Loading {
  const running = new Map<string, Promise<void>>();
  /** Set when everything has to be loaded, also while a load is under way: that one began too early. */
  let isStale = false;

  const usable = <T>(loaded: Loaded<T>): loaded is Loaded<T> & { readonly ok: true } => {
    if (!loaded.ok && loaded.refused) dispatch({ type: 'refused', reason: loaded.error });
    else if (!loaded.ok && state().link === 'open') dispatch({ type: 'toast', text: loaded.error });
    return loaded.ok;
  };
  const inTurn = (key: string, work: () => Promise<void>): Promise<void> => {
    const done = (running.get(key) ?? Promise.resolve()).then(work).finally(() => {
      if (running.get(key) === done) running.delete(key);
    });
    running.set(key, done);
    return done;
  };

  const history = (channel: string, before = '') =>
    inTurn(`history ${channel}`, async () => {
      const since = state().seq;
      const loaded = await api.history(channel, before, pageSize);
      if (usable(loaded)) dispatch({ type: 'history', channel, page: loaded.value, before, since });
    });
  const thread = (place: Required<Place>) =>
    inTurn(`thread ${placeKey(place)}`, async () => {
      const since = state().seq;
      const loaded = await api.thread(place.channel, place.threadTs);
      if (usable(loaded)) dispatch({ type: 'thread', place, page: loaded.value, since });
    });

  const workspace = async (): Promise<void> => {
    isStale = false;
    const boot = await api.boot();
    if (!usable(boot)) {
      if (!boot.ok && !boot.refused) setTimeout(() => void everything(), retryMs);
      return;
    }
    dispatch({ type: 'booted', boot: boot.value });
    const open = state().place;
    if (open) {
      const { channel, threadTs } = open;
      await Promise.all([history(channel), threadTs === undefined ? undefined : thread({ channel, threadTs })]);
    }
    for (const channel of channelsFor(state())) {
      if (channel.id !== open?.channel) await history(channel.id);
    }
  };
  const everything = (): Promise<void> => {
    isStale = true;
    return inTurn('everything', async () => {
      if (isStale) await workspace();
    });
  };

  return {
    everything,
    place: async ({ channel, threadTs }) => {
      const { boot, loaded, threads } = state();
      if (boot === null) return;
      const isKnown = threadTs === undefined || threads[placeKey({ channel, threadTs })];
      await Promise.all([
        loaded[channel] ? undefined : history(channel),
        isKnown ? undefined : thread({ channel, threadTs }),
      ]);
    },
    older: async (channel) => {
      const window = state().loaded[channel];
      if (window?.hasMore && !running.has(`history ${channel}`)) await history(channel, window.oldest);
    },
    reason: async () => {
      usable(await api.boot());
    },
  };
}
