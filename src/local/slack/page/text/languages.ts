/** Language names people and models write on a fence, and the grammar each is drawn with. */
const grammars: Readonly<Record<string, string>> = {
  python: 'python',
  py: 'python',
  python3: 'python',
  javascript: 'javascript',
  js: 'javascript',
  node: 'javascript',
  typescript: 'javascript',
  ts: 'javascript',
  bash: 'bash',
  sh: 'bash',
  shell: 'bash',
  zsh: 'bash',
  json: 'json',
};

/** Names without a grammar that still mark a fence's first line as a language. */
const plain = new Set(['text', 'txt', 'plain', 'csv', 'sql', 'html', 'css', 'yaml', 'toml', 'diff', 'r']);

export function isKnownLanguage(name: string): boolean {
  return Object.hasOwn(grammars, name) || plain.has(name);
}

/** The grammar's name, or undefined where code is drawn without colours. */
export function grammarOf(name: string): string | undefined {
  const key = name.toLowerCase();
  return Object.hasOwn(grammars, key) ? grammars[key] : undefined;
}

/** The language of a file by its name, as far as the page can colour it. */
export function languageOfFile(name: string): string | undefined {
  return grammarOf(name.slice(name.lastIndexOf('.') + 1));
}
