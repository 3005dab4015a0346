/** The files of a message, as Slack describes them. */
import type { InboundFile, Language } from '../conversation/events.ts';
import { languageOf } from './inbound-code.ts';
import { type Json, objects, text } from './inbound-json.ts';

/** Files that are described although there are no bytes of them, by their `mode` or `file_access`. */
const GONE: ReadonlyMap<unknown, NonNullable<InboundFile['gone']>> = new Map([
  ['tombstone', 'deleted'],
  ['file_not_found', 'deleted'],
  ['hidden_by_limit', 'hidden'],
  ['access_denied', 'denied'],
]);

function inboundFile(file: Json): InboundFile | undefined {
  const id = text(file['id']);
  if (!id) return undefined;
  const gone = GONE.get(file['mode']) ?? GONE.get(file['file_access']);
  return {
    id,
    name: text(file['name']) ?? text(file['title']) ?? id,
    mimetype: text(file['mimetype']) ?? 'application/octet-stream',
    sizeBytes: typeof file['size'] === 'number' ? file['size'] : 0,
    // Shared from another organisation, a file is only a stub: then its address is asked for when it is needed.
    url: text(file['url_private_download']) ?? text(file['url_private']) ?? '',
    ...(gone && { gone }),
  };
}

export function inboundFiles(files: unknown): readonly InboundFile[] {
  return objects(files).flatMap((file) => inboundFile(file) ?? []);
}

/** The one file of a message if it is a code snippet (Slack's own, made with "Create a text snippet") in a language we run. */
export function onlySnippet(files: unknown): { readonly file: InboundFile; readonly language: Language } | undefined {
  const [only, ...more] = objects(files);
  if (!only || more.length > 0 || only['mode'] !== 'snippet') return undefined;
  const file = inboundFile(only);
  const language = languageOf(text(only['filetype']) ?? '');
  return file && language ? { file, language } : undefined;
}
