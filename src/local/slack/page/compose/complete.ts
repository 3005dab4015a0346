/** What the composer offers at the caret: people after `@`, channels after `#`, emoji after `:`, commands after `/`. */
import { insideCode } from './fence.ts';

export type CompletionKind = 'person' | 'channel' | 'emoji' | 'command';

export interface Completion {
  readonly kind: CompletionKind;
  /** What was typed after the sign, in lower case. */
  readonly query: string;
  /** The stretch of the text that a choice replaces, sign included. */
  readonly from: number;
  readonly to: number;
}

/** Undefined when nothing is being completed. */
export function completionAt(text: string, caret: number): Completion | undefined {
  const before = text.slice(0, caret);
  const command = /^\/[a-z0-9_-]*$/i.exec(before);
  if (command) return { kind: 'command', query: command[0].slice(1).toLowerCase(), from: 0, to: caret };
  if (insideCode(text, caret)) return undefined;
  const [, sign = '', query = ''] = /(?:^|[\s([{"'])([@#:])([\p{L}\p{N}._+-]*)$/u.exec(before) ?? [];
  const kind = kinds[sign];
  // A lone `:` is punctuation far more often than the start of an emoji.
  if (kind === undefined || (kind === 'emoji' && query.length < 2)) return undefined;
  return { kind, query: query.toLowerCase(), from: caret - query.length - 1, to: caret };
}

const kinds: Readonly<Record<string, CompletionKind>> = { '@': 'person', '#': 'channel', ':': 'emoji' };

export interface Edit {
  readonly text: string;
  readonly caret: number;
}

/** Puts a choice in place of what was typed, with one space after it. */
export function complete(text: string, completion: Completion, choice: string): Edit {
  const rest = text.slice(completion.to).replace(/^ /, '');
  const head = `${text.slice(0, completion.from)}${choice} `;
  return { text: head + rest, caret: head.length };
}

/** Puts `inserted` in place of the selection. */
export function insertAt(text: string, from: number, to: number, inserted: string): Edit {
  return { text: text.slice(0, from) + inserted + text.slice(to), caret: from + inserted.length };
}

/** Wraps the selection in a fence on lines of its own, the caret inside it. */
export function insertFence(text: string, from: number, to: number): Edit {
  const head = text.slice(0, from);
  const lead = head === '' || head.endsWith('\n') ? '' : '\n';
  const opened = `${head}${lead}\`\`\`\n${text.slice(from, to)}`;
  const tail = text.slice(to);
  return { text: `${opened}\n\`\`\`${tail.startsWith('\n') || tail === '' ? '' : '\n'}${tail}`, caret: opened.length };
}

/** Names that match a query, those that begin with it first. */
export function matching<T extends { readonly name: string; readonly realName?: string }>(
  all: readonly T[],
  query: string,
): readonly T[] {
  const rank = (each: T): number => {
    const words = `${each.name} ${each.realName ?? ''}`.toLowerCase().split(/[\s._-]+/);
    if (each.name.toLowerCase().startsWith(query)) return 0;
    if (words.some((word) => word.startsWith(query))) return 1;
    return each.name.toLowerCase().includes(query) ? 2 : 3;
  };
  return all
    .map((each) => ({ each, rank: rank(each) }))
    .filter((found) => found.rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map((found) => found.each);
}
