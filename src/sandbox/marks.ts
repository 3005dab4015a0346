/**
 * How a sandbox that slept is checked. After a run a number is set in its kernel and in a file; each is greater than the
 * one before. What bears a smaller number than our table has, or none, has gone back in time. Pure.
 *
 * The code below runs between two runs of the user's: it prints nothing but the answer, makes no name in their namespace,
 * and leaves `_` as it is. (`$?` and `$_` of bash do not outlive a run in any case.)
 */
import { LANGUAGES, type Language } from '../conversation/events.ts';
import type { KernelRow, Losses } from '../ports.ts';
import { HOME } from './files.ts';

/** Hidden, so that it is never sent to the thread. */
const FILE = `${HOME}/.threadbox-mark`;
const NAME = '_threadbox_mark';
const SAY = 'console.log';
/** Nobody needs more of what may not be ours. */
const READ_CHARS = 20;

/** Sets the mark in the kernel and in the file. */
export function setMark(language: Language, mark: number): string {
  switch (language) {
    case 'python':
      return pythonCode(`import sys\nsys.${NAME} = ${mark}\nopen("${FILE}", "w").write("${mark}")`);
    case 'javascript':
      return `void (globalThis[Symbol.for('${NAME}')] = ${mark}, require('fs').writeFileSync('${FILE}', '${mark}'))`;
    case 'bash':
      return `_${NAME}=${mark}$(builtin printf ${mark} >| ${FILE}; builtin true)`;
  }
}

/** Prints the mark of the kernel and the one of the file; a 0 where there is none. */
export function readMarks(language: Language): string {
  switch (language) {
    case 'python': {
      const file = `try: file = open("${FILE}").read(${READ_CHARS})\nexcept OSError: file = "0"`;
      return pythonCode(`import sys\n${file}\nprint(getattr(sys, "${NAME}", 0), file)`);
    }
    case 'javascript': {
      const file = `(() => { try { return require('fs').readFileSync('${FILE}', 'utf8').slice(0, ${READ_CHARS}) } catch { return 0 } })()`;
      return `void ${SAY}(\`\${globalThis[Symbol.for('${NAME}')] ?? 0} \${${file}}\`)`;
    }
    case 'bash':
      return `builtin printf '%s %s' "\${_${NAME}:-0}" "$(head -c ${READ_CHARS} ${FILE} 2>/dev/null || builtin printf 0)"`;
  }
}

/** With a namespace of its own. */
function pythonCode(lines: string): string {
  return `exec(${JSON.stringify(lines)}, {})`;
}

export interface Marks {
  readonly kernel: number;
  readonly file: number;
}

/** What `readMarks` printed; undefined when it is something else: a program may have taken the output for itself. */
export function parseMarks(printed: string): Marks | undefined {
  const [, kernel, file] = /^(\d{1,15}) (\d{1,15})\s*$/.exec(printed) ?? [];
  return kernel === undefined ? undefined : { kernel: Number(kernel), file: Number(file) };
}

/** The next mark of a sandbox. */
export function nextMark(kernels: readonly KernelRow[]): number {
  return Math.max(0, ...kernels.map(({ mark }) => mark)) + 1;
}

/** `found`: what was read in a kernel, 'restarted' where it had to be made anew, nothing where it could not be told. */
export function lossesOf(kernels: readonly KernelRow[], found: ReadonlyMap<Language, Marks | 'restarted'>): Losses {
  const variables = LANGUAGES.filter((language) => {
    const expected = kernels.find((kernel) => kernel.language === language)?.mark ?? 0;
    const seen = found.get(language);
    return seen === 'restarted' || (seen !== undefined && seen.kernel < expected);
  });
  const latest = nextMark(kernels) - 1;
  const files = [...found.values()].some((seen) => seen !== 'restarted' && seen.file < latest);
  return { variables, files };
}
