/** Inline Markdown as rich text: styles, links that are safe to follow, and everything else as the text it is. */
import type { Token } from 'marked';
import { type Inline, type Style, text } from './blocks.ts';
import { LIMITS } from './limits.ts';

const SAFE_PROTOCOLS = new Set(['http:', 'https:', 'mailto:']);

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };
const ENTITY = /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-z]{2,4}));/g;

/** `__init__`, which is bold in Markdown. */
const DUNDER = /^__[a-z][a-z\d_]*__$/;
/** The one tag that models write where Markdown has nothing: in the cells of a table. */
const LINE_BREAK = /^<br\s*\/?>$/i;

export function inlines(tokens: readonly Token[] | undefined, style: Style = {}): Inline[] {
  return merge((tokens ?? []).flatMap((token) => inline(token, style)));
}

function inline(token: Token, style: Style): Inline[] {
  switch (token.type) {
    case 'text':
      return 'tokens' in token && token.tokens ? inlines(token.tokens, style) : literal(decode(token['text']), style);
    case 'escape':
      return literal(token['text'], style);
    case 'strong':
      // A name of Python's is meant far more often than bold words.
      if (DUNDER.test(token.raw)) return literal(token.raw, style);
      return inlines(token.tokens, { ...style, bold: true });
    case 'em':
      return inlines(token.tokens, { ...style, italic: true });
    case 'del':
      return inlines(token.tokens, { ...style, strike: true });
    case 'codespan':
      return literal(token['text'], { ...style, code: true });
    case 'br':
      return literal('\n', style);
    case 'html':
      return literal(LINE_BREAK.test(token.raw) ? '\n' : token.raw, style);
    case 'link':
      return link(token['href'], plain(inlines(token.tokens)), token.raw, style);
    case 'image':
      return link(token['href'], decode(token['text']) || 'image', token.raw, style);
    case 'checkbox':
      // The selector keeps the first from being drawn as an emoji, which the second is not.
      return literal(token['checked'] ? '☑\ufe0e ' : '☐ ', style);
    default:
      return literal(token.raw, style);
  }
}

/** Only addresses a browser or mail program opens become links; anything else stays the text the model wrote. */
function link(href: unknown, label: string, raw: string, style: Style): Inline[] {
  const url = safeUrl(href);
  if (url === undefined) return literal(raw, style);
  const element: Inline = { type: 'link', url, text: label.trim() === '' ? url : label };
  return [Object.keys(style).length > 0 ? { ...element, style } : element];
}

function safeUrl(href: unknown): string | undefined {
  if (typeof href !== 'string' || !URL.canParse(href)) return undefined;
  const url = new URL(href);
  return SAFE_PROTOCOLS.has(url.protocol) && url.href.length <= LIMITS.linkUrlChars ? url.href : undefined;
}

function literal(content: unknown, style: Style): Inline[] {
  return typeof content === 'string' && content !== '' ? [text(content, style)] : [];
}

/** Neighbours of one style become one element. */
export function merge(list: readonly Inline[]): Inline[] {
  const merged: Inline[] = [];
  for (const next of list) {
    const last = merged.at(-1);
    if (last?.type === 'text' && next.type === 'text' && isSameStyle(last.style, next.style)) {
      merged[merged.length - 1] = text(last.text + next.text, last.style);
    } else merged.push(next);
  }
  return merged;
}

function isSameStyle(a: Style = {}, b: Style = {}): boolean {
  return a.bold === b.bold && a.italic === b.italic && a.strike === b.strike && a.code === b.code;
}

export function plain(list: readonly Inline[]): string {
  return list.map((item) => (item.type === 'user' ? '' : (item.text ?? ''))).join('');
}

/** The entities that models write; others stay as they are. */
function decode(content: unknown): string {
  if (typeof content !== 'string') return '';
  return content.replace(ENTITY, (raw, decimal?: string, hex?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? raw;
    const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const isText =
      (point >= 0x20 && point < 0x7f) || (point >= 0xa0 && point < 0xd800) || (point > 0xdfff && point <= 0x10ffff);
    return isText ? String.fromCodePoint(point) : raw;
  });
}
