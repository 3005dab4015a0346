/** Reads the `markdown` block into nodes. `marked` finds the structure; raw HTML and unsafe links stay literal text. */
import { type MarkedToken, marked, type Token, type Tokens } from 'marked';
import { hasEmoji } from './emoji.ts';
import { safeUrl } from './escape.ts';
import { type Inline, lines, type RichNode, text } from './nodes.ts';

export function parseMarkdown(source: string): RichNode[] {
  return blocks(marked.lexer(source, { gfm: true, breaks: true }));
}

function blocks(tokens: readonly Token[]): RichNode[] {
  return tokens.flatMap((token) => block(token as MarkedToken));
}

function block(token: MarkedToken): RichNode[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      return [{ kind: 'heading', level: token.depth, children: inlines(token.tokens) }];
    case 'code': {
      const language = token.lang?.split(/\s/)[0] ?? '';
      return [{ kind: 'pre', text: token.text, ...(language === '' ? {} : { language }) }];
    }
    case 'blockquote':
      return [{ kind: 'quote', children: blocks(token.tokens) }];
    case 'list':
      return [list(token as Tokens.List)];
    case 'table':
      return [table(token as Tokens.Table)];
    case 'hr':
      return [{ kind: 'rule' }];
    case 'paragraph':
      return [{ kind: 'paragraph', children: inlines(token.tokens) }];
    case 'text':
      return [{ kind: 'paragraph', children: token.tokens ? inlines(token.tokens) : plain(token.text) }];
    default:
      return [{ kind: 'paragraph', children: lines(token.raw.trimEnd()) }];
  }
}

function list(token: Tokens.List): RichNode {
  const box = (item: Tokens.ListItem): RichNode[] =>
    item.task ? [{ kind: 'paragraph', children: [text(item.checked ? '☑ ' : '☐ ')] }] : [];
  return {
    kind: 'list',
    ordered: token.ordered,
    start: typeof token.start === 'number' ? token.start : 1,
    indent: 0,
    items: token.items.map((item) => [...box(item), ...blocks(item.tokens)]),
  };
}

function table(token: Tokens.Table): RichNode {
  return {
    kind: 'table',
    header: token.header.map((cell) => inlines(cell.tokens)),
    rows: token.rows.map((row) => row.map((cell) => inlines(cell.tokens))),
  };
}

function inlines(tokens: readonly Token[] | undefined): Inline[] {
  return (tokens ?? []).flatMap((token) => inline(token as MarkedToken));
}

function inline(token: MarkedToken): Inline[] {
  switch (token.type) {
    case 'strong':
      return [{ kind: 'marked', mark: 'bold', children: inlines(token.tokens) }];
    case 'em':
      return [{ kind: 'marked', mark: 'italic', children: inlines(token.tokens) }];
    case 'del':
      return [{ kind: 'marked', mark: 'strike', children: inlines(token.tokens) }];
    case 'codespan':
      return [{ kind: 'marked', mark: 'code', children: [text(token.text)] }];
    case 'br':
      return [{ kind: 'break' }];
    case 'link':
      return link(token.href, inlines(token.tokens));
    case 'image':
      // Slack's markdown block shows an image as a link to it.
      return link(token.href, [text(token.text || token.href)]);
    case 'escape':
      return [text(token.text)];
    case 'text':
      return token.tokens ? inlines(token.tokens) : plain(token.text);
    default:
      return lines(token.raw);
  }
}

function link(url: string, children: readonly Inline[]): Inline[] {
  const safe = safeUrl(url);
  return safe ? [{ kind: 'link', url: safe, children }] : [...children];
}

/** Plain text with `:emoji:` names read. */
function plain(value: string): Inline[] {
  return value.split(/(:[a-z0-9_+'-]+:)/).flatMap((part): Inline[] => {
    const name = part.slice(1, -1);
    return part.length > 2 && part.startsWith(':') && hasEmoji(name) ? [{ kind: 'emoji', name }] : lines(part);
  });
}
