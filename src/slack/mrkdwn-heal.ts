/**
 * Markdown that is still being written, made fit to show: what is begun but cannot be read yet is held back, what is
 * open is closed, so that nothing flickers between two meanings from one edit to the next.
 */
import { type Fence, fenceAfter } from './mrkdwn-split.ts';

/** A line of nothing but marks: it may become a list, a heading, a rule, or underline the line above. */
const ONLY_MARKS = /^[\s>#*_`~|:=+-]*$/;
const BEGUN_NUMBER = /^\s*\d{1,3}[.)]?\s*$/;
/** A table's head while the line under it is not complete. */
const BEGUN_TABLE = /^\s*\|[^\n]*(\n[\s|:-]*)?$/;
const OPEN_LINK = /!?\[([^\]\n]*)(\]?|\]\([^)\s]*)$/;

export function healMarkdown(markdown: string): string {
  const lines = markdown.split('\n');
  let fence: Fence | null = null;
  for (const line of lines) fence = fenceAfter(line, fence);
  const last = lines.at(-1) ?? '';
  if (fence) return /^\s*[`~]{1,2}$/.test(last) ? lines.slice(0, -1).join('\n') : markdown;

  if (last !== '' && (ONLY_MARKS.test(last) || BEGUN_NUMBER.test(last)) && !isFenceEnd(last)) {
    return healParagraph(lines.slice(0, -1).join('\n'));
  }
  return healParagraph(markdown);
}

function isFenceEnd(line: string): boolean {
  return /^\s*(`{3,}|~{3,})\s*$/.test(line);
}

function healParagraph(markdown: string): string {
  const start = markdown.lastIndexOf('\n\n') + 1;
  const head = markdown.slice(0, start);
  const paragraph = markdown.slice(start);
  if (BEGUN_TABLE.test(paragraph.trim())) return head.trimEnd();
  if (/^\s*(`{3,}|~{3,})/m.test(paragraph)) return markdown;
  return head + healInline(paragraph);
}

function healInline(paragraph: string): string {
  let text = paragraph.replace(/(?<=^|[\s(])[*_~`]{1,3}$/, '');
  if (count(text, /`/g) % 2 === 1) return `${text}\``;
  text = text.replace(OPEN_LINK, '$1');
  for (const mark of ['**', '~~']) {
    const isOpen = count(text.replace(/`[^`]*`/g, ''), mark === '**' ? /\*\*/g : /~~/g) % 2 === 1;
    if (isOpen) text = `${text.replace(/(\s|\*|~)+$/, '')}${mark}`;
  }
  return text;
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
