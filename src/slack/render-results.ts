/** The values a run displayed: tables and reprs as text, Markdown as such; images are sent as files and only named. */
import type { RichResult } from '../conversation/events.ts';
import { cleanText } from '../conversation/output.ts';
import { context, elementSize, preformatted, type RichElement, richText } from './blocks.ts';
import { clipElements } from './mrkdwn-clip.ts';
import { markdownElements } from './mrkdwn-markdown.ts';
import { splitMarkdown } from './mrkdwn-split.ts';
import { startOf } from './render-excerpt.ts';
import { narrowFrame } from './render-frame.ts';
import type { Shown } from './render-shown.ts';
import { isImage } from './render-step.ts';
import { counted, dotted } from './render-words.ts';

/** For all results of a run together, as `elementSize` counts. */
const ROOM = 1_200;
const LINES = 40;
/** No more Markdown than this is read: it cannot be shown anyway. */
const MARKDOWN_CHARS = 4_000;

export function resultBlocks(step: number, results: readonly RichResult[], isOver: boolean): Shown {
  const values = results.filter((result) => !isImage(result) && sourceOf(result).trim() !== '');
  const elements: RichElement[] = [];
  let room = ROOM;
  let cut = '';
  let hidden = 0;
  for (const value of values) {
    const part = cut === '' && room > 100 ? resultElements(value, room) : undefined;
    if (!part) hidden += 1;
    else {
      elements.push(...part.elements);
      room -= part.elements.reduce((sum, element) => sum + elementSize(element), 0);
      cut = part.missing;
    }
  }
  if (elements.length === 0) return { blocks: [], files: [] };
  const missing = dotted([cut, hidden > 0 && `${counted(hidden, 'more result')}`]);
  const file = `step-${step}-result.txt`;
  const label = dotted([
    values.length > 1 ? 'Results' : 'Result',
    isOver && missing !== '' ? `${missing}, all in \`${file}\`` : missing,
  ]);
  return {
    blocks: [context(label), richText(elements)],
    files: missing === '' ? [] : [{ name: file, text: values.map(sourceOf).join('\n\n') }],
  };
}

/** The form of a value that reads best as text. */
function sourceOf(result: RichResult): string {
  const text = result.markdown ?? result.text ?? result.latex ?? result.json ?? result.html ?? '';
  return cleanText(text);
}

function resultElements(result: RichResult, room: number): { elements: RichElement[]; missing: string } {
  const source = sourceOf(result);
  if (result.markdown === undefined) {
    // The element itself counts twice: as one, and for its text.
    const shown = startOf(cleanText(narrowFrame(result) ?? source), { chars: room - 20, lines: LINES });
    return { elements: [preformatted(shown.text)], missing: shown.missing };
  }
  const [readable = ''] = splitMarkdown(source, MARKDOWN_CHARS);
  const all = markdownElements(readable);
  const elements = clipElements(all, room, 'start');
  const isWhole = readable.length === source.length && size(elements) === size(all);
  return { elements, missing: isWhole ? '' : 'shortened' };
}

function size(elements: readonly RichElement[]): number {
  return elements.reduce((sum, element) => sum + elementSize(element), 0);
}
