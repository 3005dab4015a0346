/** The files of a message, as Slack describes them. */
import type { InboundFile, Language } from '../conversation/events.ts';
import { languageOf } from './inbound-code.ts';
import { type Json, objects, text } from './inbound-json.ts';

/** Descriptions of files that hold no bytes any more. */
const EMPTY_MODES = new Set<unknown>(['tombstone', 'hidden_by_limit']);

function inboundFile(file: Json): InboundFile | undefined {
  const id = text(file['id']);
  if (!id || EMPTY_MODES.has(file['mode'])) return undefined;
  return {
    id,
    name: text(file['name']) ?? text(file['title']) ?? id,
    mimetype: text(file['mimetype']) ?? 'application/octet-stream',
    sizeBytes: typeof file['size'] === 'number' ? file['size'] : 0,
    // Shared from another organisation, a file is only a stub: then its address is asked for when it is needed.
    url: text(file['url_private_download']) ?? text(file['url_private']) ?? '',
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
