/** Files that people attached, on their way into the sandbox. */
import type { Sandbox } from '../ports.ts';
import { unlessAborted } from './aborting.ts';
import type { InboundFile } from './events.ts';
import type { TurnContext } from './turn-context.ts';
import { type NamedFile, named, sandboxName } from './turn-file-names.ts';

/** An attached file may have at most this many bytes. */
export const MAX_UPLOAD_BYTES = 50_000_000;
/** Of one turn. */
export const MAX_FILES = 20;
/** Of earlier turns, in all, when they are put back. */
const MAX_RESTORED_BYTES = 50_000_000;
/** For a person, a list of names ends here. */
const NAMES_SHOWN = 10;

/** An attached file that is in the sandbox. */
export interface PlacedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly mimetype: string;
  /** Its columns and first rows, where it is a table. */
  readonly preview?: string;
}

export interface Placed {
  readonly files: readonly PlacedFile[];
  /** A sentence for each that is not there, or is there in part. */
  readonly notes: readonly string[];
}

/** What the model is told of the attached files. What stands in them is theirs: data, not instructions. */
export function describeFiles(files: readonly PlacedFile[]): string {
  const list = files.map(({ name, sizeBytes, mimetype, preview }) => {
    const line = `- ${name} (${sizeBytes} bytes, ${mimetype || 'unknown type'})`;
    return preview ? `${line}\n${preview.replace(/^/gm, '  ')}` : line;
  });
  return `Attached files, in /home/user:\n${list.join('\n')}`;
}

/** The files as Slack describes them, where there is no sandbox to put them into. */
export function namedOnly(files: readonly InboundFile[]): readonly PlacedFile[] {
  return named(files)
    .slice(0, MAX_FILES)
    .map(([name, { sizeBytes, mimetype }]) => ({ name, sizeBytes, mimetype }));
}

function nameList(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** Puts the turn's files into the sandbox, those once more that came since. Never rejects. */
export async function placeFiles(context: TurnContext, sandbox: Sandbox, signal: AbortSignal): Promise<Placed> {
  const known = currentFiles(context);
  const taking = named(known).slice(0, MAX_FILES);
  const pending = taking.filter(([, file]) => !context.placed.has(file.id));
  const files: PlacedFile[] = [];
  const notes: string[] = [];
  for (const [name, file] of pending) {
    if (signal.aborted) break;
    context.placed.add(file.id);
    const names = [...taking.map(([other]) => other), ...files.map((placed) => placed.name)];
    const others = names.filter((other) => other !== name);
    const put = await placeFile(context, sandbox, [name, file], others, signal);
    if ('note' in put) notes.push(put.note);
    else {
      files.push(put);
      if (put.sizeBytes === 0) notes.push(`The attached file ${name} is empty (0 bytes).`);
    }
  }
  const left = known.slice(MAX_FILES).filter(({ id }) => !context.placed.has(id));
  for (const { id } of left) context.placed.add(id);
  if (left.length > 0) {
    const leftNames = nameList(left.map(({ name }) => sandboxName(name)));
    notes.push(`I take ${MAX_FILES} files at once, so these are not in the sandbox: ${leftNames}.`);
  }
  return { files, notes };
}

/** Either copy of a post may lack its files: those of the second may come while the turn is running. */
function currentFiles({ deps, input }: TurnContext): readonly InboundFile[] {
  const ids = new Set(input.files.map(({ id }) => id));
  return [...input.files, ...(deps.filesNow?.() ?? []).filter(({ id }) => !ids.has(id))];
}

async function placeFile(
  { deps }: TurnContext,
  sandbox: Sandbox,
  [name, file]: NamedFile,
  others: readonly string[],
  signal: AbortSignal,
): Promise<PlacedFile | { readonly note: string }> {
  try {
    const downloaded = await deps.download(file, MAX_UPLOAD_BYTES, signal);
    if (!downloaded.ok) return { note: `The attached file ${name} is not in the sandbox: ${downloaded.message}` };
    const { bytes, mimetype = file.mimetype } = downloaded;
    const known = downloaded.name === undefined ? name : nameBeside(others, { ...file, name: downloaded.name });
    await sandbox.put(known, bytes, signal);
    const placed = { name: known, sizeBytes: bytes.length, mimetype };
    const preview = bytes.length > 0 ? await previewOf(sandbox, known, signal) : undefined;
    return preview === undefined ? placed : { ...placed, preview };
  } catch (error) {
    if (!signal.aborted) deps.log.warn({ err: error, file: file.id }, 'an attached file could not be put');
    return { note: `The attached file ${name} could not be put into the sandbox. Attach it again to retry.` };
  }
}

/** What a file is called of which the message only gave the id. */
function nameBeside(others: readonly string[], file: InboundFile): string {
  return named([file], others)[0]?.[0] ?? sandboxName(file.name);
}

const TABLE = /\.(csv|tsv|jsonl|ndjson)$/i;

/** Costs nothing but itself where it fails. */
async function previewOf(sandbox: Sandbox, name: string, signal: AbortSignal): Promise<string | undefined> {
  if (!TABLE.test(name)) return undefined;
  try {
    const preview = await unlessAborted(sandbox.preview(name, signal), signal);
    return typeof preview === 'string' ? preview : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Puts the files of earlier turns into a sandbox that does not have them any more, from Slack's own copies, the latest
 * first; those that are `present` are left alone. Resolves with what the thread should hear of it; never rejects.
 */
export async function restoreFiles(
  { deps }: TurnContext,
  sandbox: Sandbox,
  signal: AbortSignal,
  present: ReadonlySet<string> = new Set(),
): Promise<readonly string[]> {
  const latest = new Map((deps.earlierFiles?.() ?? []).flatMap((files) => named(files).slice(0, MAX_FILES)));
  const back: string[] = [];
  const gone: string[] = [];
  let room = MAX_RESTORED_BYTES;
  for (const [name, file] of [...latest].reverse()) {
    if (signal.aborted) return [];
    if (present.has(name)) continue;
    try {
      const downloaded = room > 0 ? await deps.download(file, room, signal) : undefined;
      const known = downloaded?.ok && downloaded.name ? sandboxName(downloaded.name) : name;
      if (downloaded?.ok) {
        await sandbox.put(known, downloaded.bytes, signal);
        room -= downloaded.bytes.length;
      }
      (downloaded?.ok ? back : gone).push(known);
    } catch (error) {
      deps.log.warn({ err: error, file: file.id }, 'a file of an earlier turn could not be put back');
      gone.push(name);
    }
  }
  return [
    ...(back.length > 0 ? [`Put back into the sandbox: ${nameList(back.reverse())}.`] : []),
    ...(gone.length > 0 ? [`Not put back: ${nameList(gone.reverse())}. Attach what you still need again.`] : []),
  ];
}
