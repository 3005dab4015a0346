/**
 * A turn's progress as one Slack message. Pure: the same progress at the same time gives the same blocks, so that an
 * edit which would change nothing can be skipped. Whatever the input, the message is within Slack's limits; what does
 * not fit is left out by rank (the open step's output stays, then the newest words, then its code, then older steps)
 * and the message says so.
 */
import type { Progress, StepPart } from '../conversation/progress.ts';
import { type Block, blocksSize, context, richText } from './blocks.ts';
import { LIMITS } from './limits.ts';
import type { ReadMarkdown } from './mrkdwn-reader.ts';
import { fitWords, type Words } from './render-answer.ts';
import { bottom, top } from './render-chrome.ts';
import { draftBlocks, openStep } from './render-run.ts';
import { ANSWER_FILE, type RenderedMessage, type Shown } from './render-shown.ts';
import { steps } from './render-status.ts';
import { foldedStep, type StepSetting } from './render-step.ts';
import { plainAnswer, renderText } from './render-text.ts';
import { counted, number } from './render-words.ts';

/** Kept free for the lines that say what is missing. */
const NOTICE_CHARS = 2 * 220;
/** Kept free for folded steps before the words get theirs. */
const FOLDED_CHARS = 1_000;
/** Folded steps and words alternate at most this often; a message has 50 blocks. */
const MIDDLE_BLOCKS = 32;

export { renderHelp } from './render-help.ts';
export { renderTaskRoot } from './render-notices.ts';
export type { RenderedMessage, TextFile } from './render-shown.ts';
export { renderSimple } from './render-simple.ts';
export { renderText } from './render-text.ts';

export function render(progress: Progress, now: number, read?: ReadMarkdown): RenderedMessage {
  const isOver = progress.outcome !== null;
  const all = steps(progress);
  // The step being written takes the place of the one that ran last.
  const open = progress.draft && !isOver ? undefined : all.at(-1);
  const setting: StepSetting = {
    isNumbered: all.some((step) => step.step !== step.attempt),
    hasRepairs: progress.attempt > 1 || all.some((step) => step.attempt > 1),
    maxAttempts: progress.maxAttempts,
    isOver,
  };
  const head = top(progress, now);
  const body: Shown = open ? openStep(open, setting) : { blocks: [], files: [] };
  const draft = progress.draft ? draftBlocks(progress.draft, isOver) : [];
  const foot = bottom(progress);

  const room = LIMITS.messageChars - blocksSize([...head, ...body.blocks, ...draft, ...foot]) - NOTICE_CHARS;
  const folded = new Map(all.filter((step) => step !== open).map((step) => [step, foldedStep(step, setting)]));
  const reserve = Math.min(FOLDED_CHARS, room / 3, foldedSize([...folded.values()]));
  const parts = progress.parts.filter((part) => part.kind === 'words');
  const words = fitWords(parts, room - reserve, MIDDLE_BLOCKS / 2, isOver, read);
  const lines = fitLines(folded, room - wordsSize(words), MIDDLE_BLOCKS / 2);

  const middle = inOrder(progress, { words, lines, open, body });
  return {
    text: renderText(progress, read),
    blocks: [...head, ...middle, ...draft, ...foot],
    files: isOver
      ? [...(words.cutAt < 0 ? [] : [{ name: ANSWER_FILE, text: plainAnswer(progress) }]), ...body.files]
      : [],
  };
}

interface Middle {
  readonly words: Words;
  /** The folded steps that are shown. */
  readonly lines: ReadonlyMap<StepPart, string>;
  readonly open: StepPart | undefined;
  readonly body: Shown;
}

function inOrder(progress: Progress, { words, lines, open, body }: Middle): Block[] {
  const isOver = progress.outcome !== null;
  const notice = words.cutAt < 0 ? [] : [context(hiddenWords(words.hiddenChars, isOver))];
  const hiddenSteps = steps(progress).filter((step) => step !== open && !lines.has(step)).length;
  const blocks: Block[] = hiddenSteps > 0 ? [context(`⋯ ${counted(hiddenSteps, 'earlier step')} not shown`)] : [];
  let run: string[] = [];
  const fold = () => {
    if (run.length > 0) blocks.push(context(run.join('\n')));
    run = [];
  };
  let at = -1;
  for (const part of progress.parts) {
    if (part.kind === 'step') {
      const line = lines.get(part);
      if (line !== undefined) run.push(line);
      if (part !== open) continue;
      fold();
      blocks.push(...body.blocks);
      continue;
    }
    at += 1;
    const elements = words.shown[at] ?? [];
    if (elements.length === 0 && at !== words.cutAt) continue;
    fold();
    const shown = elements.length > 0 ? [richText([...elements])] : [];
    blocks.push(...(at !== words.cutAt ? shown : isOver ? [...shown, ...notice] : [...notice, ...shown]));
  }
  fold();
  return blocks;
}

function hiddenWords(chars: number, isOver: boolean): string {
  const missing = `${number(chars)} more characters`;
  return isOver ? `⋯ ${missing}, the whole answer is in \`${ANSWER_FILE}\`` : `⋯ ${missing} before this`;
}

/** The newest folded lines that fit. */
function fitLines(folded: ReadonlyMap<StepPart, string>, room: number, count: number): Map<StepPart, string> {
  const kept: [StepPart, string][] = [];
  let left = room;
  for (const [step, line] of [...folded].reverse()) {
    left -= foldedSize([line]);
    if (left < 0 || kept.length >= count) break;
    kept.push([step, line]);
  }
  return new Map(kept.reverse());
}

/** As if each line stood in a block of its own, which it does at worst. */
function foldedSize(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + blocksSize([context(line)]), 0);
}

function wordsSize(words: Words): number {
  return blocksSize(words.shown.filter((elements) => elements.length > 0).map((elements) => richText([...elements])));
}
