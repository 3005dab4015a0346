/** Strings for Slack's mrkdwn fields: escaped, so that nothing foreign in them is parsed, and cut to size. */
import { messageSize } from '../conversation/output-size.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Foreign text without control characters (line ends and tabs stay) and without half characters. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(UNPRINTABLE, '').replace(LONE_SURROGATE, '\ufffd');
}

/** Slack's three escapes: without `<…>` there is no mention, no link and no command, in code spans neither. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** One line of foreign text for a mrkdwn field: line ends become spaces, at most `limit` characters as escaped. */
export function mrkdwnLine(text: string, limit: number): string {
  return escapeMrkdwn(shorten(oneLine(text), limit));
}

/** A code span of foreign text. A backtick would end the span, so it becomes an apostrophe. */
export function codeSpan(text: string, limit: number): string {
  const inside = escapeMrkdwn(shorten(oneLine(text).replaceAll('`', "'"), limit - 2));
  return inside === '' ? '' : `\`${inside}\``;
}

export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** At most `limit` characters once escaped, with an ellipsis where something was left out. */
export function shorten(text: string, limit: number): string {
  return messageSize(text) <= limit ? text : `${fitStart(text, limit - 1).trimEnd()}…`;
}

/** The longest start of a text whose escaped form has at most `limit` characters; characters stay whole. */
export function fitStart(text: string, limit: number): string {
  let used = 0;
  let end = 0;
  for (const point of text) {
    used += messageSize(point);
    if (used > limit) break;
    end += point.length;
  }
  return text.slice(0, end);
}

/** The longest end of a text whose escaped form has at most `limit` characters; characters stay whole. */
export function fitEnd(text: string, limit: number): string {
  // No character is smaller than one, so nothing further up can fit.
  const near = text.slice(Math.max(0, text.length - Math.max(0, limit) - 1));
  const points = Array.from(near);
  let used = 0;
  let at = near.length;
  for (const point of points.reverse()) {
    used += messageSize(point);
    if (used > limit) break;
    at -= point.length;
  }
  const fitting = near.slice(at);
  return /^[\udc00-\udfff]/.test(fitting) ? fitting.slice(1) : fitting;
}

/** A text whose escaped form has at most `limit` bytes of UTF-8, escaped and with an ellipsis where it was cut. */
export function escapeToBytes(text: string, limit: number): string {
  const escaped = escapeMrkdwn(text);
  if (Buffer.byteLength(escaped) <= limit) return escaped;
  let bytes = Buffer.byteLength('…');
  let end = 0;
  for (const point of text) {
    bytes += Buffer.byteLength(escapeMrkdwn(point));
    if (bytes > limit) break;
    end += point.length;
  }
  return `${escapeMrkdwn(text.slice(0, end).trimEnd())}…`;
}
