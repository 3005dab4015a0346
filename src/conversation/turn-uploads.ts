/** Files that people attached, on their way into the sandbox. */
import type { Sandbox } from '../ports.ts';
import type { InboundFile } from './events.ts';
import type { TurnContext } from './turn-context.ts';

/** An attached file may have at most this many bytes. */
export const MAX_UPLOAD_BYTES = 50_000_000;
const NAME_CHARS = 120;

/** The name a file gets in the sandbox's home folder: what it is called, without what could lead elsewhere. */
export function sandboxName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const safe = last
    .replace(/\p{Cc}/gu, '')
    .replace(/^\.+/, '')
    .trim();
  return safe === '' ? 'file' : shortened(safe);
}

/** Keeps the ending, which says what the file is. */
function shortened(name: string): string {
  const chars = [...name];
  if (chars.length <= NAME_CHARS) return name;
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? '';
  return chars.slice(0, NAME_CHARS - ending.length).join('') + ending;
}

/** Each file with the name it gets; a name that is taken gets a number. */
export function named(files: readonly InboundFile[]): readonly (readonly [name: string, file: InboundFile])[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const wanted = sandboxName(file.name);
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${count}-${wanted}`;
    taken.add(name);
    return [name, file] as const;
  });
}

/** What the model is told of the attached files. */
export function describeFiles(files: readonly InboundFile[]): string {
  const list = named(files).map(
    ([name, file]) => `- ${name} (${file.sizeBytes} bytes, ${file.mimetype || 'unknown type'})`,
  );
  return `Attached files, in /home/user:\n${list.join('\n')}`;
}

/** Puts the turn's files into the sandbox. Resolves with a sentence for each that is not there; never rejects. */
export async function placeFiles(
  { deps, input }: TurnContext,
  sandbox: Sandbox,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [name, file] of named(input.files)) {
    if (signal.aborted) break;
    try {
      const downloaded = await deps.download(file, MAX_UPLOAD_BYTES, signal);
      if (downloaded.ok) await sandbox.put(name, downloaded.bytes, signal);
      else missing.push(`The attached file ${name} is not in the sandbox: ${downloaded.message}`);
    } catch (error) {
      if (signal.aborted) break;
      deps.log.warn({ err: error, file: file.id }, 'an attached file could not be put into the sandbox');
      missing.push(`The attached file ${name} could not be put into the sandbox. Attach it again to retry.`);
    }
  }
  return missing;
}
