/** Slack's mrkdwn, read into nodes: fences, quotes, lists and paragraphs. Total: every string has a reading. */
import { unescapeText } from './escape.ts';
import { parseInline } from './inline.ts';
import { isKnownLanguage } from './languages.ts';
import type { RichNode } from './nodes.ts';

const bullet = /^(\s*)(?:[•◦▪-]|\*(?= ))\s+(.*)$/;
const numbered = /^(\s*)(\d{1,9})\.\s+(.*)$/;
const quoted = /^(?:&gt;|>) ?(.*)$/;
const quotedRest = /^(?:&gt;&gt;&gt;|>>>) ?/;

export function parseMrkdwn(source: string): RichNode[] {
  const nodes: RichNode[] = [];
  const parts = source.split('```');
  // An odd number of fences leaves the last one open: it is then plain text.
  const open = parts.length % 2 === 0 ? parts.length - 1 : -1;
  for (const [index, part] of parts.entries()) {
    if (index === open) nodes.push(...parseLines(`\`\`\`${part}`));
    else if (index % 2 === 1) nodes.push(fence(part));
    else nodes.push(...parseLines(trimAroundFence(part, index > 0, index < parts.length - 1)));
  }
  return nodes;
}

/** The line break that only separates text from a fence is not a blank line. */
function trimAroundFence(part: string, afterFence: boolean, beforeFence: boolean): string {
  let out = part;
  if (afterFence) out = out.replace(/^[ \t]*\n/, '');
  if (beforeFence) out = out.replace(/\n[ \t]*$/, '');
  return out.trim() === '' ? '' : out;
}

/** A first line that is just a language names it; in any other case it is code. */
function fence(inside: string): RichNode {
  const [, first = '', rest = ''] = /^([^\n]*)\n([\s\S]*)$/.exec(inside) ?? [];
  const language = first.trim().toLowerCase();
  if (language !== '' && isKnownLanguage(language)) return { kind: 'pre', text: code(rest), language };
  return { kind: 'pre', text: code(inside) };
}

const code = (value: string): string => unescapeText(value.replace(/^\n/, '').replace(/\n$/, ''));

function parseLines(source: string): RichNode[] {
  if (source === '') return [];
  const nodes: RichNode[] = [];
  const all = source.split('\n');
  let at = 0;
  while (at < all.length) {
    const block = quoteAt(all, at) ?? listAt(all, at) ?? paragraphAt(all, at);
    nodes.push(block.node);
    at = block.end;
  }
  return nodes;
}

interface Block {
  readonly node: RichNode;
  readonly end: number;
}

function quoteAt(all: readonly string[], from: number): Block | undefined {
  const first = all[from] ?? '';
  if (quotedRest.test(first)) {
    const rest = [first.replace(quotedRest, ''), ...all.slice(from + 1)];
    return { node: { kind: 'quote', children: parseLines(rest.join('\n')) }, end: all.length };
  }
  const inner: string[] = [];
  let at = from;
  for (; at < all.length; at += 1) {
    const line = quoted.exec(all[at] ?? '')?.[1];
    if (line === undefined) break;
    inner.push(line);
  }
  if (at === from) return undefined;
  return { node: { kind: 'quote', children: parseLines(inner.join('\n')) }, end: at };
}

/** One level of one kind: a change of indent or marker starts another list. */
function listAt(all: readonly string[], from: number): Block | undefined {
  const first = itemOf(all[from] ?? '');
  if (!first) return undefined;
  const items: RichNode[][] = [];
  let at = from;
  for (; at < all.length; at += 1) {
    const item = itemOf(all[at] ?? '');
    if (!item || item.ordered !== first.ordered || item.indent !== first.indent) break;
    items.push([{ kind: 'paragraph', children: parseInline(item.text) }]);
  }
  const { ordered, start, indent } = first;
  return { node: { kind: 'list', ordered, start, indent, items }, end: at };
}

function itemOf(line: string): { ordered: boolean; start: number; indent: number; text: string } | undefined {
  const dot = bullet.exec(line);
  if (dot) return { ordered: false, start: 1, indent: indentOf(dot[1]), text: dot[2] ?? '' };
  const number = numbered.exec(line);
  if (number) return { ordered: true, start: Number(number[2]), indent: indentOf(number[1]), text: number[3] ?? '' };
  return undefined;
}

const indentOf = (space: string | undefined): number => Math.min(8, Math.floor((space ?? '').length / 2));

function paragraphAt(all: readonly string[], from: number): Block {
  let at = from + 1;
  while (at < all.length && !quoted.test(all[at] ?? '') && !itemOf(all[at] ?? '')) at += 1;
  return { node: { kind: 'paragraph', children: parseInline(all.slice(from, at).join('\n')) }, end: at };
}
