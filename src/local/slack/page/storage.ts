/** What the page keeps between visits. A browser that refuses storage just forgets. */
import type { Remembered } from './state/state.ts';

export interface Storage {
  readonly get: (key: string) => string;
  readonly set: (key: string, value: string) => void;
}

/** The part of the browser's `localStorage` that is used. */
export interface KeyValue {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const prefix = 'threadbox.';

/** An empty value removes the key. */
export function openStorage(inner: KeyValue): Storage {
  return {
    get: (key) => {
      try {
        return inner.getItem(prefix + key) ?? '';
      } catch {
        return '';
      }
    },
    set: (key, value) => {
      try {
        if (value === '') inner.removeItem(prefix + key);
        else inner.setItem(prefix + key, value);
      } catch {
        // Full or forbidden: the page works without it.
      }
    },
  };
}

export function recall(storage: Storage, nowSeconds: number): Omit<Remembered, 'place'> {
  const since = storage.get('since') || nowSeconds.toFixed(6);
  storage.set('since', since);
  return { me: storage.get('me'), read: readMarks(storage.get('read')), readSince: since };
}

function readMarks(stored: string): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(stored || '{}');
    const entries = Object.entries(value ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}
