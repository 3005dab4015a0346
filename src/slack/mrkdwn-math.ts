/**
 * Formulas in TeX, which Slack does not draw: shown as code, as they were written. Left to Markdown they would lose their
 * backslashes and turn `_` and `*` into styles.
 */
import type { TokenizerAndRendererExtension } from 'marked';

/** `$…$` holds a formula only if something in it is TeX's: prices and shell variables stand between dollars too. */
const INLINE = /^(?:\$(?!\s)((?:\\[^\n]|[^$\\\n])+)(?<!\s)\$(?!\d)|\\\(([^\n]+?)\\\))/;
const BLOCK = /^(?:\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\])[ \t]*(?:\n+|$)/;
const TEX = /[\\^_{]|^[A-Za-z]$/;

function startOf(src: string, ...marks: readonly string[]): number | undefined {
  const found = marks.map((mark) => src.indexOf(mark)).filter((at) => at >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}

export const MATH: readonly TokenizerAndRendererExtension[] = [
  {
    name: 'math',
    level: 'inline',
    start: (src) => startOf(src, '$', '\\('),
    tokenizer(src) {
      const [raw, dollars, parens] = INLINE.exec(src) ?? [];
      const formula = dollars ?? parens;
      if (raw === undefined || formula === undefined || (dollars !== undefined && !TEX.test(formula))) return undefined;
      return { type: 'codespan', raw, text: formula.trim() };
    },
  },
  {
    name: 'mathBlock',
    level: 'block',
    start: (src) => startOf(src, '$$', '\\['),
    tokenizer(src) {
      const [raw, dollars, brackets] = BLOCK.exec(src) ?? [];
      const formula = (dollars ?? brackets)?.trim();
      return raw === undefined || !formula ? undefined : { type: 'code', raw, text: formula };
    },
  },
];
