/**
 * Files into a thread, by Slack's three steps, which we take ourselves: the SDK's helper sends the bot token to the
 * upload address, names the alternative text wrongly, and cannot tell an unclear end from a failure.
 *
 * Announcing a file and sending its bytes may be repeated freely. Completing is done once: it shares the files, and
 * after an unclear answer only looking tells whether it did.
 */
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { Attachment, ThreadRef } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Cooling } from './cooling.ts';
import { fileName, quoted } from './file-names.ts';
import { createGate, type Gate } from './gate.ts';
import { object, objects, text } from './inbound-json.ts';
import { type SlackFailure, slackFailure } from './slack-errors.ts';
import { isSlackAddress } from './trusted-host.ts';

export interface UploadOptions {
  readonly client: WebClient;
  readonly apiUrl: string;
  readonly cooling: Cooling;
  readonly clock: Clock;
  readonly log: Log;
  /** A message of ours, with files, stands in that thread. */
  readonly onPosted: (channel: string, threadTs: string | null) => void;
}

/** Slack takes more; a reader does not. */
export const MAX_UPLOAD_BYTES = 50_000_000;
/** `alt_txt`: Slack's limit in characters. */
const MAX_ALT_CHARS = 1_000;
/** Files that are sent at once and shared in one message. */
const GROUP = 10;
const ATTEMPTS = 4;
const SEND_TIMEOUT_MS = 120_000;
/** Files under way at once, all threads together: each is a connection, and its bytes are in memory. [ours] */
const AT_ONCE = 4;
/** Sharing happens some time after completing: Slack scans files first. */
const LOOK_AFTER_MS = [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000];

/** Refusals that a person can do something about. */
const REFUSALS: Readonly<Record<string, string>> = {
  file_uploads_disabled: 'this workspace does not allow uploads. Ask its admins.',
  file_type_not_allowed:
    'this workspace does not allow files of that type. Ask its admins, or ask me for another format.',
  file_upload_size_restricted: 'it is larger than this workspace allows. Ask me for a smaller one.',
  missing_scope: 'the app lacks the scope files:write. Ask whoever runs me.',
  not_in_channel: 'I am not in this channel any more. Invite me again.',
  is_archived: 'this channel is archived.',
};

function refusal(name: string, failure: SlackFailure): string {
  const why =
    REFUSALS[failure.code] ?? (failure.kind === 'refused' ? `Slack refused it (${failure.code}).` : undefined);
  return `I could not upload ${quoted(name)}: ${why ?? 'Slack did not answer. Ask me to send it again.'}`;
}

function sizeOf(artifact: Attachment): number {
  return 'file' in artifact ? artifact.file.size : artifact.bytes.byteLength;
}

type Sent = { readonly id: string; readonly artifact: Attachment } | { readonly sentence: string };

class UploadFailed extends Error {}

class Uploads {
  private readonly options: UploadOptions;
  private readonly gate: Gate = createGate(AT_ONCE);
  private readonly cooling: Cooling;

  constructor(options: UploadOptions) {
    this.options = options;
    this.cooling = options.cooling;
  }

