/** Folds changes into the workspace's state. No clock, no I/O: a replayed journal gives the same state. */
import type { Change, Message, Team, WorkspaceState } from './records.ts';

/** How many messages a channel keeps; the oldest are forgotten. */
export const MESSAGES_PER_CHANNEL = 5000;
/** How many versions of one message are kept for the control interface: the newest, and always the first. */
export const VERSIONS_PER_MESSAGE = 400;
/** How many messages have their versions kept; those posted first lose them first. */
export const MESSAGES_WITH_VERSIONS = 300;

export function emptyState(team: Team): WorkspaceState {
  return {
    team,
    people: new Map(),
    channels: new Map(),
    messages: new Map(),
    files: new Map(),
    versions: new Map(),
  };
}

export function applyChange(state: WorkspaceState, change: Change): void {
  if ('remove' in change) {
    if (change.remove === 'file') state.files.delete(change.id);
    else state.messages.get(change.channel)?.delete(change.ts);
    return;
  }
  switch (change.put) {
    case 'team':
      state.team = change.value;
      break;
    case 'person':
      state.people.set(change.value.id, change.value);
      break;
    case 'channel':
      state.channels.set(change.value.id, change.value);
      break;
    case 'file':
      state.files.set(change.value.id, change.value);
      break;
    case 'message':
      putMessage(state, change.value);
      break;
  }
}

function putMessage(state: WorkspaceState, message: Message): void {
  let channel = state.messages.get(message.channel);
  if (!channel) {
    channel = new Map();
    state.messages.set(message.channel, channel);
  }
  const before = channel.get(message.ts);
  channel.set(message.ts, message);
  if (!before || before.revision !== message.revision) recordVersion(state, message);
  if (channel.size <= MESSAGES_PER_CHANNEL) return;
  const oldest = channel.keys().next().value;
  if (oldest === undefined) return;
  channel.delete(oldest);
  state.versions.delete(versionKey(message.channel, oldest));
}

function recordVersion(state: WorkspaceState, message: Message): void {
  const key = versionKey(message.channel, message.ts);
  const versions = state.versions.get(key) ?? [];
  versions.push({ at: message.changedAt, text: message.text, blocks: message.blocks, files: message.files });
  if (versions.length > VERSIONS_PER_MESSAGE) versions.splice(1, 1);
  state.versions.set(key, versions);
  const oldest = state.versions.keys().next().value;
  if (state.versions.size > MESSAGES_WITH_VERSIONS && oldest !== undefined) state.versions.delete(oldest);
}

export function versionKey(channel: string, ts: string): string {
  return `${channel}/${ts}`;
}

/** The state as the shortest list of changes that rebuilds it, for a snapshot. Versions are not part of it. */
export function* changesOf(state: WorkspaceState): Generator<Change> {
  yield { put: 'team', value: state.team };
  for (const value of state.people.values()) yield { put: 'person', value };
  for (const value of state.channels.values()) yield { put: 'channel', value };
  for (const value of state.files.values()) yield { put: 'file', value };
  for (const messages of state.messages.values()) {
    for (const value of messages.values()) yield { put: 'message', value };
  }
}
