/** Reads a `rich_text` block's elements into nodes. What is malformed is left out, never thrown at. */
import { asList, asNumber, asText, type Fields } from '../blocks/fields.ts';
import { safeUrl } from './escape.ts';
import { type Inline, lines, type Mark, type RichNode, text } from './nodes.ts';

export function parseRichText(elements: readonly Fields[]): RichNode[] {
  return elements.flatMap((element) => nodesOf(element));
}

function nodesOf(element: Fields): RichNode[] {
  const children = asList(element['elements']);
  switch (element['type']) {
    case 'rich_text_section':
      return [{ kind: 'paragraph', children: inlinesOf(children) }];
    case 'rich_text_quote':
      return [{ kind: 'quote', children: [{ kind: 'paragraph', children: inlinesOf(children) }] }];
    case 'rich_text_preformatted': {
      const language = asText(element['language']);
      const code = children.map(literal).join('');
      return [{ kind: 'pre', text: code.replace(/\n$/, ''), ...(language === '' ? {} : { language }) }];
    }
    case 'rich_text_list':
      return [
        {
          kind: 'list',
          ordered: element['style'] === 'ordered',
          start: asNumber(element['offset'], 0) + 1,
          indent: asNumber(element['indent'], 0),
          items: children.map((item) => nodesOf(item)),
        },
      ];
    default:
      return [];
  }
}

/** Preformatted text: links show their address, everything else its characters. */
function literal(element: Fields): string {
  const own = asText(element['text']);
  if (own !== '') return own;
  return element['type'] === 'link' ? asText(element['url']) : '';
}

function inlinesOf(elements: readonly Fields[]): Inline[] {
  const all = elements.flatMap((element) => marked(element, inlineOf(element)));
  // A section's last line break only ends it.
  return all.at(-1)?.kind === 'break' ? all.slice(0, -1) : all;
}

function inlineOf(element: Fields): Inline[] {
  switch (element['type']) {
    case 'text':
      return lines(asText(element['text']));
    case 'link': {
      const url = asText(element['url']);
      const label = asText(element['text']) || url;
      const safe = safeUrl(url);
      return safe ? [{ kind: 'link', url: safe, children: [text(label)] }] : [text(label)];
    }
    case 'user':
      return [{ kind: 'user', id: asText(element['user_id']) }];
    case 'channel':
      return [{ kind: 'channel', id: asText(element['channel_id']) }];
    case 'usergroup':
      return [{ kind: 'group', label: '@group' }];
    case 'broadcast':
      return [{ kind: 'broadcast', range: asText(element['range']) }];
    case 'emoji':
      return [{ kind: 'emoji', name: asText(element['name']) }];
    case 'color':
      return [{ kind: 'color', value: asText(element['value']) }];
    case 'date':
      return [text(asText(element['fallback']))];
    default:
      return [];
  }
}

const styleMarks: readonly (readonly [string, Mark])[] = [
  ['code', 'code'],
  ['bold', 'bold'],
  ['italic', 'italic'],
  ['strike', 'strike'],
  ['underline', 'underline'],
];

function marked(element: Fields, inlines: readonly Inline[]): readonly Inline[] {
  const style = element['style'];
  if (typeof style !== 'object' || style === null) return inlines;
  let out = inlines;
  for (const [name, mark] of styleMarks) {
    if ((style as Fields)[name] === true) out = [{ kind: 'marked', mark, children: out }];
  }
  return out;
}
