/** Everything the page knows, as one immutable value. */
import type { PageBoot, PageMessage, PageView } from '../../protocol.ts';
import type { Place } from '../place.ts';

/** A message and the `seq` of the push that brought it; 0 when it was loaded. */
export interface Held {
  readonly message: PageMessage;
  readonly seq: number;
}

/** How much of a channel's top level is loaded. Older messages in the store are outside the window and not shown. */
export interface Loaded {
  readonly oldest: string;
  readonly hasMore: boolean;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
}

export interface State {
  /** Null until the workspace is loaded. */
  readonly boot: PageBoot | null;
  /** The server's sentence when it does not let this page in. */
  readonly refusal: string | null;
  readonly link: 'connecting' | 'open' | 'lost';
  /** The last push applied. */
  readonly seq: number;
  /** The person acted as. */
  readonly me: string;
  readonly place: Place | null;
  /** By channel, then ts. */
  readonly messages: Readonly<Record<string, Readonly<Record<string, Held>>>>;
  readonly loaded: Readonly<Record<string, Loaded>>;
  /** Threads whose replies are all here, by place key. */
  readonly threads: Readonly<Record<string, true>>;
  /** Deleted while the page was open, by place key: a load that began earlier must not bring them back. */
  readonly removed: Readonly<Record<string, true>>;
  /** By `readKey`: the newest ts the person has seen. */
  readonly read: Readonly<Record<string, string>>;
  /** Unseen before any mark exists: what is older than this counts as read. */
  readonly readSince: string;
  /** Where the "New" line stands in the open channel; empty for none. */
  readonly newAfter: string;
  /** Assistant status texts by place key of the thread. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Open modals of all people, the last on top. */
  readonly views: readonly PageView[];
  readonly viewErrors: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly toasts: readonly Toast[];
  readonly nextToast: number;
}

export interface Remembered {
  readonly me: string;
  readonly place: Place | null;
  readonly read: Readonly<Record<string, string>>;
  readonly readSince: string;
}

export function initialState(remembered: Remembered): State {
  return {
    ...remembered,
    boot: null,
    refusal: null,
    link: 'connecting',
    seq: 0,
    messages: {},
    loaded: {},
    threads: {},
    removed: {},
    newAfter: '',
    statuses: {},
    views: [],
    viewErrors: {},
    toasts: [],
    nextToast: 1,
  };
}

/** Reading marks belong to a person and a channel or thread (`placeKey`). */
export function readKey(person: string, place: string): string {
  return `${person} ${place}`;
}
