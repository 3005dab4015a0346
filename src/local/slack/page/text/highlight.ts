/** Colours code with highlight.js and gives back tokens instead of HTML, so that live edits patch text nodes in place. */
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import { grammarOf } from './languages.ts';

export interface Token {
  readonly text: string;
  /** Empty for uncoloured text. */
  readonly className: string;
}

/** Above this many characters colouring costs more than it gives. */
const longestColoured = 20_000;

const grammars = { bash, javascript, json, python } as const;

function registerOnce(name: string): void {
  if (hljs.getLanguage(name)) return;
  for (const [key, grammar] of Object.entries(grammars)) hljs.registerLanguage(key, grammar);
}

/** Tokens whose texts joined are exactly `code`; one plain token when the language is unknown. */
export function highlight(code: string, language: string | undefined): Token[] {
  const grammar = language === undefined ? undefined : grammarOf(language);
  if (grammar === undefined || code.length > longestColoured) return [{ text: code, className: '' }];
  registerOnce(grammar);
  return tokensOf(hljs.highlight(code, { language: grammar, ignoreIllegals: true }).value);
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

/** highlight.js emits nothing but nested `<span class="…">`, `</span>` and five entities. */
export function tokensOf(html: string): Token[] {
  const tokens: Token[] = [];
  const stack: string[] = [];
  for (const [, opened, closed, chars] of html.matchAll(/<span class="([^"]*)">|(<\/span>)|([^<]+)/g)) {
    if (opened !== undefined) stack.push(opened);
    else if (closed !== undefined) stack.pop();
    else if (chars !== undefined) {
      tokens.push({
        text: chars.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity),
        className: stack.at(-1) ?? '',
      });
    }
  }
  return tokens;
}
