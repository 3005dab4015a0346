/** Builders for the blocks our messages are made of, and their size as Slack is thought to count it. */
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  RichTextBlock,
  RichTextLink,
  RichTextList,
  RichTextPreformatted,
  RichTextQuote,
  RichTextSection,
  RichTextText,
  RichTextUserMention,
  SectionBlock,
} from '@slack/types';
import { messageSize } from '../conversation/output-size.ts';
import { LIMITS } from './limits.ts';

export type Style = NonNullable<RichTextText['style']>;
export type Inline = RichTextText | RichTextLink | RichTextUserMention;

export interface Section extends RichTextSection {
  elements: Inline[];
}
export interface Quote extends RichTextQuote {
  elements: Inline[];
}
export interface List extends RichTextList {
  elements: Section[];
  /** The number of items before the first one: an ordered list that goes on after an interruption. */
  offset?: number;
}
/** Slack documents `language` (syntax colours); @slack/types does not have it yet. */
export interface Preformatted extends RichTextPreformatted {
  elements: RichTextText[];
  language?: string;
}

/** What a rich_text block is made of. Its texts are literal: nothing in them is parsed, so nothing can notify. */
export type RichElement = Section | Quote | List | Preformatted;

export interface RichText extends RichTextBlock {
  elements: RichElement[];
}

export type Block = RichText | ContextBlock | SectionBlock | ActionsBlock;

export function text(content: string, style?: Style): RichTextText {
  return style && Object.keys(style).length > 0
    ? { type: 'text', text: content, style }
    : { type: 'text', text: content };
}

export function sectionOf(elements: Inline[]): Section {
  return { type: 'rich_text_section', elements };
}

/** Literal, monospaced text. Slack refuses an empty one, so a blank stands in. */
export function preformatted(content: string, language?: string): Preformatted {
  const element: Preformatted = { type: 'rich_text_preformatted', elements: [text(content === '' ? ' ' : content)] };
  return language === undefined ? element : { ...element, language };
}

export function richText(elements: RichElement[]): RichText {
  return { type: 'rich_text', elements };
}

/**
 * Small grey text. `mrkdwn` must be escaped where it holds anything foreign; `verbatim` keeps Slack from turning plain
 * names and addresses in it into mentions and links.
 */
export function context(mrkdwn: string): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: mrkdwn, verbatim: true }] };
}

/** A paragraph of mrkdwn, shown whole. The same care as with `context`. */
export function section(mrkdwn: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: mrkdwn, verbatim: true }, expand: true };
}

export function button(label: string, actionId: string, value: string): Button {
  return { type: 'button', text: { type: 'plain_text', text: label, emoji: true }, action_id: actionId, value };
}

export function actions(...elements: Button[]): ActionsBlock {
  return { type: 'actions', elements };
}

/** What these inlines take of a message: their texts and addresses as escaped, and a little for each. */
export function inlineSize(inline: Inline): number {
  const shown = inline.type === 'user' ? inline.user_id : inline.type === 'link' ? (inline.text ?? '') : inline.text;
  const url = inline.type === 'link' ? messageSize(inline.url) : 0;
  return messageSize(shown) + url + LIMITS.elementOverheadChars;
}

export function elementSize(element: RichElement): number {
  let size: number = LIMITS.elementOverheadChars;
  for (const child of element.elements) {
    size += child.type === 'rich_text_section' ? elementSize(child) : inlineSize(child);
  }
  return size;
}

export function blockSize(block: Block): number {
  let size: number = LIMITS.blockOverheadChars;
  if (block.type === 'rich_text') {
    for (const element of block.elements) size += elementSize(element);
    return size;
  }
  if (block.type === 'section') return size + (block.text?.text.length ?? 0);
  // Small by construction: their JSON is more than anybody could count. Its mrkdwn is escaped already.
  return size + JSON.stringify(block.elements).length;
}

/** The size of a message, to be held against `LIMITS.messageChars`. */
export function blocksSize(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + blockSize(block), 0);
}
