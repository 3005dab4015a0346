/**
 * One stretch of what a person typed: mentions, links, emoji, code and simple styles. Text is as typed, not escaped; a mention
 * may come by name (`@ada`) or, as the page sends it, by id (`<@U…>`). Pure.
 */
import type { Json } from '../json.ts';
import { escapeText } from './escape.ts';

/** Names a person may mention. */
export interface Names {
  /** The person's id for an id or a handle without `@`, or undefined. */
  person(name: string): string | undefined;
  /** The channel's id for an id or a name without `#`, or undefined. */
  channel(name: string): string | undefined;
}

export interface Inline {
  /** mrkdwn as events carry it: escaped, mentions and links in angle brackets. */
  readonly text: string;
  /** Elements of a `rich_text_section`. */
  readonly elements: readonly Json[];
}

const TOKEN = new RegExp(
  [
    /`(?<code>[^`\n]+)`/,
    /<@(?<userId>[UW][A-Z0-9]+)(?:\|[^>]*)?>/,
    /<#(?<channelId>C[A-Z0-9]+)(?:\|(?<channelLabel>[^>]*))?>/,
    /(?<![\w@])@(?<name>[\p{L}\p{N}._-]*[\p{L}\p{N}_-])/u,
    /(?<![\w#&])#(?<channelName>[\p{Ll}\p{Lo}\p{N}_-]+)/u,
    /(?<link>https?:\/\/[^\s<>|`]*[^\s<>|`.,;:!?'")\]])/,
    /(?<![\w:]):(?<emoji>[a-z0-9_+-]+):(?!\w)/,
    /(?<![\w*])\*(?<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])/,
    /(?<![\w_])_(?<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])/,
    /(?<![\w~])~(?<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gu',
);

/** Names that reach everyone, as `@channel` does. */
const BROADCASTS = new Set(['channel', 'here', 'everyone']);

export function readInline(typed: string, names: Names): Inline {
  const texts: string[] = [];
  const elements: Json[] = [];
  let pending = '';
  const flush = () => {
    if (pending === '') return;
    texts.push(escapeText(pending));
    elements.push({ type: 'text', text: pending });
    pending = '';
  };
  let at = 0;
  for (const match of typed.matchAll(TOKEN)) {
    pending += typed.slice(at, match.index);
    at = match.index + match[0].length;
    const token = readToken(match[0], match.groups ?? {}, names);
    if (token) {
      flush();
      texts.push(token.text);
      elements.push(...token.elements);
    } else {
      pending += match[0];
    }
  }
  pending += typed.slice(at);
  flush();
  return { text: texts.join(''), elements };
}

type Groups = Readonly<Record<string, string | undefined>>;

function readToken(whole: string, groups: Groups, names: Names): Inline | undefined {
  return readPerson(groups, names) ?? readChannel(groups, names) ?? readLink(groups) ?? readStyled(whole, groups);
}

function readPerson({ userId, name }: Groups, names: Names): Inline | undefined {
  const wanted = userId ?? name;
  if (wanted === undefined) return undefined;
  const user = names.person(wanted);
  if (user !== undefined) return { text: `<@${user}>`, elements: [{ type: 'user', user_id: user }] };
  if (!BROADCASTS.has(wanted)) return undefined;
  return { text: `<!${wanted}>`, elements: [{ type: 'broadcast', range: wanted }] };
}

function readChannel({ channelId, channelLabel, channelName }: Groups, names: Names): Inline | undefined {
  const channel = names.channel(channelId ?? channelName ?? '');
  if (channel === undefined) return undefined;
  const text = `<#${channel}|${escapeText(channelLabel ?? channelName ?? '')}>`;
  return { text, elements: [{ type: 'channel', channel_id: channel }] };
}

function readLink({ link }: Groups): Inline | undefined {
  if (link === undefined) return undefined;
  return { text: `<${escapeText(link)}>`, elements: [{ type: 'link', url: link }] };
}

function readStyled(whole: string, groups: Groups): Inline | undefined {
  if (groups['emoji'] !== undefined) return { text: whole, elements: [{ type: 'emoji', name: groups['emoji'] }] };
  for (const style of ['code', 'bold', 'italic', 'strike'] as const) {
    const text = groups[style];
    if (text !== undefined)
      return { text: escapeText(whole), elements: [{ type: 'text', text, style: { [style]: true } }] };
  }
  return undefined;
}
