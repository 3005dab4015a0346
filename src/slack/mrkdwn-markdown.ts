/** The model's Markdown as rich_text elements. Their texts are literal in Slack: no mention in them can notify. */
import { Marked, type Token, type Tokens } from 'marked';
import { type Inline, type List, preformatted, type RichElement, sectionOf, text } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { printable } from './mrkdwn.ts';
import { inlines, merge, plain } from './mrkdwn-inline.ts';
import { MATH } from './mrkdwn-math.ts';
import { fittingTable } from './mrkdwn-table.ts';

/** The names a fence may use, as Slack's highlighter calls them; any other fence goes without colours. */
const LANGUAGES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['bash', 'c', 'cpp', 'csharp', 'css', 'diff', 'go', 'html', 'java', 'javascript', 'json', 'kotlin', 'php', 'python']
      .concat(['r', 'ruby', 'rust', 'shell', 'sql', 'swift', 'typescript', 'xml', 'yaml'])
      .map((name) => [name, name]),
  ),
  ...{ py: 'python', python3: 'python', ipython: 'python', js: 'javascript', node: 'javascript', ts: 'typescript' },
  ...{ sh: 'bash', console: 'bash', zsh: 'bash', yml: 'yaml', rb: 'ruby', rs: 'rust', 'c++': 'cpp', 'c#': 'csharp' },
};

/** What a list's items or a quote's lines stand in. */
interface Place {
  readonly indent: number;
  /** 1 inside a quote: lists and code keep the quote's bar. */
  readonly border: 0 | 1;
}

const PARSER = new Marked({ gfm: true, extensions: [...MATH] });

const TOP: Place = { indent: 0, border: 0 };

/**
 * Never throws: what the parser cannot take (nested beyond its stack) comes out as the text it is. Unclosed fences and
 * emphasis are fine. Time grows worse than the length, so give it at most some 20,000 characters.
 */
export function markdownElements(markdown: string): RichElement[] {
  const source = printable(markdown);
  try {
    return join(blocks(PARSER.lexer(source), TOP));
  } catch {
    return source.trim() === '' ? [] : [sectionOf([text(source)])];
  }
}

/** What the elements say, without any styling: for notifications and screen readers. */
export function plainText(elements: readonly RichElement[]): string {
  return elements.map(plainElement).join('\n').trim();
}

function plainElement(element: RichElement): string {
  if (element.type !== 'rich_text_list') return plain(element.elements);
  const first = (element.offset ?? 0) + 1;
  const marker = (index: number) => (element.style === 'ordered' ? `${first + index}. ` : '• ');
  return element.elements.map((item, index) => marker(index) + plain(item.elements)).join('\n');
}

function blocks(tokens: readonly Token[], place: Place): RichElement[] {
  return tokens.flatMap((token) => block(token, place));
}

function block(token: Token, place: Place): RichElement[] {
  switch (token.type) {
    case 'space':
    case 'def':
      return [];
    case 'heading':
      // The line end keeps what follows close to its heading; `join` adds none then.
      return paragraph([...inlines(token.tokens, { bold: true }), text('\n')]);
    case 'paragraph':
      return paragraph(inlines(token.tokens));
    case 'text':
    case 'checkbox':
      return paragraph(inlines([token]));
    case 'code':
      return [code(token as Tokens.Code, place)];
    case 'list':
      return list(token as Tokens.List, place);
    case 'blockquote':
      return quote(token.tokens ?? [], place);
    case 'table':
      return [bordered(preformatted(table(token as Tokens.Table)), place)];
    case 'hr':
      return paragraph([text('———')]);
    default:
      return paragraph([text(token.raw.trim())]);
  }
}

function paragraph(content: Inline[]): RichElement[] {
  return plain(content).trim() === '' ? [] : [sectionOf(content)];
}

