/** The first and the last line of a message: where the turn stands, and what it took. */
import { never, type SandboxOrigin, type TurnOutcome } from '../conversation/events.ts';
import type { Progress, StepPart } from '../conversation/progress.ts';
import { mrkdwnLine, oneLine, shorten } from './mrkdwn.ts';
import { counted, dollars, dotted, duration, elapsed, languageName, short } from './render-words.ts';

const REASON_CHARS = 400;

export function steps(progress: Progress): StepPart[] {
  return progress.parts.filter((part) => part.kind === 'step');
}

/** The status as mrkdwn: an emoji, what is going on or how it ended, and the time. */
export function statusLine(progress: Progress, now: number): string {
  if (progress.outcome) return outcomeLine(progress, progress.outcome);
  return `⏳ ${dotted([`*${activity(progress)}*`, attemptOf(progress), sinceStart(progress, now)])}`;
}

/** How long the turn has run; empty in the first second and once it is over. */
export function sinceStart(progress: Progress, now: number): string {
  return progress.outcome ? '' : elapsed(now - progress.startedAt);
}

/** What is going on, for Slack's own line under a thread, which begins with the app's name: "is running Python". */
export function statusActivity(progress: Progress): string {
  const [first = '', ...others] = activity(progress);
  return dotted([`is ${first.toLowerCase()}${others.join('')}`, attemptOf(progress)]);
}

/** The same with what moves: "is running Python · attempt 2 of 3 · 12 s · 1,204 lines". Plain text. */
export function assistantStatus(progress: Progress, now: number): string {
  const running = progress.phase === 'running' ? steps(progress).at(-1) : undefined;
  const lines = running && running.output.totalLines > 0 && counted(running.output.totalLines, 'line');
  return dotted([statusActivity(progress), sinceStart(progress, now), lines]);
}

/** The same for eyes and ears that see no blocks, as plain text. A first attempt goes without saying. */
export function statusText(progress: Progress): string {
  if (!progress.outcome) {
    const attempt = attemptOf(progress);
    return `${activity(progress)}${attempt ? ` (${attempt})` : ''} …`;
  }
  const { outcome } = progress;
  switch (outcome.kind) {
    case 'done':
      return `Done in ${duration(progress.updatedAt - progress.startedAt)}`;
    case 'failed':
      return `Failed${afterAttempts(progress)}. ${shorten(oneLine(outcome.reason), REASON_CHARS)}`;
    case 'stopped':
      return `Stopped. ${shorten(oneLine(outcome.note), REASON_CHARS)}`.trim();
    case 'error':
      return shorten(oneLine(outcome.failure.message), REASON_CHARS);
    default:
      return never(outcome);
  }
}

/** What is happening, in two or three words. */
function activity(progress: Progress): string {
  switch (progress.phase) {
    case 'starting':
      return 'Starting';
    case 'thinking':
      return 'Thinking';
    case 'writing':
      return progress.draft ? `Writing ${languageName(progress.draft.language)}` : 'Writing';
    case 'opening':
      return 'Opening the sandbox';
    case 'waiting':
      return `Waiting for a free sandbox${progress.ahead > 0 ? `, ${progress.ahead} before this one` : ''}`;
    case 'resuming':
      return 'Resuming the sandbox';
    case 'running': {
      const running = steps(progress).at(-1);
      return running ? `Running ${languageName(running.code.language)}` : 'Running';
    }
    case 'repairing':
      return 'Fixing the error';
    case 'finishing':
    case 'finished':
      return 'Finishing';
    default:
      return never(progress.phase);
  }
}

/** Only from the second attempt on: a first attempt is nothing to speak of. */
function attemptOf(progress: Progress): string {
  return progress.attempt > 1 ? `attempt ${progress.attempt} of ${progress.maxAttempts}` : '';
}

function outcomeLine(progress: Progress, outcome: TurnOutcome): string {
  switch (outcome.kind) {
    case 'done': {
      const last = steps(progress).at(-1);
      const took = duration(progress.updatedAt - progress.startedAt);
      return `✅ ${dotted([`*Done* in ${took}`, last && last.attempt > 1 && counted(last.attempt, 'attempt')])}`;
    }
    case 'failed':
      return `❌ *Failed*${afterAttempts(progress)}. ${mrkdwnLine(outcome.reason, REASON_CHARS)}`;
    case 'stopped':
      return `⏹️ ${dotted([`*Stopped*${person(outcome.by)}`, mrkdwnLine(outcome.note, REASON_CHARS)])}`;
    case 'error':
      return `⚠️ ${mrkdwnLine(outcome.failure.message, REASON_CHARS)}`;
    default:
      return never(outcome);
  }
}

function afterAttempts(progress: Progress): string {
  const last = steps(progress).at(-1);
  return last && last.attempt > 1 ? ` after ${counted(last.attempt, 'attempt')}` : '';
}

/** A Slack user's id as a name to click; anything else as the text it is; nothing when nobody is known. */
function person(by: string): string {
  if (/^[UW][A-Z0-9]{2,20}$/.test(by)) return ` by <@${by}>`;
  const name = mrkdwnLine(by, 80);
  return name === '' ? '' : ` by ${name}`;
}

/** What the turn took and what it leaves behind; empty when there is nothing to say. */
export function footer(progress: Progress): string {
  const { inputTokens, outputTokens } = progress.usage;
  const all = steps(progress);
  const isTimeSaid = progress.outcome?.kind === 'done';
  return dotted([
    !isTimeSaid && duration(progress.updatedAt - progress.startedAt),
    all.length > 0 && counted(all.length, 'run'),
    inputTokens + outputTokens > 0 && `${short(inputTokens)} tokens in, ${short(outputTokens)} out`,
    progress.costUsd !== null && progress.costUsd > 0 && dollars(progress.costUsd),
    // A stop says it in the status.
    progress.outcome?.kind !== 'stopped' &&
      sandboxState(
        all.findLast((step) => step.result !== null),
        progress.sandbox,
      ),
  ]);
}

/** Where the last run left its sandbox whole, what is new is where it came from; else what was lost. */
function sandboxState(step: StepPart | undefined, origin: SandboxOrigin | null): string {
  switch (step?.result?.kind) {
    case undefined:
      return '';
    case 'ok':
    case 'failed':
      return origin === 'new' ? 'new sandbox' : origin === 'resumed' ? 'sandbox resumed' : 'variables kept';
    case 'timedOut':
    case 'stopped':
    case 'flooded':
      return step?.result.by === 'kill' ? 'sandbox ended' : `variables ${step?.result.variables ?? 'kept'}`;
    case 'died':
      return 'variables lost, files kept';
    case 'lost':
      return 'sandbox lost';
  }
}
