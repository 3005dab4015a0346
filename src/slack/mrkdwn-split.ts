/** Cuts Markdown into pieces that each stand alone: a fence that a cut falls into is closed and opened again. */

export interface Fence {
  /** The line that opened it. */
  readonly opener: string;
  /** What closes it, e.g. three backticks. */
  readonly closer: string;
}

const FENCE = /^\s*(`{3,10}|~{3,10})([^\n]*)$/;
const MAX_INFO = 24;
/** The most that closing a fence and opening it again takes, on both sides of a piece. */
const FENCES_AROUND = 2 * (10 + MAX_INFO + 1 + 10 + 1);
/** Below this there is no room for a fence and a line in it. */
const MIN_LIMIT = 2 * FENCES_AROUND;

/** The fence that is open after this line, given the one before. */
export function fenceAfter(line: string, open: Fence | null): Fence | null {
  const [, marker = '', info = ''] = FENCE.exec(line) ?? [];
  if (marker === '') return open;
  if (open) return marker.startsWith(open.closer) && info.trim() === '' ? null : open;
  if (marker.startsWith('`') && info.includes('`')) return null;
  return { opener: `${marker}${info.trim().slice(0, MAX_INFO)}`, closer: marker };
}

/**
 * Pieces of at most `limit` characters (about 200 at least), cut between paragraphs where that leaves a piece half full and
 * room for the line after what it leaves over, else between lines, and inside a line only where it is longer than a piece.
 * Reopened fences are all that is added.
 */
export function splitMarkdown(markdown: string, limit: number): string[] {
  const room = Math.max(limit, MIN_LIMIT);
  const pieces: string[] = [];
  let piece: string[] = [];
  let size = 0;
  let fence: Fence | null = null;
  /** Lines of the piece up to the last blank line outside a fence. */
  let paragraphs = 0;

  /** Ends the piece; `next` is the room that the line after it takes. */
  const flush = (next: number) => {
    const leavesRoom = lengthOf(piece.slice(paragraphs)) + next <= room;
    const isParagraph = leavesRoom && lengthOf(piece.slice(0, paragraphs)) >= room / 2;
    const end = fence === null && isParagraph ? paragraphs : piece.length;
    const rest = piece.slice(end);
    pieces.push([...piece.slice(0, end), ...(fence ? [fence.closer] : [])].join('\n'));
    piece = fence ? [fence.opener, ...rest] : rest;
    size = lengthOf(piece);
    paragraphs = 0;
  };

  for (const line of markdown.split('\n')) {
    for (const part of cutLine(line, room - FENCES_AROUND)) {
      const after = fenceAfter(part, fence);
      const needed = part.length + 1 + reserveFor(after ?? fence);
      if (piece.length > 0 && size + needed > room) flush(needed);
      piece.push(part);
      size += part.length + 1;
      fence = after;
      if (fence === null && part.trim() === '') paragraphs = piece.length;
    }
  }
  pieces.push(piece.join('\n'));
  return pieces;
}

/** What closing and opening this fence again takes. */
function reserveFor(fence: Fence | null): number {
  return fence ? fence.opener.length + fence.closer.length + 2 : 0;
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function cutLine(line: string, room: number): string[] {
  const parts: string[] = [];
  let rest = line;
  while (rest.length > room) {
    const splitsPair = (rest.charCodeAt(room) & 0xfc00) === 0xdc00;
    const end = splitsPair ? room - 1 : room;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}
