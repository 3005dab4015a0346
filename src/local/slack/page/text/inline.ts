/** Reads one stretch of mrkdwn (no fences, no quotes) into inlines. The input is in wire form: `&`, `<`, `>` escaped. */
import { hasEmoji } from './emoji.ts';
import { safeUrl, unescapeText } from './escape.ts';
import { type Inline, type Mark, text } from './nodes.ts';

const marks: Readonly<Record<string, Mark>> = { '*': 'bold', _: 'italic', '~': 'strike' };
const wordCharacter = /[\p{L}\p{N}]/u;
const emojiAt = /:([a-z0-9_+'-]+):/y;
const urlAt = /https?:\/\/[^\s<>|]+/y;

interface Found {
  readonly node: Inline;
  /** Where reading goes on. */
  readonly end: number;
}

/** `\n` becomes a break. Unclosed or stray markers stay as typed. */
export function parseInline(source: string): Inline[] {
  const out: Inline[] = [];
  let plain = '';
  const flush = () => {
    if (plain !== '') out.push(text(unescapeText(plain)));
    plain = '';
  };
  let at = 0;
  while (at < source.length) {
    const found = inlineAt(source, at);
    if (found) {
      flush();
      out.push(found.node);
      at = found.end;
    } else {
      plain += source[at];
      at += 1;
    }
  }
  flush();
  return out;
}

function inlineAt(source: string, at: number): Found | undefined {
  switch (source[at]) {
    case '\n':
      return { node: { kind: 'break' }, end: at + 1 };
    case '`':
      return codeAt(source, at);
    case '<':
      return angleAt(source, at);
    case ':':
      return emojiNodeAt(source, at);
    case 'h':
      return bareUrlAt(source, at);
    case '*':
    case '_':
    case '~':
      return markedAt(source, at);
    default:
      return undefined;
  }
}

function codeAt(source: string, at: number): Found | undefined {
  const close = source.indexOf('`', at + 1);
  const inside = source.slice(at + 1, close);
  if (close < 0 || inside.trim() === '' || inside.includes('\n')) return undefined;
  return { node: { kind: 'marked', mark: 'code', children: codeInlines(inside) }, end: close + 1 };
}

/** Links keep working inside code; everything else is literal. */
function codeInlines(inside: string): Inline[] {
  return inside
    .split(/(<[^<>\n]+>)/)
    .filter((part) => part !== '')
    .map((part) => (part.startsWith('<') ? angleAt(part, 0)?.node : undefined) ?? text(unescapeText(part)));
}

/** `<@U1>`, `<#C1|name>`, `<!here>`, `<!date^…|fallback>`, `<https://…|label>`. */
function angleAt(source: string, at: number): Found | undefined {
  const close = source.indexOf('>', at + 1);
  const inside = source.slice(at + 1, close);
  if (close < 0 || inside === '' || /[<\n]/.test(inside)) return undefined;
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : unescapeText(inside.slice(bar + 1));
  const node = angleNode(target, label);
  return node ? { node, end: close + 1 } : undefined;
}

function angleNode(target: string, label: string | undefined): Inline | undefined {
  const named = label ? { label } : {};
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), ...named };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), ...named };
  if (target.startsWith('!subteam^')) return { kind: 'group', label: label ?? '@group' };
  if (target.startsWith('!date^')) return text(label ?? '');
  if (target.startsWith('!')) return { kind: 'broadcast', range: target.slice(1) };
  const url = safeUrl(unescapeText(target));
  return url ? { kind: 'link', url, children: [text(label ?? shownUrl(url))] } : undefined;
}

const shownUrl = (url: string): string => url.replace(/^mailto:|^tel:/, '');

function emojiNodeAt(source: string, at: number): Found | undefined {
  emojiAt.lastIndex = at;
  const name = emojiAt.exec(source)?.[1];
  return name && hasEmoji(name) ? { node: { kind: 'emoji', name }, end: at + name.length + 2 } : undefined;
}

/** Punctuation at the end belongs to the sentence, not to the address. */
function bareUrlAt(source: string, at: number): Found | undefined {
  if (at > 0 && wordCharacter.test(source[at - 1] ?? '')) return undefined;
  urlAt.lastIndex = at;
  const raw = urlAt.exec(source)?.[0].replace(/(?:[.,;:!?)\]'"*_~`]|&gt;|&quot;)+$/, '');
  const url = raw ? safeUrl(unescapeText(raw)) : undefined;
  return raw && url ? { node: { kind: 'link', url, children: [text(url)] }, end: at + raw.length } : undefined;
}

/** A marker opens after a non-word character and closes before one; it never spans lines or hugs a space. */
function markedAt(source: string, at: number): Found | undefined {
  const marker = source[at] ?? '';
  const mark = marks[marker];
  if (!mark || wordCharacter.test(source[at - 1] ?? '')) return undefined;
  if (/\s/.test(source[at + 1] ?? ' ') || source[at + 1] === marker) return undefined;
  for (let close = at + 2; close < source.length && source[close] !== '\n'; close += 1) {
    if (source[close] === '`') {
      const code = codeAt(source, close);
      if (code) close = code.end - 1;
      continue;
    }
    if (source[close] !== marker || /\s/.test(source[close - 1] ?? '')) continue;
    if (wordCharacter.test(source[close + 1] ?? '')) continue;
    return { node: { kind: 'marked', mark, children: parseInline(source.slice(at + 1, close)) }, end: close + 1 };
  }
  return undefined;
}
