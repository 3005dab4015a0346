/** Uploads the app has announced: an address for the bytes, then one completion. */
import type { Clock } from '../clock.ts';
import { newId, newSecret } from '../ids.ts';

export interface Upload {
  readonly fileId: string;
  readonly name: string;
  readonly length: number;
  readonly altText: string;
  readonly isSnippet: boolean;
  readonly until: number;
  bytes?: Buffer;
}

export interface Uploads {
  /** The ticket is the secret part of the address. */
  announce(upload: Omit<Upload, 'fileId' | 'until' | 'bytes'>): { readonly ticket: string; readonly upload: Upload };
  byTicket(ticket: string): Upload | undefined;
  /** Takes the upload out: a completion works once. */
  take(fileId: string): Upload | undefined;
  byFile(fileId: string): Upload | undefined;
}

const LIFETIME_MS = 30 * 60_000;
const REMEMBERED = 200;

export function createUploads(clock: Clock): Uploads {
  const known = new Map<string, Upload>();
  const alive = (upload: Upload | undefined) => (upload && upload.until > clock.now() ? upload : undefined);
  const entryOf = (fileId: string) => [...known].find(([, upload]) => upload.fileId === fileId);
  return {
    announce: (announced) => {
      const upload: Upload = { ...announced, fileId: newId('F'), until: clock.now() + LIFETIME_MS };
      const ticket = newSecret();
      known.set(ticket, upload);
      const oldest = known.keys().next().value;
      if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
      return { ticket, upload };
    },
    byTicket: (ticket) => alive(known.get(ticket)),
    byFile: (fileId) => alive(entryOf(fileId)?.[1]),
    take: (fileId) => {
      const entry = entryOf(fileId);
      if (entry) known.delete(entry[0]);
      return alive(entry?.[1]);
    },
  };
}
