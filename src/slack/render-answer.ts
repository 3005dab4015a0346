/** The model's words: rich text in the room there is. The newest words come first when room is scarce. */
import type { WordsPart } from '../conversation/progress.ts';
import { elementSize, type RichElement } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { clipElements } from './mrkdwn-clip.ts';
import { healMarkdown } from './mrkdwn-heal.ts';
import { markdownElements, plainText } from './mrkdwn-markdown.ts';
import type { ReadMarkdown } from './mrkdwn-reader.ts';
import { splitMarkdown } from './mrkdwn-split.ts';

/** Below this, a piece of a text is not worth its block. */
const LEAST_ROOM = 200;

export interface Words {
  /** What is shown of each part, in the order of the parts; empty where nothing is. */
  readonly shown: readonly (readonly RichElement[])[];
  /** Characters that are not shown, about. */
  readonly hiddenChars: number;
  /** The part that is cut, with its other side missing; -1 when all is shown. */
  readonly cutAt: number;
}

/**
 * Fits the words into `room`, blocks counted. A turn that is over keeps the start of the part on the edge, one that
 * goes on keeps its end, where new words appear.
 */
export function fitWords(
  parts: readonly WordsPart[],
  room: number,
  blocks: number,
  isOver: boolean,
  read: ReadMarkdown = markdownElements,
): Words {
  const shown: (readonly RichElement[])[] = parts.map(() => []);
  let left = room;
  let free = blocks;
  let hiddenChars = 0;
  let cutAt = -1;
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    const source = parts[at]?.text.trim() ?? '';
    if (source === '') continue;
    const isGrowing = !isOver && at === parts.length - 1;
    const shownSource = isGrowing ? healMarkdown(source) : source;
    const fitted = free > 0 && cutAt < 0 ? fitPart(shownSource, left, isOver, read) : NOTHING;
    shown[at] = fitted.elements;
    if (fitted.elements.length > 0) free -= 1;
    left -= sizeOf(fitted.elements) + LIMITS.blockOverheadChars;
    if (fitted.isWhole) continue;
    if (cutAt < 0) cutAt = at;
    hiddenChars += Math.max(1, source.length - plainText(fitted.elements).length);
  }
  return { shown, hiddenChars, cutAt };
}

interface Fitted {
  readonly elements: readonly RichElement[];
  readonly isWhole: boolean;
}

const NOTHING: Fitted = { elements: [], isWhole: false };

function fitPart(markdown: string, room: number, isOver: boolean, read: ReadMarkdown): Fitted {
  const inside = room - LIMITS.blockOverheadChars;
  if (inside < LEAST_ROOM) return NOTHING;
  // Markdown may take twice what it shows (marks, addresses); more is not even read, because reading costs time.
  const pieces = splitMarkdown(markdown, 2 * inside);
  const readable = (isOver ? pieces.slice(0, 1) : pieces.slice(-2)).flatMap(read);
  const elements = clipElements(readable, inside, isOver ? 'start' : 'end');
  return { elements, isWhole: pieces.length === 1 && sizeOf(elements) === sizeOf(readable) };
}

function sizeOf(elements: readonly RichElement[]): number {
  return elements.reduce((sum, element) => sum + elementSize(element), 0);
}
