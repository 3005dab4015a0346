/** Slack's rich_text blocks → segments: what the person wrote, before Slack escaped and linked it. */
import { type Json, object, objects, text } from './inbound-json.ts';
import type { Segment } from './inbound-segments.ts';

/** `1f44d-1f3fd` → the character. */
function character(codePoints: string): string | undefined {
  const numbers = codePoints.split('-').map((hex) => Number.parseInt(hex, 16));
  const valid = numbers.every((number) => number > 0 && number <= 0x10ffff);
  return valid ? String.fromCodePoint(...numbers) : undefined;
}

function linkText(element: Json): string {
  const url = text(element['url']) ?? '';
  const label = text(element['text']);
  const isAddress = !label || label === url || url === `http://${label}` || url === `https://${label}`;
  return isAddress ? (label ?? url) : `${label} (${url})`;
}

function plainText(element: Json): string {
  switch (element['type']) {
    case 'text':
      return text(element['text']) ?? '';
    case 'link':
      return linkText(element);
    case 'channel':
      return `#${text(element['channel_id']) ?? ''}`;
    case 'date':
      return text(element['fallback']) ?? '';
    case 'color':
      return text(element['value']) ?? '';
    default:
      return '';
  }
}

/** Whom an element addresses. */
function addressee(element: Json): string | undefined {
  switch (element['type']) {
    case 'user':
      return text(element['user_id']);
    case 'usergroup':
      return text(element['usergroup_id']);
    case 'broadcast':
      return text(element['range']);
    default:
      return undefined;
  }
}

function inlineSegment(element: Json): Segment {
  const user = addressee(element);
  if (user) return { kind: 'mention', user, name: user };
  if (element['type'] === 'emoji') {
    const shown = character(text(element['unicode']) ?? '');
    return { kind: 'emoji', text: shown ?? `:${text(element['name']) ?? ''}:` };
  }
  const plain = plainText(element);
  return object(element['style'])['code'] === true ? { kind: 'inline', code: plain } : { kind: 'text', text: plain };
}

function codeSegment(block: Json): Segment {
  const code = objects(block['elements'])
    // Slack links addresses inside code too; the label is what was typed.
    .map((element) => text(element['text']) ?? text(element['url']) ?? '')
    .join('');
  return { kind: 'code', code: code.replace(/\s+$/, ''), info: text(block['language']) };
}

const newline: Segment = { kind: 'text', text: '\n' };

function listSegments(list: Json): readonly Segment[] {
  const indent = typeof list['indent'] === 'number' ? '  '.repeat(Math.min(8, Math.max(0, list['indent']))) : '';
  // A list that goes on after a nested one says how many items came before.
  const before = Number.isSafeInteger(list['offset']) ? Number(list['offset']) : 0;
  return objects(list['elements']).flatMap((item, index) => {
    const bullet = list['style'] === 'ordered' ? `${before + index + 1}.` : '-';
    return [{ kind: 'text', text: `${indent}${bullet} ` } as const, ...section(item), newline];
  });
}

function section(block: Json): readonly Segment[] {
  return objects(block['elements']).map(inlineSegment);
}

/** Every line is marked: without the mark it would be the person's own words. */
function quoteSegments(quote: Json): readonly Segment[] {
  return section(quote).map((segment) =>
    segment.kind === 'text' ? { kind: 'text', text: segment.text.replaceAll('\n', '\n> ') } : segment,
  );
}

function blockSegments(block: Json): readonly Segment[] {
  switch (block['type']) {
    case 'rich_text_section':
      return section(block);
    case 'rich_text_preformatted':
      return [codeSegment(block)];
    case 'rich_text_list':
      return [newline, ...listSegments(block)];
    case 'rich_text_quote':
      return [newline, { kind: 'text', text: '> ' }, ...quoteSegments(block), newline];
    default:
      return [];
  }
}

/** The segments of all rich_text blocks; undefined when there are none, or nothing is in them. */
export function fromRichText(blocks: unknown): readonly Segment[] | undefined {
  const segments = objects(blocks)
    .filter((block) => block['type'] === 'rich_text')
    .flatMap((block) => objects(block['elements']).flatMap(blockSegments))
    .filter((segment) => segment.kind !== 'text' || segment.text !== '');
  return segments.length > 0 ? segments : undefined;
}
