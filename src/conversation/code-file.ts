/** When a step's code is too long for the message, and what the file that holds it whole is called. */
import type { Code, Language } from './events.ts';
import { messageSize } from './output-size.ts';

/** A message shows at most this much of a step's code; more is attached as a file. */
export const INLINE_CODE_CHARS = 1_500;
export const INLINE_CODE_LINES = 40;

const EXTENSIONS: Readonly<Record<Language, string>> = { python: 'py', javascript: 'js', bash: 'sh' };

/** Whether a message cannot show this code whole, so that it must be attached as a file too. */
export function codeNeedsFile(code: Code): boolean {
  if (code.source.length > INLINE_CODE_CHARS) return true;
  return code.source.split('\n').length > INLINE_CODE_LINES || messageSize(code.source) > INLINE_CODE_CHARS;
}

export function codeFileName(step: number, language: Language): string {
  return `step-${step}.${EXTENSIONS[language]}`;
}
