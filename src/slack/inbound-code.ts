/** When a message is code to run as it is, and in which language. */
import type { Code, Language } from '../conversation/events.ts';
import { isBlank, type Segment } from './inbound-segments.ts';

/** More than this is a file: Slack folds it, and nobody reads it in a message. */
export const MAX_CODE_BYTES = 100_000;

const ALIASES: Readonly<Record<string, Language>> = {
  py: 'python',
  py3: 'python',
  python: 'python',
  python3: 'python',
  ipython: 'python',
  js: 'javascript',
  mjs: 'javascript',
  javascript: 'javascript',
  node: 'javascript',
  nodejs: 'javascript',
  sh: 'bash',
  bash: 'bash',
  shell: 'bash',
  zsh: 'bash',
};

/** Words that say "no particular language". */
const PLAIN = new Set(['text', 'txt', 'plain', 'plaintext', 'plain_text', 'auto', 'none', 'code']);

/**
 * Languages people paste and we do not run. A first line is only taken for the name of a language if it is one of
 * these or one of ours: any other word may be code.
 */
const OTHERS = new Set(
  (
    'rust rs go golang ruby rb c cpp c++ cs csharp c# java kotlin kt swift scala perl pl php r lua haskell hs sql ts tsx ' +
    'typescript jsx dart elixir ex erlang clojure clj julia jl fortran matlab octave groovy powershell ps1 html css ' +
    'json yaml yml toml xml markdown md dockerfile makefile zig nim ocaml fsharp f# vb solidity assembly asm'
  ).split(' '),
);

export function languageOf(name: string): Language | undefined {
  const known = name.toLowerCase();
  return Object.hasOwn(ALIASES, known) ? ALIASES[known] : undefined;
}

export type CodeAlone =
  | { readonly ok: true; readonly code: Code }
  /** `message` is the sentence for the person. */
  | { readonly ok: false; readonly message: string };

function unknownLanguage(name: string): CodeAlone {
  const shown = /^[\w+#.-]{1,30}$/.test(name) ? `“${name}”` : 'that language';
  const message = `I cannot run ${shown}: I run Python, JavaScript and Bash. Begin the code block with \`python\`, \`js\` or \`bash\`.`;
  return { ok: false, message };
}

/** Code in a known language, checked for its size. */
export function codeOf(language: Language, source: string): CodeAlone {
  if (Buffer.byteLength(source) > MAX_CODE_BYTES) {
    const message = `That is more code than I take in a message (${MAX_CODE_BYTES / 1000} kB). Attach it as a file and ask me to run it.`;
    return { ok: false, message };
  }
  return { ok: true, code: { language, source } };
}

/** The declared language first, then a first line that names one, else Python. */
function inLanguage(source: string, declared: string | undefined): CodeAlone {
  if (declared && !PLAIN.has(declared.toLowerCase())) {
    const language = languageOf(declared);
    return language ? codeOf(language, source) : unknownLanguage(declared);
  }
  const [, name = '', rest = ''] = /^[ \t]*(\S+)[ \t]*\n([\s\S]+)$/.exec(source) ?? [];
  const language = languageOf(name);
  if (language) return codeOf(language, rest);
  return OTHERS.has(name.toLowerCase()) ? unknownLanguage(name) : codeOf('python', source);
}

/** Slack's clients put no-break spaces into pasted code; no language takes them for spaces. */
function cleaned(code: string): string {
  return code.replace(/\r\n?/g, '\n').replace(/\u00a0/g, ' ');
}

/**
 * The code of a message that is nothing else: one block or one piece of inline code, at most with the name of a language
 * before it. Undefined for anything else, which is then a task for the model. `spoken` has no mention of the bot.
 */
export function codeAlone(spoken: readonly Segment[]): CodeAlone | undefined {
  const [first, second, ...more] = spoken;
  if (!first || more.length > 0) return undefined;
  if (first.kind === 'inline' && !second) return codeOf('python', cleaned(first.code));
  if (first.kind === 'code' && !second) return inLanguage(cleaned(first.code), first.info);
  if (first.kind !== 'text' || second?.kind !== 'code' || second.info) return undefined;
  const name = first.text.trim().replace(/:$/, '');
  const isName = languageOf(name) !== undefined || OTHERS.has(name.toLowerCase());
  return isName ? inLanguage(cleaned(second.code), name) : undefined;
}

/** The code of a message that may say other things too: its first block, else its first piece of inline code. */
export function codeWithin(segments: readonly Segment[]): CodeAlone | undefined {
  const written = segments.filter((segment) => segment.kind !== 'mention' && !isBlank(segment));
  const alone = codeAlone(written);
  if (alone) return alone.ok && alone.code.source.trim() === '' ? undefined : alone;
  const hasCode = (code: string) => code.trim() !== '';
  const block = segments.find((segment) => segment.kind === 'code' && hasCode(segment.code));
  if (block?.kind === 'code') return inLanguage(cleaned(block.code), block.info);
  const inline = segments.find((segment) => segment.kind === 'inline' && hasCode(segment.code));
  return inline?.kind === 'inline' ? codeOf('python', cleaned(inline.code)) : undefined;
}
