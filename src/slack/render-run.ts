/** The step that is open: its code, what it prints, its results or its error. Bounded, whatever the run produced. */
import { codeFileName, codeNeedsFile, INLINE_CODE_CHARS } from '../conversation/code-file.ts';
import type { Code, Language } from '../conversation/events.ts';
import {
  cleanText,
  INLINE_OUTPUT_CHARS,
  INLINE_OUTPUT_LINES,
  needsFile,
  outputFileName,
} from '../conversation/output.ts';
import type { StepPart } from '../conversation/progress.ts';
import { type Block, context, preformatted, richText } from './blocks.ts';
import { printable } from './mrkdwn.ts';
import { endOf, withoutMiddle } from './render-excerpt.ts';
import { resultBlocks } from './render-results.ts';
import type { Shown } from './render-shown.ts';
import { errorLine, type StepSetting, stepHead } from './render-step.ts';
import { traceExcerpt, withoutFrame } from './render-trace.ts';
import { dotted, languageName } from './render-words.ts';

/** While a step runs, its file is still to be written. */
const FOLLOWS = 'all of it follows as a file';

/** What is said inside a program is said as a comment of it, or its colours would be wrong. */
const COMMENT: Readonly<Record<Language, string>> = { python: '#', javascript: '//', bash: '#' };

const NOTHING: Shown = { blocks: [], files: [] };

/** Enough for where the program stood and for what went wrong; the libraries in between are left out. */
const ERROR_ROOM = { chars: 900, lines: 16 };
/** What arrives as a file anyway takes less room here: the answer stands below it. */
const CODE_ROOM = { chars: INLINE_CODE_CHARS, lines: 15 };
const FILED_OUTPUT_ROOM = { chars: 1_000, lines: 20 };
/** Shorter while it grows: the newest line must be in view, and the message must not jump about. */
const LIVE_ROOM = { chars: INLINE_OUTPUT_CHARS, lines: 20 };
const DRAFT_ROOM = { chars: INLINE_CODE_CHARS, lines: 20 };
const OUTPUT_ROOM = { chars: INLINE_OUTPUT_CHARS, lines: INLINE_OUTPUT_LINES };

export function openStep(step: StepPart, setting: StepSetting): Shown {
  const code = codeBlocks(step, setting.isOver);
  const results = step.result ? resultBlocks(step.step, step.result.results, setting.isOver) : NOTHING;
  const error = errorBlocks(step, setting.isOver);
  const head = context(stepHead(step, setting));
  return {
    blocks: [head, ...code.blocks, ...outputBlocks(step, setting.isOver), ...results.blocks, ...error.blocks],
    files: [...code.files, ...results.files, ...error.files],
  };
}

function codeBlocks(step: StepPart, isOver: boolean): Shown {
  const source = printable(step.code.source).trimEnd();
  if (source.trim() === '') return NOTHING;
  const name = codeFileName(step.step, step.code.language);
  const where = step.result === null && !isOver ? FOLLOWS : `all in ${name}`;
  const note = (missing: string) => `${COMMENT[step.code.language]} ⋯ ${missing} left out, ${where} ⋯`;
  const isLong = codeNeedsFile(step.code);
  const shown = isLong ? withoutMiddle(source, CODE_ROOM, note) : source;
  return {
    blocks: [richText([preformatted(shown, step.code.language)])],
    // A run that never came to its end attached nothing.
    files: isLong && isOver && step.result === null ? [{ name, text: source }] : [],
  };
}

function outputBlocks(step: StepPart, isOver: boolean): Block[] {
  const { output, result } = step;
  const isSilent = output.text.trim() === '' && output.droppedChars === 0;
  if (isSilent) return result?.kind === 'ok' && result.results.length === 0 ? [context('No output')] : [];
  const totals = { lines: output.totalLines, chars: output.totalChars };
  const room = result !== null && needsFile(output) ? FILED_OUTPUT_ROOM : OUTPUT_ROOM;
  const shown = endOf(output.text, result === null && !isOver ? LIVE_ROOM : room, totals);
  const label = dotted(['Output', missingOutput(step, shown.missing, isOver)]);
  return [context(label), richText([preformatted(shown.text)])];
}

/** How much of the output is not shown, and where it is or will be. */
function missingOutput({ step, output, result }: StepPart, missing: string, isOver: boolean): string {
  if (missing === '') return '';
  if (result !== null) return `${missing}, all in \`${outputFileName(step)}\``;
  return needsFile(output) && !isOver ? `${missing}, ${FOLLOWS}` : missing;
}

function errorBlocks(step: StepPart, isOver: boolean): Shown {
  if (step.result?.kind !== 'failed') return NOTHING;
  const { error } = step.result;
  const trace = withoutFrame(cleanText(error.traceback)).trim() || errorLine(error);
  const name = `step-${step.step}-error.txt`;
  const note = (missing: string) => `⋯ ${missing} left out${isOver ? `, all in ${name}` : ''} ⋯`;
  const shown = traceExcerpt(trace, ERROR_ROOM, note);
  return {
    blocks: [context('Error'), richText([preformatted(shown)])],
    files: shown === trace ? [] : [{ name, text: trace }],
  };
}

/** Code that the model is writing: its end, where it grows. Or, once the turn is over, code that never ran. */
export function draftBlocks(draft: Code, isOver: boolean): Block[] {
  const source = printable(draft.source);
  if (source.trim() === '') return [];
  const shown = endOf(source, isOver ? CODE_ROOM : DRAFT_ROOM);
  const label = dotted([
    `${isOver ? '■' : '▸'} ${languageName(draft.language)}`,
    isOver && 'written, but not run',
    shown.missing,
  ]);
  return [context(label), richText([preformatted(shown.text, draft.language)])];
}
