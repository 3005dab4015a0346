/** What attached files are called in the sandbox: names come from strangers, and must stay in the home folder. */
import type { InboundFile } from './events.ts';

const NAME_CHARS = 120;
/** Linux takes 255; a number may be added. */
const NAME_BYTES = 200;
const ENDING = /\.[^.\s]{1,10}$/u;

/** The name a file gets in the home folder: what it is called, without what could lead elsewhere, hide it or turn text around. */
export function sandboxName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const safe = last
    .replace(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, '')
    .replace(/^[\s.]+/u, '')
    .trimEnd();
  return safe === '' ? 'file' : shortened(safe);
}

/** Keeps the ending, which says what the file is. */
function shortened(name: string): string {
  if ([...name].length <= NAME_CHARS && Buffer.byteLength(name) <= NAME_BYTES) return name;
  const ending = ENDING.exec(name)?.[0] ?? '';
  const chars = [...name.slice(0, name.length - ending.length)].slice(0, NAME_CHARS - [...ending].length);
  while (Buffer.byteLength(chars.join('') + ending) > NAME_BYTES) chars.pop();
  return chars.join('') + ending;
}

function numbered(name: string, count: number): string {
  const ending = ENDING.exec(name)?.[0] ?? '';
  return `${name.slice(0, name.length - ending.length)} (${count})${ending}`;
}

export type NamedFile = readonly [name: string, file: InboundFile];

/** Each file with the name it gets; a name that is taken gets a number. */
export function named(files: readonly InboundFile[], others: Iterable<string> = []): readonly NamedFile[] {
  const taken = new Set<string>(others);
  return files.map((file) => {
    const wanted = sandboxName(file.name);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = numbered(wanted, count);
    taken.add(name);
    return [name, file] as const;
  });
}
