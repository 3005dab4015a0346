/** Reading Markdown costs most of a rendering, and from one edit to the next most of a message's words stay the same. */
import type { RichElement } from './blocks.ts';
import { markdownElements } from './mrkdwn-markdown.ts';

/** What it returns is not to be changed: the next rendering gets the same. */
export type ReadMarkdown = (markdown: string) => readonly RichElement[];

/** A message's words, its finished texts among them, are no more pieces than this, as a rule. */
const REMEMBERED = 8;

/** Reads as `markdownElements` does, and remembers what it read last. For one message. */
export function createReader(): ReadMarkdown {
  const known = new Map<string, readonly RichElement[]>();
  return (markdown) => {
    const elements = known.get(markdown) ?? markdownElements(markdown);
    known.delete(markdown);
    known.set(markdown, elements);
    const oldest = known.keys().next().value;
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return elements;
  };
}
