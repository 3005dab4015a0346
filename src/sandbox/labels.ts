/** What is written on a sandbox at E2B, for the reaper and for people who look at their account. Pure. */
import type { ThreadRef } from '../conversation/events.ts';

export type Labels = Readonly<Record<string, string>>;

const APP = 'threadbox';
const TOP_LEVEL = 'top';

/** What all sandboxes of a bot bear. `instance` tells it from other bots on the same account. */
export function ownLabels(instance: string): Labels {
  return { app: APP, instance };
}

/** Labels cannot be changed later: a spare one keeps these, and our table knows whose it became. */
export function spareLabels(own: Labels): Labels {
  return { ...own, warm: 'true' };
}

export function threadLabels(own: Labels, { team, channel, threadTs }: ThreadRef): Labels {
  return { ...own, team, channel, thread: threadTs ?? TOP_LEVEL };
}

export function isOurs(labels: Labels, own: Labels): boolean {
  return Object.entries(own).every(([name, value]) => labels[name] === value);
}

export function isLabelledSpare(labels: Labels): boolean {
  return labels['warm'] === 'true';
}

/** The thread that a sandbox was made for. */
export function threadOf({ team, channel, thread }: Labels): ThreadRef | undefined {
  if (!team || !channel || !thread) return undefined;
  return { team, channel, threadTs: thread === TOP_LEVEL ? null : thread };
}
