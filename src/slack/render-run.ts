/** The step that is open: its code, what it prints, its results or its error. Bounded, whatever the run produced. */
import { codeFileName, codeNeedsFile, INLINE_CODE_CHARS, INLINE_CODE_LINES } from '../conversation/code-file.ts';
import type { Code } from '../conversation/events.ts';
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
import { dotted, languageName } from './render-words.ts';

/** While a step runs, its file is still to be written. */
const FOLLOWS = 'all of it follows as a file';

const NOTHING: Shown = { blocks: [], files: [] };

const ERROR_ROOM = { chars: 700, lines: 12 };
const CODE_ROOM = { chars: INLINE_CODE_CHARS, lines: INLINE_CODE_LINES };
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
  const note = (missing: string) => `⋯ ${missing} not shown, ${where} ⋯`;
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
  const shown = endOf(output.text, result === null && !isOver ? LIVE_ROOM : OUTPUT_ROOM, totals);
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
  const shown = endOf(trace, ERROR_ROOM);
  const name = `step-${step.step}-error.txt`;
  const label = dotted([
    'Error',
    isOver && shown.missing !== '' ? `${shown.missing}, all in \`${name}\`` : shown.missing,
  ]);
  return {
    blocks: [context(label), richText([preformatted(shown.text)])],
    files: shown.missing === '' ? [] : [{ name, text: trace }],
  };
}

/** IPython draws a rule above a traceback and stretches its head to 75 columns; a narrow thread wraps both. */
function withoutFrame(trace: string): string {
  return trace.replace(/^\s*-{20,}\n/, '').replace(/^(\w+) {2,}(Traceback \(most recent call last\))/, '$1  $2');
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
