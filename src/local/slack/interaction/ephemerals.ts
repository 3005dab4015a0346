/** Messages only one person sees. Kept in memory while the server runs, because their buttons can be pressed. */
import type { Hub } from '../browser/hub.ts';
import { pageMessage } from '../browser/shapes.ts';
import type { Block } from '../protocol.ts';
import type { Message } from '../state/records.ts';
import type { Workspace } from '../state/workspace.ts';

export interface Ephemeral {
  readonly message: Message;
  readonly viewer: string;
}

export interface EphemeralDraft {
  readonly channel: string;
  readonly viewer: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly threadTs?: string;
  /** Whose message it is; the app's where it is left out. */
  readonly user?: string;
}

export interface Ephemerals {
  post(draft: EphemeralDraft): Ephemeral;
  replace(channel: string, ts: string, text: string, blocks: readonly Block[]): boolean;
  remove(channel: string, ts: string): boolean;
  at(channel: string, ts: string): Ephemeral | undefined;
  all(): readonly Ephemeral[];
}

const REMEMBERED = 500;

export function createEphemerals(workspace: Workspace, hub: Hub): Ephemerals {
  const known = new Map<string, Ephemeral>();
  const key = (channel: string, ts: string) => `${channel}/${ts}`;

  function show(ephemeral: Ephemeral): Ephemeral {
    known.set(key(ephemeral.message.channel, ephemeral.message.ts), ephemeral);
    const oldest = known.keys().next().value;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    hub.push({ type: 'message', message: pageMessage(workspace.state, ephemeral.message, ephemeral.viewer) });
    return ephemeral;
  }

  return {
    post: ({ viewer, user, channel, text, blocks, threadTs }) => {
      const { team } = workspace.state;
      const author = user ?? team.botUserId;
      const message: Message = {
        channel,
        ts: workspace.nextTs(channel),
        user: author,
        ...(author === team.botUserId ? { botId: team.botId } : {}),
        text,
        blocks,
        ...(threadTs === undefined ? {} : { threadTs }),
        files: [],
        reactions: [],
        revision: 0,
        changedAt: workspace.clock.now(),
      };
      return show({ message, viewer });
    },
    replace: (channel, ts, text, blocks) => {
      const old = known.get(key(channel, ts));
      if (!old) return false;
      const changedAt = workspace.clock.now();
      show({ ...old, message: { ...old.message, text, blocks, revision: old.message.revision + 1, changedAt } });
      return true;
    },
    remove: (channel, ts) => {
      if (!known.delete(key(channel, ts))) return false;
      hub.push({ type: 'message.deleted', channel, ts });
      return true;
    },
    at: (channel, ts) => known.get(key(channel, ts)),
    all: () => [...known.values()],
  };
}
