/** What a run leaves behind for the thread: new files, displayed figures, each once. Pure. */
import type { Artifact, RichResult } from '../conversation/events.ts';
import { type Look, lookOf, sameLook } from './artifacts-likeness.ts';

/** More than a handful is a data set, not an answer. */
export const MAX_ARTIFACTS = 10;
export const MAX_ARTIFACT_BYTES = 20_000_000;

/** A file as a listing shows it. */
export interface FileStamp {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface LeftOut {
  readonly path: string;
  readonly reason: 'too-large' | 'too-many';
}

export interface ChangedFiles {
  readonly send: readonly FileStamp[];
  readonly leftOut: readonly LeftOut[];
}

/** Files that are new or were written between two listings: those to send, and those past the caps. Empty ones are neither. */
export function changedFiles(before: readonly FileStamp[], after: readonly FileStamp[]): ChangedFiles {
  const known = new Map(before.map((file) => [file.path, file]));
  const changed = after.filter((file) => file.sizeBytes > 0 && differs(known.get(file.path), file));
  const fitting = changed.filter((file) => file.sizeBytes <= MAX_ARTIFACT_BYTES).sort(nearestFirst);
  const tooLarge = changed.filter((file) => file.sizeBytes > MAX_ARTIFACT_BYTES);
  return {
    send: fitting.slice(0, MAX_ARTIFACTS),
    leftOut: [
      ...tooLarge.map(({ path }): LeftOut => ({ path, reason: 'too-large' })),
      ...fitting.slice(MAX_ARTIFACTS).map(({ path }): LeftOut => ({ path, reason: 'too-many' })),
    ],
  };
}

function differs(before: FileStamp | undefined, after: FileStamp): boolean {
  return before === undefined || before.sizeBytes !== after.sizeBytes || before.modifiedMs !== after.modifiedMs;
}

/** What lies at the top was meant to be found. */
function nearestFirst(a: FileStamp, b: FileStamp): number {
  return depth(a.path) - depth(b.path) || (a.path < b.path ? -1 : 1);
}

function depth(path: string): number {
  return path.split('/').length;
}

type FigureFormat = 'png' | 'jpeg' | 'svg' | 'pdf';

/** In the order of what Slack shows best. */
const FIGURE_FORMATS: readonly FigureFormat[] = ['png', 'jpeg', 'svg', 'pdf'];
const EXTENSION: Readonly<Record<FigureFormat, string>> = { png: 'png', jpeg: 'jpg', svg: 'svg', pdf: 'pdf' };
const FIGURE_NAME = /^figure-\d+\.(png|jpg|svg|pdf)$/;

/** The displayed figures, one file each, named figure-N from `startIndex` on. */
export function figuresOf(results: readonly RichResult[], startIndex: number): readonly Artifact[] {
  const figures: Artifact[] = [];
  for (const result of results) {
    const format = FIGURE_FORMATS.find((name) => result[name] !== undefined && result[name].length > 0);
    const content = format && result[format];
    if (!format || content === undefined) continue;
    const number = startIndex + figures.length;
    const name = `figure-${number}.${EXTENSION[format]}`;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    figures.push({
      name,
      mimetype: mimetypeOf(name),
      bytes,
      ...(format !== 'pdf' && { altText: altText(number, result) }),
    });
  }
  return figures;
}

/** A figure's own text is mostly its object's address; the rare real words are worth hearing. */
function altText(number: number, { text }: RichResult): string {
  const words = text?.trim() ?? '';
  const said = words === '' || words.startsWith('<') || words.startsWith('[') ? '' : `: ${words.slice(0, 200)}`;
  return `Figure ${number}, drawn by the code${said}`;
}

/** Each file once: of two that are the same the one with a name of its own stays, else the first. Order is kept. */
export function withoutDuplicates(artifacts: readonly Artifact[]): readonly Artifact[] {
  const looks = new Map<Artifact, Look | undefined>();
  const look = (artifact: Artifact): Look | undefined => {
    if (!looks.has(artifact)) looks.set(artifact, lookOf(artifact.bytes));
    return looks.get(artifact);
  };
  const kept: Artifact[] = [];
  for (const artifact of artifacts) {
    const at = kept.findIndex((other) => isSame(other, artifact, look));
    const other = kept[at];
    if (other === undefined) kept.push(artifact);
    else if (isGenerated(other) && !isGenerated(artifact)) kept[at] = artifact;
  }
  return kept;
}

function isGenerated(artifact: Artifact): boolean {
  return FIGURE_NAME.test(artifact.name);
}

/** The same bytes; or a displayed figure beside the file it was saved to. */
function isSame(a: Artifact, b: Artifact, look: (artifact: Artifact) => Look | undefined): boolean {
  if (Buffer.compare(a.bytes, b.bytes) === 0) return true;
  if (isGenerated(a) === isGenerated(b) || a.mimetype !== 'image/png' || b.mimetype !== 'image/png') return false;
  const [one, other] = [look(a), look(b)];
  return one !== undefined && other !== undefined && sameLook(one, other);
}

const MIMETYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
  pdf: 'application/pdf',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  txt: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  html: 'text/html',
  json: 'application/json',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  py: 'text/x-python',
  js: 'text/javascript',
  sh: 'application/x-sh',
  zip: 'application/zip',
  gz: 'application/gzip',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  parquet: 'application/vnd.apache.parquet',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
};

/** The media type that a name's ending suggests. */
export function mimetypeOf(name: string): string {
  const ending = /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return (Object.hasOwn(MIMETYPES, ending) ? MIMETYPES[ending] : undefined) ?? 'application/octet-stream';
}