function code(token: Tokens.Code, place: Place): RichElement {
  const name = (token.lang ?? '').split(/[\s{,]/)[0]?.toLowerCase() ?? '';
  return bordered(preformatted(token.text, Object.hasOwn(LANGUAGES, name) ? LANGUAGES[name] : undefined), place);
}

function bordered<E extends RichElement>(element: E, place: Place): E {
  return place.border === 1 ? { ...element, border: 1 } : element;
}

function quote(tokens: readonly Token[], place: Place): RichElement[] {
  return join(blocks(tokens, { ...place, border: 1 })).map((element) =>
    element.type === 'rich_text_section' ? { type: 'rich_text_quote', elements: element.elements } : element,
  );
}

/**
 * Slack's lists are flat: a nested list is a list of its own with a larger indent, and what follows goes on as a further
 * list, an ordered one by its `offset`. Code and quotes in an item stand between two lists for the same reason.
 */
function list(token: Tokens.List, place: Place): RichElement[] {
  if (token.ordered && Number(token.start) + token.items.length > LIMITS.listOffset)
    return paragraph([text(token.raw)]);
  const elements: RichElement[] = [];
  const depth = Math.min(place.indent, LIMITS.listIndent);
  const first = token.ordered && typeof token.start === 'number' ? Math.max(1, token.start) - 1 : 0;
  token.items.forEach((item, index) => {
    let isOpen = false;
    for (const part of blocks(item.tokens, { ...place, indent: place.indent + 1 })) {
      const last = elements.at(-1);
      const ownItem =
        isOpen && last?.type === 'rich_text_list' && last.indent === depth ? last.elements.at(-1) : undefined;
      if (part.type === 'rich_text_section' && ownItem) ownItem.elements = glue(ownItem.elements, part.elements);
      else if (part.type === 'rich_text_section' && !isOpen) {
        elements.push(listItem(token, place, first + index, part.elements));
      } else {
        if (!isOpen) elements.push(listItem(token, place, first + index, [text(' ')]));
        elements.push(part);
      }
      isOpen = true;
    }
    if (!isOpen) elements.push(listItem(token, place, first + index, [text(' ')]));
  });
  return elements;
}

function listItem(token: Tokens.List, place: Place, before: number, content: Inline[]): List {
  const item: List = {
    type: 'rich_text_list',
    style: token.ordered ? 'ordered' : 'bullet',
    indent: Math.min(place.indent, LIMITS.listIndent),
    elements: [sectionOf(content)],
  };
  if (token.ordered && before > 0) item.offset = before;
  return bordered(item, place);
}

/** A further paragraph of an item: on a new line of it, unless only its checkbox stands there. */
function glue(before: readonly Inline[], content: readonly Inline[]): Inline[] {
  const isCheckbox = /^(☑\ufe0e|☐) $/.test(plain(before));
  return merge([...before, ...(isCheckbox ? [] : [text('\n')]), ...content]);
}

function table(token: Tokens.Table): string {
  const cells = (row: readonly Tokens.TableCell[]) =>
    row.map((cell) => plain(inlines(cell.tokens)).replace(/\s+/g, ' '));
  return fittingTable([cells(token.header), ...token.rows.map(cells)], token.align);
}

/** Paragraphs become one section with blank lines between, neighbouring items one list. */
function join(elements: readonly RichElement[]): RichElement[] {
  const joined: RichElement[] = [];
  let paragraphs: Inline[] = [];
  const close = () => {
    if (paragraphs.length > 0) joined.push(sectionOf(trimEnd(merge(paragraphs))));
    paragraphs = [];
  };
  for (const next of elements) {
    const last = joined.at(-1);
    if (next.type === 'rich_text_section') {
      if (paragraphs.length === 0 && last?.type === 'rich_text_list') paragraphs.push(text('\n'));
      else if (paragraphs.length > 0 && !endsLine(paragraphs)) paragraphs.push(text('\n\n'));
      paragraphs.push(...next.elements);
      continue;
    }
    const isOpenList = paragraphs.length === 0 && last?.type === 'rich_text_list';
    close();
    if (isOpenList && next.type === 'rich_text_list' && continues(last, next)) last.elements.push(...next.elements);
    else joined.push(next);
  }
  close();
  return joined;
}

/** Whether a heading stands last: it brought its own line end. */
function endsLine(content: readonly Inline[]): boolean {
  const last = content.at(-1);
  return last?.type === 'text' && last.text === '\n';
}

function continues(last: List, next: List): boolean {
  const isSame = last.style === next.style && last.indent === next.indent && last.border === next.border;
  return isSame && (next.style === 'bullet' || (next.offset ?? 0) === (last.offset ?? 0) + last.elements.length);
}

function trimEnd(content: readonly Inline[]): Inline[] {
  const last = content.at(-1);
  if (last?.type !== 'text') return [...content];
  const trimmed = last.text.trimEnd();
  return trimmed === '' ? trimEnd(content.slice(0, -1)) : [...content.slice(0, -1), { ...last, text: trimmed }];
}
