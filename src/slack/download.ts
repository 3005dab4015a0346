/** Fetching a file that somebody attached. */
import type { WebClient } from '@slack/web-api';
import type { InboundFile } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { DownloadResult } from '../ports.ts';
import { quoted } from './file-names.ts';
import { object, text } from './inbound-json.ts';
import { slackFailure } from './slack-errors.ts';
import { isSlackAddress } from './trusted-host.ts';

export interface DownloadOptions {
  readonly client: WebClient;
  readonly botToken: string;
  readonly apiUrl: string;
  readonly log: Log;
}

const NO_SCOPE = 'Slack did not give it to me. The app may lack the scope files:read; ask whoever runs me.';

/** For the whole of one file. */
const TIMEOUT_MS = 60_000;

/** Why there are no bytes, and what its person can do. */
const GONE: Readonly<Record<NonNullable<InboundFile['gone']>, string>> = {
  deleted: 'it was deleted from Slack. Attach it again.',
  hidden: 'it is older than what the plan of this workspace shows. Attach it again.',
  denied: 'Slack does not let me see it. Download it and attach it here.',
};

function refusal(code: string): string {
  if (code === 'file_not_found' || code === 'file_deleted') return GONE.deleted;
  return code === 'missing_scope' ? NO_SCOPE : GONE.denied;
}

interface Described {
  readonly address: string | undefined;
  /** Only where Slack was asked. */
  readonly name?: string;
  readonly mimetype?: string;
}

export function createDownload({ client, botToken, apiUrl, log }: DownloadOptions) {
  /** Slack only says what a file of another organisation is, and where it lies, when it is asked. */
  async function described(file: InboundFile): Promise<Described> {
    if (file.url) return { address: file.url };
    const info = object((await client.files.info({ file: file.id })).file);
    const [name, mimetype] = [text(info['name']), text(info['mimetype'])];
    return {
      address: text(info['url_private_download']) ?? text(info['url_private']),
      ...(name && { name }),
      ...(mimetype && { mimetype }),
    };
  }

  return async (file: InboundFile, maxBytes: number, signal: AbortSignal): Promise<DownloadResult> => {
    const failed = (why: string): DownloadResult => ({
      ok: false,
      message: `I could not get ${quoted(file.name)}: ${why}`,
    });
    const tooLarge = () => failed(`it is larger than ${size(maxBytes)}. Attach a smaller one.`);
    if (file.gone) return failed(GONE[file.gone]);
    if (file.sizeBytes > maxBytes) return tooLarge();
    try {
      const { address, ...known } = await described(file);
      if (!address) return failed('Slack has no content for it. Attach it again.');
      if (!isSlackAddress(address, apiUrl)) return failed('it is not stored in Slack. Download it and attach it.');
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${botToken}` },
        // A redirect would carry the token to wherever it points.
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      if (response.status !== 200 || isLoginPage(response, file)) {
        await response.body?.cancel();
        log.warn({ file: file.id, status: response.status }, 'a file could not be downloaded');
        if (response.status === 404 || response.status === 410) return failed(GONE.deleted);
        return failed(NO_SCOPE);
      }
      const bytes = await readAtMost(response, maxBytes);
      return bytes ? { ok: true, bytes, ...known } : tooLarge();
    } catch (error) {
      const { kind, code } = slackFailure(error);
      if (!signal.aborted) log.warn({ file: file.id, code }, 'a file could not be downloaded');
      if (kind === 'refused') return failed(refusal(code));
      return failed('Slack did not answer. Try it again.');
    }
  };
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${Math.floor(bytes / 1_000_000)} MB`;
}

/** Without the right scope Slack answers with its sign-in page, and status 200. */
function isLoginPage(response: Response, file: InboundFile): boolean {
  const type = response.headers.get('content-type') ?? '';
  return type.startsWith('text/html') && !file.mimetype.startsWith('text/html');
}

/** Undefined when there is more. What is announced is only a first check: the bytes are counted. */
async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (Number(response.headers.get('content-length') ?? 0) > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
