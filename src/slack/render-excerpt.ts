/** Parts of long texts for a message: the end of an output, the middle left out of a program. Says what is missing. */
import { messageSize } from '../conversation/output-size.ts';
import { fitEnd, fitStart } from './mrkdwn.ts';
import { number } from './render-words.ts';

export interface Room {
  /** As `messageSize` counts. */
  readonly chars: number;
  readonly lines: number;
}

export interface Excerpt {
  readonly text: string;
  /** "last 40 of 852 lines"; empty when nothing is missing. */
  readonly missing: string;
}

export interface Totals {
  readonly lines: number;
  readonly chars: number;
}

export function totalsOf(text: string): Totals {
  return { lines: lineCount(text), chars: text.length };
}

/** The end of a text whose totals may be larger than what is at hand. Blank lines at its end are not shown. */
export function endOf(text: string, room: Room, totals: Totals = totalsOf(text)): Excerpt {
  const whole = text.trimEnd();
  const lines = whole.split('\n').slice(-room.lines).join('\n');
  const shown = fromLineStart(fitEnd(lines, room.chars), lines);
  const isWhole = shown.length === whole.length && totals.chars === text.length;
  return { text: shown, missing: isWhole ? '' : said('last', shown, totals) };
}

/** The start of a text. */
export function startOf(text: string, room: Room): Excerpt {
  const whole = text.trimEnd();
  const lines = whole.split('\n').slice(0, room.lines).join('\n');
  const shown = toLineEnd(fitStart(lines, room.chars), lines);
  return { text: shown, missing: shown.length === whole.length ? '' : said('first', shown, totalsOf(text)) };
}

/** Counts in lines, or in characters where lines would say nothing. */
function said(which: 'first' | 'last', shown: string, totals: Totals): string {
  const lines = lineCount(shown);
  if (lines < totals.lines && lines > 1) return `${which} ${number(lines)} of ${number(totals.lines)} lines`;
  return `${which} ${number(shown.length)} of ${number(totals.chars)} characters`;
}

export function lineCount(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Program text with its middle left out; `note` says what is missing and stands where it was. */
export function withoutMiddle(text: string, room: Room, note: (missing: string) => string): string {
  const lines = text.split('\n');
  if (messageSize(text) <= room.chars && lines.length <= room.lines) return text;
  const chars = room.chars - messageSize(note('99,999,999 of 99,999,999 characters')) - 2;
  const headLines = Math.ceil((room.lines - 1) * 0.6);
  const tailLines = room.lines - 1 - headLines;
  const start = lines.slice(0, headLines).join('\n');
  const end = lines.slice(-tailLines).join('\n');
  const head = toLineEnd(fitStart(start, Math.ceil(chars * 0.6)), start);
  const tail = fromLineStart(fitEnd(end, Math.floor(chars * 0.4)), end);
  return [head, note(gapBetween(text, head, tail)), tail].join('\n');
}

/** Leaves a line that was cut in two out, unless it is most of what there is. */
function toLineEnd(cut: string, whole: string): string {
  const lastEnd = cut.lastIndexOf('\n');
  const isInside = cut.length < whole.length && whole[cut.length] !== '\n';
  return isInside && lastEnd > cut.length / 2 ? cut.slice(0, lastEnd) : cut;
}

function fromLineStart(cut: string, whole: string): string {
  const firstEnd = cut.indexOf('\n');
  const isInside = cut.length < whole.length && whole.at(-cut.length - 1) !== '\n';
  return isInside && firstEnd >= 0 && firstEnd < cut.length / 2 ? cut.slice(firstEnd + 1) : cut;
}

function gapBetween(text: string, head: string, tail: string): string {
  const missing = lineCount(text) - lineCount(head) - lineCount(tail);
  if (missing > 0) return `${number(missing)} of ${number(lineCount(text))} lines`;
  return `${number(text.length - head.length - tail.length)} of ${number(text.length)} characters`;
}
