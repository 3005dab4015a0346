/** The Replies port on Slack. */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { Task, ThreadRef, TurnId } from '../conversation/events.ts';
import type { Progress } from '../conversation/progress.ts';
import type { Log } from '../log.ts';
import type { OpenThreadResult, Replies, Reply } from '../ports.ts';
import { createDownload } from './download.ts';
import { escapeMrkdwn } from './mrkdwn.ts';
import type { EditScheduler } from './paced-editor.ts';
import { type Content, createPoster } from './post.ts';
import { renderHelp } from './render-help.ts';
import { renderTaskRoot } from './render-notices.ts';
import { type ReplyParts, rendered, SlackReply } from './reply.ts';
import type { ResponseUrls } from './response-urls.ts';
import { isNotInChannel, type SlackFailure, slackFailure } from './slack-errors.ts';
import { createUpload } from './upload.ts';

export interface RepliesOptions {
  /** Must not retry by itself, and must reject rate-limited calls. */
  readonly client: WebClient;
  readonly botToken: string;
  /** With the slash at the end. */
  readonly apiUrl: string;
  /** The bot's handle, for `/invite @…`. */
  readonly botName: string;
  readonly scheduler: EditScheduler;
  readonly responseUrls: ResponseUrls;
  readonly clock: Clock;
  readonly log: Log;
}

/** The first message of a turn: a person waits for it. */
const ANSWER_ATTEMPTS = 6;
const NOTICE_ATTEMPTS = 3;

/** The turn has no message: nothing could be posted. `code` is Slack's. */
export class CannotPostError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`Slack did not take the message (${code})`);
    this.name = 'CannotPostError';
    this.code = code;
  }
}

function plain(text: string): Content {
  return { text, blocks: [] };
}

class SlackReplies implements Replies {
  readonly download: Replies['download'];
  private readonly options: RepliesOptions;
  private readonly parts: ReplyParts;

  constructor(options: RepliesOptions) {
    const { client, scheduler, clock, log } = options;
    this.options = options;
    const post = createPoster(client, clock, log);
    const notice = (thread: ThreadRef, text: string) => this.notice(thread, text);
    this.parts = { client, scheduler, clock, log, post, upload: createUpload(options), notice };
    this.download = createDownload(options);
  }

  async begin(thread: ThreadRef, turn: TurnId, first: Progress): Promise<Reply> {
    const posted = await this.parts.post({
      channel: thread.channel,
      threadTs: thread.threadTs,
      content: rendered(first, 'full', this.parts),
      simpler: rendered(first, 'simple', this.parts),
      about: { turn, kind: 'answer' },
      attempts: ANSWER_ATTEMPTS,
    });
    if (!posted.ok) throw new CannotPostError(posted.failure.code);
    return new SlackReply(this.parts, thread, posted, first);
  }

  async notice(thread: ThreadRef, text: string): Promise<void> {
    await this.say(thread, plain(escapeMrkdwn(text)), 'notice');
  }

  async help(channel: string, user: string, thread: ThreadRef | null): Promise<void> {
    if (thread) await this.say(thread, renderHelp(), 'help');
    else await this.sayPrivately(channel, user, null, renderHelp());
  }

  async whisper(channel: string, user: string, thread: ThreadRef | null, text: string): Promise<void> {
    await this.sayPrivately(channel, user, thread, plain(escapeMrkdwn(text)));
  }

  async openThread(channel: string, user: string, task: Task, signal: AbortSignal): Promise<OpenThreadResult> {
    const content = renderTaskRoot({ user, task });
    const posted = await this.parts.post(
      {
        channel,
        threadTs: null,
        content,
        simpler: plain(content.text),
        about: { kind: 'root' },
        attempts: NOTICE_ATTEMPTS,
      },
      signal,
    );
    return posted.ok ? { ok: true, threadTs: posted.ts } : this.notOpened(posted.failure, channel);
  }

  private notOpened(failure: SlackFailure, channel: string): OpenThreadResult {
    const { botName } = this.options;
    if (isNotInChannel(failure)) {
      const message = channel.startsWith('D')
        ? `I cannot write in this conversation. Open a direct message with @${botName} and ask there.`
        : `I am not in this channel. Write \`/invite @${botName}\` first, then run it again.`;
      return { ok: false, reason: 'not-in-channel', message };
    }
    const message =
      failure.code === 'is_archived'
        ? 'This channel is archived, so I cannot write here.'
        : failure.kind === 'refused'
          ? `Slack does not let me write in this channel (${failure.code}).`
          : 'Slack did not take my message. Try it again in a minute.';
    return { ok: false, reason: 'other', message };
  }

  /** A reply that is not edited any more. Never rejects. */
  private async say({ channel, threadTs }: ThreadRef, content: Content, kind: 'notice' | 'help'): Promise<void> {
    const posted = await this.parts.post({
      channel,
      threadTs,
      content,
      simpler: plain(content.text),
      about: { kind },
      attempts: NOTICE_ATTEMPTS,
    });
    if (!posted.ok) this.parts.log.error({ channel, kind, code: posted.failure.code }, 'a reply was given up');
  }

  /** To one person only. Never rejects. */
  private async sayPrivately(channel: string, user: string, thread: ThreadRef | null, content: Content): Promise<void> {
    const { client, responseUrls, log } = this.options;
    const { text } = content;
    const blocks = [...content.blocks];
    // What answers a command goes the way the command gave us: it works where we are no member.
    if (!thread && (await responseUrls.respond(channel, user, { text, ...(blocks.length > 0 && { blocks }) }))) return;
    try {
      const threadTs = thread?.threadTs;
      await client.chat.postEphemeral({ channel, user, text, blocks, ...(threadTs && { thread_ts: threadTs }) });
    } catch (error) {
      log.warn({ channel, code: slackFailure(error).code }, 'a private answer could not be shown');
    }
  }
}

export function createReplies(options: RepliesOptions): Replies {
  return new SlackReplies(options);
}
