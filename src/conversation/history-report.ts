/** What the model is told of a run: the answer to its tool call. Never the bytes of an image. Pure. */
import { never, type RichResult, type RunError, type RunResult } from './events.ts';
import { byteLength, excerpt } from './output-excerpt.ts';
import { type KeptOutput, OUTPUT_LIMITS } from './output-kept.ts';
import { fate } from './retry.ts';

export interface RunReport {
  readonly result: RunResult;
  /** Standard output and error in the order they came, clean. */
  readonly output: KeptOutput;
  /** Names of the files and figures that were sent to the thread. */
  readonly files: readonly string[];
  /** What the model must know besides, such as that the sandbox was replaced; a sentence each. */
  readonly notes: readonly string[];
}

/** All there is to say of a run, but for what is missing in the middle of a long output. */
export function reportText(report: RunReport): string {
  const sections = [...before(report), report.output.text.trimEnd(), ...after(report)].filter(isSaid);
  return sections.length > 0 ? sections.join('\n') : '(The code ran and printed nothing.)';
}

/** All there is to say of a run, of any length, the output read from the disk where it lies there. */
export function wholeReport(report: RunReport): Blob {
  const { whole } = report.output;
  if (!whole) return new Blob([reportText(report)]);
  const lines = (sections: readonly string[]) => sections.filter(isSaid).map((section) => `${section}\n`);
  return new Blob([...lines(before(report)), whole, '\n', ...lines(after(report))]);
}

function before({ notes }: RunReport): readonly string[] {
  return notes.map((note) => `[${note}]`);
}

function after({ result, files }: RunReport): readonly string[] {
  const sent = files.length > 0 ? `Sent to the thread: ${files.join(', ')}` : '';
  return [...result.results.map(shownValue), ending(result), sent];
}

function isSaid(section: string): boolean {
  return section !== '';
}

/** Whether the model sees only a part of this report, so that the whole is worth keeping in a file. */
export function needsCut(text: string, leftOutBytes = 0): boolean {
  return leftOutBytes > 0 || byteLength(text) > OUTPUT_LIMITS.headBytes + OUTPUT_LIMITS.tailBytes;
}

/**
 * The report as the model gets it: a tool result is at most 16 kB. `wholeIn` is the path of the file in the sandbox that
 * holds all of it.
 */
export function boundedReport(text: string, wholeIn?: string, leftOutBytes = 0): string {
  return excerpt(text, OUTPUT_LIMITS, { wholeIn, leftOutBytes });
}

function shownValue(value: RichResult): string {
  // The text of a figure is its object's address.
  if (value.png ?? value.jpeg ?? value.pdf ?? value.svg) return '';
  const text = value.text ?? value.markdown ?? value.latex ?? value.json ?? '';
  if (text.trim() === '') return '';
  return `${value.isMain ? 'Value' : 'Displayed'}: ${text.trimEnd()}`;
}

/** How the run ended, where that is worth a line. */
function ending(result: RunResult): string {
  switch (result.kind) {
    case 'ok':
      return '';
    case 'failed':
      return `Error: ${errorText(result.error)}`;
    case 'timedOut':
      return `The run was ended at the time limit of ${result.limitSeconds} s; ${fate(result)}.`;
    case 'stopped':
      return `The run was stopped; ${fate(result)}.`;
    case 'flooded':
      return `The run printed more than ${result.limitMb} MB and was ended; ${fate(result)}. Print less.`;
    case 'died':
      return `${result.reason} The variables are gone, the files are still there.`;
    case 'lost':
      return result.reason;
    default:
      return never(result);
  }
}

function errorText({ name, value, traceback }: RunError): string {
  const headline = value.trim() === '' ? name : `${name}: ${value}`;
  if (traceback.trim() === '') return headline;
  return traceback.includes(headline) ? traceback.trimEnd() : `${headline}\n${traceback.trimEnd()}`;
}
