/** What a person typed, as the text and the `rich_text` block that Slack's composer makes of it. Pure. */
import { newBlockId } from '../ids.ts';
import type { Json } from '../json.ts';
import type { Block } from '../protocol.ts';
import { escapeText } from './escape.ts';
import { type Names, readInline } from './inline.ts';

export interface Typed {
  readonly text: string;
  readonly blocks: readonly Block[];
}

interface Part {
  readonly text: string;
  readonly element?: Json;
}

/** A fence on lines of its own or within a line; its first line may name a language. */
const FENCE = /```(?:([A-Za-z][\w+#.-]*)[ \t]*\n|\n)?([\s\S]*?)\n?```/g;

export function readTyped(typed: string, names: Names): Typed {
  const normal = typed.replace(/\r\n?/g, '\n').trim();
  const parts: Part[] = [];
  let at = 0;
  for (const match of normal.matchAll(FENCE)) {
    const [whole, language, code = ''] = match;
    if (code.trim() === '') continue;
    parts.push(...readProse(normal.slice(at, match.index), names));
    at = match.index + whole.length;
    parts.push(preformatted(code, language));
    if (normal[at] === '\n') at += 1;
  }
  parts.push(...readProse(normal.slice(at), names));
  const elements = parts.map((part) => part.element).filter((element) => element !== undefined);
  const text = parts.map((part) => part.text).join('\n');
  return { text, blocks: elements.length > 0 ? [{ type: 'rich_text', block_id: newBlockId(), elements }] : [] };
}

function preformatted(code: string, language: string | undefined): Part {
  const named = language === undefined ? {} : { language: language.toLowerCase() };
  return {
    text: `\`\`\`${language === undefined ? '' : `${language}\n`}${escapeText(code)}\`\`\``,
    element: { type: 'rich_text_preformatted', elements: [{ type: 'text', text: code }], border: 0, ...named },
  };
}

/** Paragraphs, and the lines quoted with `>`. */
function readProse(prose: string, names: Names): readonly Part[] {
  const trimmed = prose.replace(/\n$/, '');
  if (trimmed.trim() === '') return [];
  const parts: Part[] = [];
  for (const group of groupQuotes(trimmed.split('\n'))) {
    const inline = readInline(group.lines.join('\n'), names);
    const type = group.isQuote ? 'rich_text_quote' : 'rich_text_section';
    const text = group.isQuote ? inline.text.replace(/^/gm, '&gt; ') : inline.text;
    parts.push({ text, element: { type, elements: inline.elements } });
  }
  return parts;
}

interface Group {
  readonly isQuote: boolean;
  readonly lines: string[];
}

function groupQuotes(lines: readonly string[]): readonly Group[] {
  const groups: Group[] = [];
  for (const line of lines) {
    const isQuote = line.startsWith('>');
    const last = groups.at(-1);
    const content = isQuote ? line.replace(/^> ?/, '') : line;
    if (last?.isQuote === isQuote) last.lines.push(content);
    else groups.push({ isQuote, lines: [content] });
  }
  return groups;
}
