/** The workspace: its state, the journal every change goes through, and those who want to hear of changes. */
import { mkdirSync } from 'node:fs';
import type { Clock } from '../clock.ts';
import { applyChange, changesOf, emptyState } from './apply.ts';
import { type Journal, openJournal } from './journal.ts';
import type { Change, Channel, Message, StoredFile, WorkspaceState } from './records.ts';
import { botPerson, type SeedOptions, seedChanges, seedTeam } from './seed.ts';
import { nextTs } from './timestamps.ts';

/** What happened, for the page and for the app's events. */
export type Happening =
  | { readonly type: 'posted'; readonly message: Message }
  | { readonly type: 'changed'; readonly message: Message; readonly previous: Message }
  | { readonly type: 'deleted'; readonly message: Message }
  /** Its reply count, reactions or files' details changed: something to draw, not an edit. */
  | { readonly type: 'touched'; readonly message: Message }
  | {
      readonly type: 'reacted' | 'unreacted';
      readonly message: Message;
      readonly user: string;
      readonly name: string;
    }
  | { readonly type: 'joined'; readonly channel: Channel; readonly user: string; readonly inviter?: string }
  | { readonly type: 'channel'; readonly channel: Channel }
  | { readonly type: 'file'; readonly file: StoredFile };

export interface Workspace {
  readonly state: WorkspaceState;
  readonly clock: Clock;
  /** Writes and applies; the caller says what happened with `tell`. */
  commit(...changes: readonly Change[]): void;
  tell(happening: Happening): void;
  onHappening(listener: (happening: Happening) => void): void;
  /** A ts no message of the channel has, later than all of them. */
  nextTs(channel: string): string;
  close(): void;
}

/** Opens the workspace kept in `folder`, or seeds a new one there. */
export function openWorkspace(folder: string, clock: Clock, seed: Omit<SeedOptions, 'now'>): Workspace {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const opened = openJournal(folder);
  const state = emptyState(seedTeam(seed.appName));
  for (const change of opened.changes) applyChange(state, change);
  if (state.people.size === 0) {
    for (const change of seedChanges(state.team, { ...seed, now: clock.now() })) applyChange(state, change);
  }
  state.team = { ...state.team, appName: seed.appName };
  applyChange(state, { put: 'person', value: botPerson(state.team, seed.botName) });
  return watch(
    state,
    clock,
    opened.start(() => changesOf(state)),
  );
}

function watch(state: WorkspaceState, clock: Clock, journal: Journal): Workspace {
  const listeners: ((happening: Happening) => void)[] = [];
  const lastTs = new Map<string, string>();
  return {
    state,
    clock,
    commit: (...changes) => {
      for (const change of changes) {
        journal.append(change);
        applyChange(state, change);
      }
      journal.settled();
    },
    tell: (happening) => {
      for (const listener of listeners) listener(happening);
    },
    onHappening: (listener) => {
      listeners.push(listener);
    },
    nextTs: (channel) => {
      const last = lastTs.get(channel) ?? [...(state.messages.get(channel)?.keys() ?? [])].at(-1);
      const ts = nextTs(clock.now(), last);
      lastTs.set(channel, ts);
      return ts;
    },
    close: () => journal.close(),
  };
}
