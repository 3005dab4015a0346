/** What a run leaves for the thread: figures, new files, and whatever the message is too small for. */
import { createHash } from 'node:crypto';
import type { Sandbox } from '../ports.ts';
import {
  changedFiles,
  type FileStamp,
  figuresOf,
  type LeftOut,
  MAX_ARTIFACT_BYTES,
  MAX_ARTIFACTS,
  mimetypeOf,
  withoutDuplicates,
} from '../sandbox/artifacts.ts';
import { ABORTED, unlessAborted } from './aborting.ts';
import { codeFileName, codeNeedsFile } from './code-file.ts';
import type { Artifact, Attachment, Code, RunResult, TurnEvent } from './events.ts';
import { appendOutput, emptyOutput, needsFile, outputFileName } from './output.ts';
import { type KeptOutput, outputExcerpt } from './output-kept.ts';
import type { TurnContext } from './turn-context.ts';
import { listFiles } from './turn-sandbox.ts';

export interface FinishedRun {
  readonly step: number;
  readonly code: Code;
  readonly result: RunResult;
  /** What was printed, clean. */
  readonly output: KeptOutput;
}

/** Names listed in a note before it says "and n more". */
const NAMED = 5;

/** Hands the run's files to the thread. Returns the names of what the code itself made. */
export async function* sendArtifacts(
  context: TurnContext,
  sandbox: Sandbox,
  run: FinishedRun,
): AsyncGenerator<TurnEvent, readonly string[], undefined> {
  const { files, notes } = await newFiles(context, sandbox, run.result);
  const figures = figuresOf(run.result.results, context.figures + 1);
  context.figures += figures.length;
  const made = withoutDuplicates([...figures, ...files]).filter((artifact) => isNew(context.sent, artifact));
  const artifacts: readonly Attachment[] = [...made, ...overflow(run)];
  if (artifacts.length > 0) {
    context.deps.attach(artifacts);
    yield { type: 'artifacts.found', at: context.now(), names: artifacts.map(({ name }) => name) };
  }
  for (const text of notes) yield { type: 'turn.note', at: context.now(), text };
  return made.map(({ name }) => name);
}

/** The code and the output that the message cannot show whole. */
function overflow({ step, code, output }: FinishedRun): readonly Attachment[] {
  return [
    ...(codeNeedsFile(code) ? [textFile(codeFileName(step, code.language), code.source)] : []),
    ...(isLong(output) ? [outputFile(outputFileName(step), output)] : []),
  ];
}

function textFile(name: string, content: string): Artifact {
  return { name, mimetype: mimetypeOf(name), bytes: new TextEncoder().encode(content) };
}

/** Where the disk did not take all of it, the file says what is missing. */
function outputFile(name: string, output: KeptOutput): Attachment {
  if (output.whole) return { name, mimetype: mimetypeOf(name), file: output.whole };
  return textFile(name, output.leftOutBytes > 0 ? outputExcerpt(output) : output.text);
}

function isLong({ text, leftOutBytes }: KeptOutput): boolean {
  return leftOutBytes > 0 || needsFile(appendOutput(emptyOutput(), text));
}

/** Whether these bytes have not been sent under this name before in this turn. */
function isNew(sent: Set<string>, { name, bytes }: Artifact): boolean {
  const digest = `${name}\n${createHash('sha256').update(bytes).digest('base64')}`;
  if (sent.has(digest)) return false;
  sent.add(digest);
  return true;
}

interface NewFiles {
  readonly files: readonly Artifact[];
  readonly notes: readonly string[];
}

/** Fetches what was written since the last listing. After a stop or a loss nothing is asked of the sandbox. */
async function newFiles(context: TurnContext, sandbox: Sandbox, result: RunResult): Promise<NewFiles> {
  const before = context.listing;
  if (context.signal.aborted || result.kind === 'lost') return { files: [], notes: [] };
  const after = await listFiles(context, sandbox, context.signal);
  context.listing = after;
  if (!before || !after) return { files: [], notes: [] };
  const { send, leftOut } = changedFiles(before, after);
  const files: Artifact[] = [];
  const unread: string[] = [];
  for (const stamp of send) {
    const bytes = await fetchFile(context, sandbox, stamp);
    if (bytes === ABORTED) break;
    if (bytes) files.push(toArtifact(stamp.path, bytes, files));
    else unread.push(stamp.path);
  }
  return { files, notes: leftOutNotes(leftOut, unread) };
}

async function fetchFile(
  { deps, signal }: TurnContext,
  sandbox: Sandbox,
  { path }: FileStamp,
): Promise<Uint8Array | undefined | typeof ABORTED> {
  try {
    return await unlessAborted(sandbox.get(path, MAX_ARTIFACT_BYTES, signal), signal);
  } catch (error) {
    deps.log.warn({ err: error }, 'a file of the sandbox could not be read');
    return undefined;
  }
}

function toArtifact(path: string, bytes: Uint8Array, others: readonly Artifact[]): Artifact {
  const base = path.split('/').at(-1) ?? path;
  const name = others.some((other) => other.name === base) ? path.replaceAll('/', '-') : base;
  const mimetype = mimetypeOf(name);
  const altText = `The image ${name}, made by the code`;
  return { name, mimetype, bytes, ...(mimetype.startsWith('image/') && { altText }) };
}

/** A sentence for each reason why files stayed behind. */
function leftOutNotes(leftOut: readonly LeftOut[], unread: readonly string[]): readonly string[] {
  const paths = (reason: LeftOut['reason']) => leftOut.filter((file) => file.reason === reason).map(({ path }) => path);
  const sentence = (files: readonly string[], why: string): readonly string[] =>
    files.length === 0 ? [] : [`Left in the sandbox (${why}): ${listed(files)}.`];
  return [
    ...sentence(paths('too-large'), `over ${MAX_ARTIFACT_BYTES / 1_000_000} MB`),
    ...sentence(paths('too-many'), `more than ${MAX_ARTIFACTS} files in one run`),
    ...sentence(unread, 'could not be read'),
  ];
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, NAMED).join(', ');
  return paths.length > NAMED ? `${shown} and ${paths.length - NAMED} more` : shown;
}
