/** The languages that a sandbox runs. */

export type Language = 'python' | 'javascript' | 'typescript' | 'bash';

const NAMES: Readonly<Record<string, Language>> = {
  python: 'python',
  js: 'javascript',
  javascript: 'javascript',
  ts: 'typescript',
  typescript: 'typescript',
  bash: 'bash',
};

/** The language of a name as clients write it; undefined for one that is not offered. */
export function languageOf(name: string): Language | undefined {
  const key = name.toLowerCase().trim();
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
}

/** The kernel that runs it: as in E2B, TypeScript goes to the JavaScript kernel. */
export function kernelOf(language: Language): Exclude<Language, 'typescript'> {
  return language === 'typescript' ? 'javascript' : language;
}