  /** Repeats what may be repeated. Rejects with the last error. */
  private async repeated<T>(call: () => Promise<T>): Promise<T> {
    const { clock, log } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await call();
      } catch (error) {
        const failure = slackFailure(error);
        if (failure.kind !== 'unclear' || attempt === ATTEMPTS) throw error;
        log.warn({ code: failure.code, attempt }, 'a step of an upload did not succeed yet');
        await pause(clock, 500 * 2 ** attempt);
      }
    }
  }

  /** Steps one and two. Resolves with the file's id, or the sentence for the person. */
  async send(artifact: Attachment): Promise<Sent> {
    const { name } = artifact;
    const size = sizeOf(artifact);
    if (size === 0) return { sentence: `${quoted(name)} is empty, and Slack takes no empty files.` };
    if (size > MAX_UPLOAD_BYTES) {
      return { sentence: `${quoted(name)} is larger than ${MAX_UPLOAD_BYTES / 1_000_000} MB, so I did not upload it.` };
    }
    try {
      return { id: await this.gate(() => this.repeated(() => this.announceAndSend(artifact))), artifact };
    } catch (error) {
      this.options.log.warn({ code: slackFailure(error).code }, 'a file could not be uploaded');
      return { sentence: refusal(name, slackFailure(error)) };
    }
  }

  private async announceAndSend(artifact: Attachment): Promise<string> {
    const { client, apiUrl } = this.options;
    const { name, mimetype } = artifact;
    const altText = 'altText' in artifact ? artifact.altText : undefined;
    const method = 'files.getUploadURLExternal';
    const args = {
      filename: fileName(name),
      length: sizeOf(artifact),
      // On anything but an image the alternative text makes the sharing fail without a word.
      ...(altText &&
        mimetype.startsWith('image/') && { alt_txt: Array.from(altText).slice(0, MAX_ALT_CHARS).join('') }),
    };
    const answer = await this.cooling.call(method, () => client.apiCall(method, args));
    const announced = object(answer);
    const [address, id] = [text(announced['upload_url']), text(announced['file_id'])];
    if (!address || !id || !isSlackAddress(address, apiUrl)) throw new UploadFailed('no usable upload address');
    const response = await fetch(address, {
      method: 'POST',
      // The address is the permission: the bot token stays here.
      headers: { 'content-type': 'application/octet-stream' },
      // A long text is read from the disk as it is sent.
      body: 'file' in artifact ? artifact.file : artifact.bytes,
      redirect: 'error',
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    });
    await response.body?.cancel();
    if (response.status !== 200) throw new UploadFailed(`status ${response.status}`);
    return id;
  }

  /** Step three for files that were sent, and looking whether they arrived. Resolves with sentences. */
  async complete(
    files: readonly { id: string; artifact: Attachment }[],
    thread: ThreadRef,
  ): Promise<readonly string[]> {
    const { client, log, onPosted } = this.options;
    if (files.length === 0) return [];
    const method = 'files.completeUploadExternal';
    const args = {
      files: files.map(({ id, artifact }) => ({ id, title: fileName(artifact.name) })),
      channel_id: thread.channel,
      ...(thread.threadTs !== null && { thread_ts: thread.threadTs }),
    };
    // A limit says that nothing was done: the one case in which it is asked again.
    const failure = await outcome(() => this.cooling.call(method, () => client.apiCall(method, args)));
    if (failure && failure.kind !== 'unclear') return files.map(({ artifact }) => refusal(artifact.name, failure));
    const missing = await this.notShared(files, thread.channel);
    onPosted(thread.channel, thread.threadTs);
    if (missing.length > 0) log.warn({ missing: missing.length, code: failure?.code }, 'uploaded files did not appear');
    return missing.map(({ artifact }) => `${quoted(artifact.name)} was sent to Slack and has not appeared here yet.`);
  }

  private async notShared<F extends { readonly id: string }>(files: readonly F[], channel: string): Promise<F[]> {
    let missing = [...files];
    for (const delayMs of LOOK_AFTER_MS) {
      await pause(this.options.clock, delayMs);
      const shared = await Promise.all(missing.map(({ id }) => this.isShared(id, channel)));
      missing = missing.filter((_file, index) => !shared[index]);
      if (missing.length === 0) break;
    }
    return missing;
  }

  private async isShared(id: string, channel: string): Promise<boolean> {
    try {
      const { file } = await this.cooling.call('files.info', () => this.options.client.files.info({ file: id }));
      return Object.values(object(file?.shares)).some((shares) => objects(object(shares)[channel]).length > 0);
    } catch {
      // Whatever it is, the next look tells.
      return false;
    }
  }
}

async function outcome(call: () => Promise<unknown>): Promise<SlackFailure | undefined> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return slackFailure(error);
  }
}

/** Sends artifacts to a thread, ten to a message. Never rejects: resolves with a sentence for each that did not arrive. */
export function createUpload(options: UploadOptions) {
  const uploads = new Uploads(options);
  return async (artifacts: readonly Attachment[], thread: ThreadRef): Promise<readonly string[]> => {
    const sentences: string[] = [];
    for (let start = 0; start < artifacts.length; start += GROUP) {
      const sent = await Promise.all(artifacts.slice(start, start + GROUP).map((artifact) => uploads.send(artifact)));
      sentences.push(...sent.flatMap((one) => ('sentence' in one ? one.sentence : [])));
      sentences.push(
        ...(await uploads.complete(
          sent.filter((one) => 'id' in one),
          thread,
        )),
      );
    }
    return sentences;
  };
}
