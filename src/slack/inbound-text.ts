/** Slack's text form (mrkdwn, escaped and auto-linked) → segments. Used where a message has no rich_text blocks. */
import type { Segment } from './inbound-segments.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' };

function unescaped(text: string): string {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** `<…>` in Slack's text: a mention, a channel, a special word or a link. Nothing else survives escaping. */
const TOKEN = /<([^<>\n]+)>/g;

/** What a person typed or sees for a token that is no mention of a person. */
function tokenText(inner: string): string {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('#')) return label ? `#${label} (${target.slice(1)})` : `#${target.slice(1)}`;
  if (target.startsWith('!date^')) return label ?? '';
  if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`;
  const address = target.replace(/^mailto:/, '');
  if (!label || label === address || target === `http://${label}` || target === `https://${label}`) {
    return label ?? address;
  }
  return `${label} (${target})`;
}

/** Code as it was typed: Slack links addresses inside code too. */
function typed(text: string): string {
  return unescaped(text.replace(TOKEN, (_whole, inner: string) => inner.split('|', 2)[1] ?? inner));
}

/**
 * A fence's content. The word after the opening fence declares the language if the closing fence stands on a line of
 * its own, as Markdown has it; Slack's own rendering of a code block has neither line break.
 */
function codeSegment(content: string): Segment {
  const declared = /^([^\s`]+)[ \t]*\r?\n([\s\S]*\n)$/.exec(content);
  const [info, body] = declared ? [declared[1], declared[2] ?? ''] : [undefined, content];
  return { kind: 'code', code: typed(body.replace(/^\r?\n/, '').replace(/\s+$/, '')), info };
}

const PIECE = new RegExp(
  [
    /```(?<block>[\s\S]*?)```/,
    /`(?<inline>[^`\n]+)`/,
    /<@(?<user>[A-Z0-9]+)(?:\|(?<name>[^<>]*))?>/,
    /<!(?:subteam\^(?<group>[A-Z0-9]+)|(?<everyone>here|channel|everyone))(?:\|@?(?<label>[^<>]*))?>/,
    /(?<emoji>:[a-z0-9_+'-]+:(?::skin-tone-\d:)?)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

function pieceSegment(match: RegExpMatchArray): Segment {
  const { block, inline, user, name, group, everyone, label } = match.groups ?? {};
  if (block !== undefined) return codeSegment(block);
  if (inline !== undefined) return { kind: 'inline', code: typed(inline) };
  if (user !== undefined) return { kind: 'mention', user, name: name ? `${unescaped(name)} (${user})` : user };
  if (group !== undefined) return { kind: 'mention', user: group, name: unescaped(label || group) };
  if (everyone !== undefined) return { kind: 'mention', user: everyone, name: everyone };
  return { kind: 'emoji', text: match[0] };
}

export function fromText(text: string): readonly Segment[] {
  const segments: Segment[] = [];
  let end = 0;
  const addText = (raw: string) => {
    const plain = unescaped(raw.replace(TOKEN, (_whole, inner: string) => tokenText(inner)));
    if (plain) segments.push({ kind: 'text', text: plain });
  };
  // An emoji's colons also stand in addresses and times: inside `<…>` they are left alone.
  for (const match of text.matchAll(PIECE)) {
    const insideToken = match.groups?.['emoji'] !== undefined && /<[^<>]*$/.test(text.slice(end, match.index));
    if (insideToken) continue;
    addText(text.slice(end, match.index));
    segments.push(pieceSegment(match));
    end = match.index + match[0].length;
  }
  addText(text.slice(end));
  return segments;
}
