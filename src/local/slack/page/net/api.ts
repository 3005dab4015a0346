/** The page's calls to the local Slack server. They never throw: a failure is an answer with a sentence for the person. */
import type { PageAction, PageAnswer, PageBoot, PageHistory, PageThread, PageUpload } from '../../protocol.ts';

export type Loaded<T> =
  | { readonly ok: true; readonly value: T }
  /** `refused`: the server does not let this page in. Otherwise it could not be reached or failed. */
  | { readonly ok: false; readonly refused: boolean; readonly error: string };

/** A browser's `File`, as far as an upload needs it. */
export type NamedBlob = Blob & { readonly name: string };

export interface Api {
  boot(): Promise<Loaded<PageBoot>>;
  history(channel: string, before: string, limit: number): Promise<Loaded<PageHistory>>;
  thread(channel: string, ts: string): Promise<Loaded<PageThread>>;
  act(action: PageAction): Promise<PageAnswer>;
  upload(file: NamedBlob, as: string): Promise<PageUpload>;
}

const unreachable = 'The workspace cannot be reached right now. Is it still running in the terminal?';
const notAllowed = 'This page is not signed in. Open the address that the terminal printed.';

export function createApi(fetcher: typeof fetch): Api {
  return {
    boot: () => load<PageBoot>(fetcher, '/page/boot'),
    history: (channel, before, limit) =>
      load<PageHistory>(fetcher, `/page/history?${new URLSearchParams({ channel, before, limit: String(limit) })}`),
    thread: (channel, ts) => load<PageThread>(fetcher, `/page/thread?${new URLSearchParams({ channel, ts })}`),
    act: async (action) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await load<PageAnswer>(fetcher, '/page/act', {
        method: 'POST',
        headers,
        body: JSON.stringify(action),
      });
      return answer.ok ? answer.value : { ok: false, error: answer.error };
    },
    upload: async (file, as) => {
      const query = new URLSearchParams({ name: file.name, as });
      const headers = { 'content-type': file.type || 'application/octet-stream' };
      const answer = await load<PageUpload>(fetcher, `/page/upload?${query}`, { method: 'POST', headers, body: file });
      return answer.ok ? answer.value : { ok: false, error: answer.error };
    },
  };
}

async function load<T>(fetcher: typeof fetch, path: string, init?: RequestInit): Promise<Loaded<T>> {
  try {
    const response = await fetcher(path, init);
    const text = await response.text();
    const body = parse(text);
    const said = errorOf(body);
    if (response.status === 401 || response.status === 403) {
      return { ok: false, refused: true, error: said ?? (isSentence(text) ? text : notAllowed) };
    }
    if (!response.ok || body === undefined) return { ok: false, refused: false, error: said ?? unreachable };
    if (said !== undefined) return { ok: false, refused: false, error: said };
    return { ok: true, value: body as T };
  } catch {
    return { ok: false, refused: false, error: unreachable };
  }
}

/** Undefined for what is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A refusal may come as one plain sentence. */
function isSentence(text: string): boolean {
  return text.length > 0 && text.length < 300 && !/[<{]/.test(text);
}

function errorOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('ok' in body) || body.ok !== false) return undefined;
  return 'error' in body && typeof body.error === 'string' ? body.error : unreachable;
}
