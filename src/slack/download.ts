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

/** For the whole of one file. */
const TIMEOUT_MS = 60_000;

export function createDownload({ client, botToken, apiUrl, log }: DownloadOptions) {
  /** Slack only says where a file of another organisation lies when it is asked. */
  async function addressOf(file: InboundFile): Promise<string | undefined> {
    if (file.url) return file.url;
    const info = object((await client.files.info({ file: file.id })).file);
    return text(info['url_private_download']) ?? text(info['url_private']);
  }

  return async (file: InboundFile, maxBytes: number, signal: AbortSignal): Promise<DownloadResult> => {
    const failed = (why: string): DownloadResult => ({
      ok: false,
      message: `I could not get ${quoted(file.name)}: ${why}`,
    });
    const tooLarge = () => failed(`it is larger than ${size(maxBytes)}. Attach a smaller one.`);
    if (file.sizeBytes > maxBytes) return tooLarge();
    try {
      const address = await addressOf(file);
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
        return failed('Slack did not give it to me. The app may lack the scope files:read; ask whoever runs me.');
      }
      const bytes = await readAtMost(response, maxBytes);
      return bytes ? { ok: true, bytes } : tooLarge();
    } catch (error) {
      const { code } = slackFailure(error);
      if (!signal.aborted) log.warn({ file: file.id, code }, 'a file could not be downloaded');
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
