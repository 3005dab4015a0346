/** The small messages around a turn: a late end is announced, a slash command gets its thread. */
import type { Completion } from '../conversation/completion.ts';
import type { Task } from '../conversation/events.ts';
import {
  type Block,
  type Inline,
  preformatted,
  type RichElement,
  richText,
  section,
  sectionOf,
  text,
} from './blocks.ts';
import { LIMITS } from './limits.ts';
import { escapeMrkdwn, fitStart, mrkdwnLine, printable, shorten } from './mrkdwn.ts';
import { markdownElements, plainText } from './mrkdwn-markdown.ts';
import { rereadButton } from './render-buttons.ts';
import { duration } from './render-words.ts';

const TASK_CHARS = 1_500;
const COMPLETION_CHARS = 160;
/** More of an answer is not read: its first words are all that is said. */
const READ_CHARS = 1_000;

const ENDED: Readonly<Record<Completion['kind'], string>> = {
  done: 'done in',
  failed: 'failed after',
  stopped: 'stopped after',
  'needs-you': 'needs you after',
};

/** The root of a thread that a slash command opened: who asked for what. */
export function renderTaskRoot({ user, task }: { readonly user: string; readonly task: Task }): {
  readonly text: string;
  readonly blocks: Block[];
} {
  const isUser = isUserId(user);
  const who: Inline = isUser ? { type: 'user', user_id: user } : text('Somebody');
  const asked = printable(task.kind === 'code' ? task.code.source : task.text).trim() || '…';
  const short = shorten(asked, TASK_CHARS);
  const quoted: RichElement =
    task.kind === 'code'
      ? preformatted(short, task.code.language)
      : { type: 'rich_text_quote', elements: [text(short)] };
  const name = isUser ? `<@${user}>` : 'Somebody';
  return {
    text: `${name} ran: ${escapeMrkdwn(fitStart(short, LIMITS.fallbackBytes / 4))}`,
    blocks: [richText([sectionOf([who, text(' ran:')]), quoted])],
  };
}

/** "<@U1> done in 2 min 10 s: The last of them is 4,181": mrkdwn in which that one person is mentioned and nobody else. */
export function renderCompletion(user: string, { kind, tookMs, words }: Completion): string {
  const who = isUserId(user) ? `<@${user}> ` : '';
  const first = mrkdwnLine(plainText(markdownElements(fitStart(words, READ_CHARS))), COMPLETION_CHARS);
  return `${who}${ENDED[kind]} ${duration(tookMs)}${first === '' ? '' : `: ${first}`}`;
}

/** A notice with the button that runs a task as its message says it now. `said` may hold foreign words. */
export function renderReread(said: string, turn: string): { readonly text: string; readonly blocks: Block[] } {
  const text = escapeMrkdwn(said);
  return { text, blocks: [section(text), rereadButton(turn)] };
}

function isUserId(user: string): boolean {
  return /^[UW][A-Z0-9]{2,20}$/.test(user);
}
