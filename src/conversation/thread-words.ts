/** What the control words answer: pure, from what the store and the sandbox service say. */
import type { SandboxState, TurnRow } from '../ports.ts';
import type { Task } from './events.ts';

const TASK_CHARS = 60;

export interface ThreadState {
  readonly turns: readonly TurnRow[];
  readonly lastActiveMs: number | undefined;
  readonly closed: boolean;
  /** null: the thread has none. undefined: the service did not say. */
  readonly sandbox: SandboxState | null | undefined;
}

/** One line of a task, without what notices take for formatting. */
export function shortTask(task: Task): string {
  const text = (task.kind === 'ask' ? task.text : task.code.source).replace(/\s+/g, ' ').replaceAll('`', "'").trim();
  const chars = [...text];
  return `“${chars.length > TASK_CHARS ? `${chars.slice(0, TASK_CHARS).join('').trimEnd()}…` : text}”`;
}

const SECOND_MS = 1_000;
const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [SECOND_MS, 'second'],
] as const;

/** "3 minutes"; less than a second is "a moment". */
export function spell(ms: number): string {
  for (const [unitMs, name] of UNITS) {
    const count = Math.floor(ms / unitMs);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return 'a moment';
}

const SANDBOX: Readonly<Record<SandboxState, string>> = {
  running: 'The sandbox is awake, with its variables and files.',
  paused: 'The sandbox sleeps and keeps its variables and files.',
  gone: 'The sandbox is gone; the next run gets a new one.',
};

function sandboxWords(sandbox: ThreadState['sandbox']): string {
  if (sandbox === null) return 'There is no sandbox yet; the first run gets one.';
  return sandbox === undefined ? 'The sandbox does not answer at the moment.' : SANDBOX[sandbox];
}

/** The answer to `status`: what runs, what waits, the sandbox, the last activity. */
export function threadStatus({ turns, lastActiveMs, closed, sandbox }: ThreadState, nowMs: number): string {
  if (closed) return 'This session was ended. The next task you give me here begins it again.';
  const running = turns.find(({ state }) => state === 'running');
  const waiting = turns.filter(({ state }) => state === 'queued');
  const parts = [
    running
      ? `Running: ${shortTask(running.task)}, asked ${spell(nowMs - running.createdMs)} ago.`
      : 'Nothing is running.',
    ...(waiting.length > 0 ? [`Waiting: ${waiting.map(({ task }) => shortTask(task)).join(', ')}.`] : []),
    sandboxWords(sandbox),
    ...(lastActiveMs === undefined ? [] : [`Last task: ${spell(nowMs - lastActiveMs)} ago.`]),
  ];
  return parts.join(' ');
}

/** One line of `/run status`. */
export function ownThreadLine(turns: readonly TurnRow[], lastActiveMs: number, nowMs: number): string {
  const running = turns.find(({ state }) => state === 'running');
  const waiting = turns.filter(({ state }) => state === 'queued').length;
  if (!running && waiting === 0) return `A session, last used ${spell(nowMs - lastActiveMs)} ago`;
  const parts = [
    ...(running ? [`Running: ${shortTask(running.task)}, asked ${spell(nowMs - running.createdMs)} ago`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
  ];
  return parts.join('; ');
}
