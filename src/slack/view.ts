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
  /** All below the status line, as a text to compare. What the line says, but for the time, is in `text` too. */
  readonly body: string;
  /** The elapsed time as it reads in the message. */
  readonly since: string;
}

interface Kept {
  readonly progress: Progress;
  readonly form: Form;
  readonly message: RenderedMessage;
  readonly body: string;
}

/** 99 h 59 min: as wide as it gets. */
const LONG_MS = 359_940_000;

export function bodyOf({ text, blocks }: Content): string {
  return blocks.length === 0 ? text : JSON.stringify(blocks.slice(1));
}

/** Of one message. Remembers the last state it was asked for. */
export function createView(clock: Clock, log: Log): (progress: Progress, form: Form) => View {
  const read = createReader();
  let kept: Kept | undefined;

  /** As if a long time had passed, so that no time is too long for the room there is. */
  function still(progress: Progress, form: Form): Kept {
    if (kept?.progress === progress && kept.form === form) return kept;
    const message = rendered(progress, form, progress.startedAt + LONG_MS, log, read);
    kept = { progress, form, message, body: bodyOf(message) };
    return kept;
  }

  return (progress, form) => {
    const { message, body } = still(progress, form);
    const [line] = message.blocks.length > 0 ? top(progress, clock.now()) : [];
    const blocks = line ? [line, ...message.blocks.slice(1)] : message.blocks;
    return { ...message, blocks, body, since: sinceStart(progress, clock.now()) };
  };
}
