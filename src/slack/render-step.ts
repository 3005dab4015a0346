/** A step in one line: the head of the step that is open, and all that is left of one that is folded. */
import { never, type RichResult, type RunResult } from '../conversation/events.ts';
import type { StepPart } from '../conversation/progress.ts';
import { codeSpan, mrkdwnLine, oneLine } from './mrkdwn.ts';
import { counted, dotted, duration, languageName, number } from './render-words.ts';

const ERROR_CHARS = 120;
const VALUE_CHARS = 60;

/** What a step's line needs to know of its turn. */
export interface StepSetting {
  /** False where a number would only be noise: in a turn of one step, or of one program and its repairs. */
  readonly isNumbered: boolean;
  /** Something was repaired, so that a failed step was one attempt of several. */
  readonly hasRepairs: boolean;
  readonly maxAttempts: number;
  /** The turn has ended: a step without a result was interrupted, and what is promised as a file is attached now. */
  readonly isOver: boolean;
}

/** "✓ Attempt 2 of 3 · Python · 0.4 s", as mrkdwn. Of an error it only says that there is one: it is shown below. */
export function stepHead(step: StepPart, setting: StepSetting): string {
  const { result } = step;
  if (result === null || result.kind === 'ok') return headWords(step, setting);
  return dashed(headWords(step, setting), result.kind === 'failed' ? 'failed' : howItEnded(result));
}

function dashed(head: string, ending: string): string {
  return ending === '' ? head : `${head} — ${ending}`;
}

function headWords(step: StepPart, setting: StepSetting): string {
  const { result } = step;
  const isRetold = step.attempt > 1 || (setting.hasRepairs && result?.kind === 'failed');
  const words = dotted([
    setting.isNumbered && `Step ${step.step}`,
    isRetold && `${setting.isNumbered ? 'attempt' : 'Attempt'} ${step.attempt} of ${setting.maxAttempts}`,
    languageName(step.code.language),
    result !== null && duration(result.durationMs),
  ]);
  return `${glyph(result, setting.isOver)} ${words}`;
}

/** The same with what came of it, for a step that shows nothing else. */
export function foldedStep(step: StepPart, setting: StepSetting): string {
  const { result } = step;
  const ending = result?.kind === 'ok' ? outcomeOf(step, result.results) : result && howItEnded(result);
  return dashed(headWords(step, setting), ending ?? '');
}

function glyph(result: RunResult | null, isOver: boolean): string {
  switch (result?.kind) {
    case undefined:
      return isOver ? '■' : '▸';
    case 'ok':
      return '✓';
    case 'stopped':
      return '■';
    default:
      return '✗';
  }
}

/** How a run that did not go well ended, in a few words, as mrkdwn. */
function howItEnded(result: Exclude<RunResult, { kind: 'ok' }>): string {
  switch (result.kind) {
    case 'failed':
      return codeSpan(errorLine(result.error), ERROR_CHARS) || 'an error without a name';
    case 'timedOut':
      return `stopped at the limit of ${number(result.limitSeconds)} s`;
    case 'stopped':
      return 'stopped';
    case 'flooded':
      return `stopped after printing ${number(result.limitMb)} MB`;
    case 'died':
    case 'lost':
      return mrkdwnLine(result.reason, ERROR_CHARS);
    default:
      return never(result);
  }
}

export function errorLine(error: { readonly name: string; readonly value: string }): string {
  const value = oneLine(error.value);
  return value === '' ? oneLine(error.name) : `${oneLine(error.name)}: ${value}`;
}

function outcomeOf(step: StepPart, results: readonly RichResult[]): string {
  const value = results.find((result) => result.isMain && !isImage(result))?.text ?? '';
  const figures = results.filter(isImage).length;
  const isShort = value !== '' && !value.trim().includes('\n') && value.length <= VALUE_CHARS;
  const said = dotted([
    step.output.totalLines > 0 && `${counted(step.output.totalLines, 'line')} of output`,
    isShort ? codeSpan(value, 2 * VALUE_CHARS) : value !== '' && 'a result',
    figures > 0 && counted(figures, 'figure'),
  ]);
  return said || 'no output';
}

/** Images are sent as files; the message only names them. */
export function isImage(result: RichResult): boolean {
  return [result.png, result.jpeg, result.svg, result.pdf].some((format) => format !== undefined);
}
