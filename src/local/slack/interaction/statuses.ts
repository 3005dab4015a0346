/** What `assistant.threads.setStatus` shows under a thread: gone after two minutes or with the app's next message there. */
import type { Hub } from '../browser/hub.ts';
import type { Clock } from '../clock.ts';

/** Slack clears a status after this. */
const LIFETIME_MS = 120_000;
const REMEMBERED = 2000;

export interface StatusChange {
  readonly at: number;
  readonly channel: string;
  readonly threadTs: string;
  readonly text: string;
}

export interface Statuses {
  set(channel: string, threadTs: string, text: string): void;
  /** The app posted in the thread. */
  clear(channel: string, threadTs: string): void;
  /** What is shown now. */
  current(): readonly StatusChange[];
  /** Every change, oldest first. */
  history(): readonly StatusChange[];
}

export function createStatuses(clock: Clock, hub: Hub): Statuses {
  const shown = new Map<string, { readonly change: StatusChange; readonly cancel: () => void }>();
  const past: StatusChange[] = [];

  function show(channel: string, threadTs: string, text: string): void {
    const key = `${channel}/${threadTs}`;
    const old = shown.get(key);
    old?.cancel();
    shown.delete(key);
    if (text === '' && !old) return;
    const change = { at: clock.now(), channel, threadTs, text };
    past.push(change);
    if (past.length > REMEMBERED) past.shift();
    if (text !== '') shown.set(key, { change, cancel: clock.after(LIFETIME_MS, () => show(channel, threadTs, '')) });
    hub.push({ type: 'status', channel, threadTs, text });
  }

  return {
    set: show,
    clear: (channel, threadTs) => show(channel, threadTs, ''),
    current: () => [...shown.values()].map(({ change }) => change),
    history: () => [...past],
  };
}
