/** The code of a turn, whole, for the person who asked to see it: in as many messages as that takes. */
import { codeFileName } from '../conversation/code-file.ts';
import type { Code } from '../conversation/events.ts';
import { type Block, blocksSize, context, preformatted, richText } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { printable } from './mrkdwn.ts';
import { withoutMiddle } from './render-excerpt.ts';
import { counted, languageName } from './render-words.ts';

export interface CodeMessage {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** More than this of one step is in its file. */
const STEP_ROOM = { chars: 9_000, lines: 1_000 };
/** Two blocks for each step. */
const STEPS_IN_MESSAGE = LIMITS.blocksPerMessage / 2;

export function renderCode(runs: readonly { readonly step: number; readonly code: Code }[]): readonly CodeMessage[] {
  const text = `The code of ${counted(runs.length, 'step')}`;
  const pages: Block[][] = [];
  for (const { step, code } of runs) {
    const shown = stepBlocks(step, code, runs.length > 1);
    const page = pages.at(-1);
    const fits = page && blocksSize([...page, ...shown]) <= LIMITS.messageChars;
    if (fits && page.length < 2 * STEPS_IN_MESSAGE) page.push(...shown);
    else pages.push(shown);
  }
  return pages.map((blocks) => ({ text, blocks }));
}

function stepBlocks(step: number, code: Code, isNumbered: boolean): Block[] {
  const name = codeFileName(step, code.language);
  const source = printable(code.source).trimEnd();
  const shown = withoutMiddle(source, STEP_ROOM, (missing) => `⋯ ${missing} not shown, all in ${name} ⋯`);
  const head = `${isNumbered ? `Step ${step} · ` : ''}${languageName(code.language)}`;
  return [context(head), richText([preformatted(shown, code.language)])];
}
