/** A state as a message: in full, and in ever plainer forms for where Slack refuses the better ones. */
import type { Progress } from '../conversation/progress.ts';
import type { Log } from '../log.ts';
import type { ReadMarkdown } from './mrkdwn-reader.ts';
import { type RenderedMessage, render } from './render.ts';
import { ANSWER_FILE } from './render-shown.ts';
import { renderSimple } from './render-simple.ts';
import { plainAnswer, renderText } from './render-text.ts';

/** 'plain': the text alone, without blocks. */
export const FORMS = ['full', 'simple', 'plain'] as const;
export type Form = (typeof FORMS)[number];

/** The next plainer form; undefined where there is none. */
export function plainer(form: Form): Form | undefined {
  return FORMS[FORMS.indexOf(form) + 1];
}

/** A rendering that fails is a bug of ours; it must not take the turn with it. */
export function rendered(progress: Progress, form: Form, now: number, log: Log, read?: ReadMarkdown): RenderedMessage {
  try {
    if (form === 'plain') return renderPlain(progress, now);
    return (form === 'full' ? render : renderSimple)(progress, now, read);
  } catch (error) {
    log.error({ err: error, turn: progress.turn }, 'a state could not be rendered');
    const text = progress.outcome ? 'This turn has ended, but I cannot show how.' : 'Working on it…';
    return { text, blocks: [], files: [] };
  }
}

/** What the text has no room for comes as files, as with a simple message; the words always do. */
function renderPlain(progress: Progress, now: number): RenderedMessage {
  const others = renderSimple(progress, now).files.filter(({ name }) => name !== ANSWER_FILE);
  const words = plainAnswer(progress);
  const answer = progress.outcome && words !== '' ? [{ name: ANSWER_FILE, text: words }] : [];
  return { text: renderText(progress), blocks: [], files: [...answer, ...others] };
}
