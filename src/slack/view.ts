/**
 * What a message is to show, rendered only where it changed: words that stay are not read again, and while a state stays the
 * same only its time moves, which is one line. Two views are compared by what a person would see, without comparing their blocks.
 */
import type { Clock } from '../clock.ts';
import type { Progress } from '../conversation/progress.ts';
import type { Log } from '../log.ts';
import { type Form, rendered } from './forms.ts';
import { createReader } from './mrkdwn-reader.ts';
import type { Content } from './post.ts';
import { top } from './render-chrome.ts';
import type { RenderedMessage } from './render-shown.ts';
import { sinceStart } from './render-status.ts';

export interface View extends RenderedMessage {
  /** The whole of it but the elapsed time, as a text to compare. */
  readonly still: string;
  /** The elapsed time as it reads in the message. */
  readonly since: string;
}

interface Kept {
  readonly progress: Progress;
  readonly form: Form;
  readonly message: RenderedMessage;
  readonly still: string;
}

export function stillOf({ text, blocks }: Content): string {
  return JSON.stringify([text, blocks]);
}

/** Of one message. Remembers the last state it was asked for. */
export function createView(clock: Clock, log: Log): (progress: Progress, form: Form) => View {
  const read = createReader();
  let kept: Kept | undefined;

  /** As at the start, so that no time is in it. */
  function still(progress: Progress, form: Form): Kept {
    if (kept?.progress === progress && kept.form === form) return kept;
    const message = rendered(progress, form, progress.startedAt, log, read);
    kept = { progress, form, message, still: stillOf(message) };
    return kept;
  }

  return (progress, form) => {
    const { message, still: key } = still(progress, form);
    const since = sinceStart(progress, clock.now());
    if (since === '' || message.blocks.length === 0) return { ...message, still: key, since: '' };
    const [line] = top(progress, clock.now());
    const blocks = line ? [line, ...message.blocks.slice(1)] : message.blocks;
    return { ...message, blocks, still: key, since };
  };
}
