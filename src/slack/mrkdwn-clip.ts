/** Cuts rich_text elements to a size. Structure survives a cut: a fence stays a fence, a list item an item. */
import { elementSize, type Inline, inlineSize, type List, type RichElement, sectionOf } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { fitEnd, fitStart } from './mrkdwn.ts';

/** A shorter scrap of a text says nothing. */
const LEAST_CHARS = 8;

/** Which end of the text stays. */
export type Keep = 'start' | 'end';

/** The elements that fit into `room`, counted as `elementSize` counts, the one on the edge cut inside. */
export function clipElements(elements: readonly RichElement[], room: number, keep: Keep): RichElement[] {
  const kept: RichElement[] = [];
  let left = room;
  for (const element of inOrder(elements, keep)) {
    const size = elementSize(element);
    if (size <= left) kept.push(element);
    else {
      const part = clipElement(element, left, keep);
      if (part) kept.push(part);
      break;
    }
    left -= size;
  }
  return inOrder(kept, keep);
}

function clipElement(element: RichElement, room: number, keep: Keep): RichElement | undefined {
  const inside = room - LIMITS.elementOverheadChars;
  if (element.type === 'rich_text_list') return clipList(element, inside, keep);
  const elements = clipInlines(element.elements, inside, keep);
  if (elements.length === 0) return undefined;
  if (element.type !== 'rich_text_preformatted') return { ...element, elements };
  return { ...element, elements: elements.filter((inline) => inline.type === 'text') };
}

function clipList(list: List, room: number, keep: Keep): List | undefined {
  const items = clipElements(list.elements, room, keep).map((item) =>
    item.type === 'rich_text_section' ? item : sectionOf([]),
  );
  if (items.length === 0) return undefined;
  const before = (list.offset ?? 0) + (keep === 'end' ? list.elements.length - items.length : 0);
  return { ...list, elements: items, ...(list.style === 'ordered' && before > 0 ? { offset: before } : {}) };
}

function clipInlines(inlines: readonly Inline[], room: number, keep: Keep): Inline[] {
  const kept: Inline[] = [];
  let left = room;
  for (const inline of inOrder(inlines, keep)) {
    const size = inlineSize(inline);
    if (size <= left) kept.push(inline);
    else {
      const cut = keep === 'start' ? fitStart : fitEnd;
      const part = inline.type === 'text' ? atWord(cut(inline.text, left - LIMITS.elementOverheadChars), keep) : '';
      if (part.trim().length >= LEAST_CHARS && inline.type === 'text') kept.push({ ...inline, text: part });
      break;
    }
    left -= size;
  }
  return inOrder(kept, keep);
}

/** Drops half a word at the cut, where a space is near. */
function atWord(text: string, keep: Keep): string {
  return keep === 'start' ? text.replace(/\s\S{0,24}$/, '') : text.replace(/^\S{0,24}\s/, '');
}

function inOrder<T>(list: readonly T[], keep: Keep): T[] {
  return keep === 'start' ? [...list] : list.toReversed();
}
