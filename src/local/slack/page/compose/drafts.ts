/** What is being written in each place. Texts survive a reload; uploads live as long as the page. */
import type { PageFile } from '../../protocol.ts';
import type { Storage } from '../storage.ts';

export interface UploadChip {
  readonly key: number;
  readonly name: string;
  readonly sizeBytes: number;
  /** Set once the server has it. */
  readonly file?: PageFile;
  /** Why it did not work, in one sentence. */
  readonly error?: string;
}

export interface Draft {
  readonly text: string;
  readonly uploads: readonly UploadChip[];
}

export interface Drafts {
  get(key: string): Draft;
  update(key: string, change: (draft: Draft) => Draft): void;
  subscribe(listener: () => void): () => void;
  /** A key no other upload chip has. */
  nextChip(): number;
}

const empty: Draft = { text: '', uploads: [] };

export function createDrafts(storage: Storage): Drafts {
  const drafts = new Map<string, Draft>();
  const listeners = new Set<() => void>();
  let chips = 0;
  const get = (key: string): Draft => {
    const known = drafts.get(key);
    if (known) return known;
    const text = storage.get(`draft.${key}`);
    const draft = text === '' ? empty : { text, uploads: [] };
    drafts.set(key, draft);
    return draft;
  };
  return {
    get,
    update: (key, change) => {
      const before = get(key);
      const after = change(before);
      if (after === before) return;
      drafts.set(key, after);
      if (after.text !== before.text) storage.set(`draft.${key}`, after.text);
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nextChip: () => {
      chips += 1;
      return chips;
    },
  };
}

/** What could not be sent comes back in front of what was typed meanwhile. */
export function restored(draft: Draft, unsent: Draft): Draft {
  const text = draft.text === '' ? unsent.text : `${unsent.text}\n${draft.text}`;
  return { text, uploads: [...unsent.uploads, ...draft.uploads] };
}
