/** A turn as plain text, for notifications and screen readers, which see no blocks. */
import { cleanText } from '../conversation/output.ts';
import type { Progress } from '../conversation/progress.ts';
import { LIMITS } from './limits.ts';
import { escapeToBytes, printable } from './mrkdwn.ts';
import { markdownElements, plainText } from './mrkdwn-markdown.ts';
import type { ReadMarkdown } from './mrkdwn-reader.ts';
import { splitMarkdown } from './mrkdwn-split.ts';
import { endOf } from './render-excerpt.ts';
import { statusText, steps } from './render-status.ts';

/** Enough to fill the fallback; more Markdown is not read. */
const READ_CHARS = 4_000;
const OUTPUT_ROOM = { chars: 600, lines: 8 };

/** The words of the whole turn, as the model wrote them. */
export function plainAnswer(progress: Progress): string {
  const words = progress.parts.filter((part) => part.kind === 'words').map((part) => part.text.trim());
  return printable(words.filter((text) => text !== '').join('\n\n'));
}

/** Escaped, at most `LIMITS.fallbackBytes` bytes, never empty. The answer comes first, since previews show the start. */
export function renderText(progress: Progress, read: ReadMarkdown = markdownElements): string {
  const status = statusText(progress);
  const parts = progress.outcome === null ? [status, lastWords(progress, read)] : withAnswer(progress, status, read);
  return escapeToBytes(parts.join('\n').trim(), LIMITS.fallbackBytes) || 'Done';
}

function withAnswer(progress: Progress, status: string, read: ReadMarkdown): string[] {
  const answer = lastWords(progress, read);
  if (progress.outcome?.kind !== 'done') return [status, answer];
  return [answer === '' ? lastValue(progress) : answer, status];
}

/** The words that stand last, without Markdown's marks; a very long text only to its first pages. */
export function lastWords(progress: Progress, read: ReadMarkdown = markdownElements): string {
  const words = progress.parts.findLast((part) => part.kind === 'words' && part.text.trim() !== '');
  if (words?.kind !== 'words') return '';
  const [start = ''] = splitMarkdown(words.text.trim(), READ_CHARS);
  return plainText(read(start));
}

/** Where the model said nothing: what the last run printed or gave. */
function lastValue(progress: Progress): string {
  const last = steps(progress).at(-1);
  if (!last) return '';
  const totals = { lines: last.output.totalLines, chars: last.output.totalChars };
  const printed = endOf(last.output.text, OUTPUT_ROOM, totals);
  const value = last.result?.results.find((result) => result.isMain)?.text ?? '';
  const shown = printed.text === '' ? endOf(cleanText(value), OUTPUT_ROOM) : printed;
  return shown.missing === '' ? shown.text : `${shown.text} (${shown.missing})`;
}
