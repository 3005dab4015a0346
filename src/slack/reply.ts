/** One turn's message: it stands at once, shows the newest state at the shared pace, and ends with the last one. */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { Attachment, ThreadRef } from '../conversation/events.ts';
import type { Progress } from '../conversation/progress.ts';
import type { Log } from '../log.ts';
import type { Ending, Reply } from '../ports.ts';
import type { EditScheduler, Edits, SendResult } from './paced-editor.ts';
import type { Content, Poster } from './post.ts';
import { type RenderedMessage, render } from './render.ts';
import { renderSimple } from './render-simple.ts';
import { newsOf } from './reply-news.ts';
import { isContentRefused, type SlackFailure, slackFailure } from './slack-errors.ts';

/** The last state, where the message that should have shown it is gone: it must land. */
const FINAL_ATTEMPTS = 20;

export interface ReplyParts {
  readonly client: WebClient;
  readonly scheduler: EditScheduler;
  readonly clock: Clock;
  readonly log: Log;
  readonly post: Poster;
  readonly upload: (attachments: readonly Attachment[], thread: ThreadRef) => Promise<readonly string[]>;
  readonly notice: (thread: ThreadRef, text: string) => Promise<void>;
}

/** A rendering that fails is a bug of ours; it must not take the turn with it. */
export function rendered(progress: Progress, how: 'full' | 'simple', { clock, log }: ReplyParts): RenderedMessage {
  try {
    return (how === 'full' ? render : renderSimple)(progress, clock.now());
  } catch (error) {
    log.error({ err: error, turn: progress.turn }, 'a state could not be rendered');
    const text = progress.outcome ? 'This turn has ended, but I cannot show how.' : 'Working on it…';
    return { text, blocks: [], files: [] };
  }
}

function sameContent(a: Content, b: Content): boolean {
  return a.text === b.text && JSON.stringify(a.blocks) === JSON.stringify(b.blocks);
}

export class SlackReply implements Reply {
  messageTs: string;
  private readonly parts: ReplyParts;
  private readonly thread: ThreadRef;
  private latest: Progress;
  /** Slack refused the full rendering of this message once. */
  private isSimple = false;
  private readonly edits: Edits;
  private finished: Promise<Ending> | undefined;

  constructor(parts: ReplyParts, thread: ThreadRef, posted: { ts: string; content: Content }, first: Progress) {
    this.parts = parts;
    this.thread = thread;
    this.messageTs = posted.ts;
    this.latest = first;
    this.edits = parts.scheduler.open<Content>(
      {
        compose: () => rendered(this.latest, this.isSimple ? 'simple' : 'full', parts),
        same: sameContent,
        send: (content) => this.update(content),
      },
      posted.content,
    );
  }

  show(progress: Progress): void {
    if (this.finished !== undefined) return;
    const news = newsOf(this.latest, progress);
    this.latest = progress;
    this.edits.changed(news);
  }

  finish(progress: Progress): Promise<Ending> {
    this.finished ??= this.land(progress);
    return this.finished;
  }

  attach(attachments: readonly Attachment[]): Promise<readonly string[]> {
    return this.parts.upload(attachments, this.thread);
  }

  private async land(progress: Progress): Promise<Ending> {
    this.latest = progress;
    // What was refused of an earlier state may be fine by now.
    this.isSimple = false;
    const result = await this.edits.finish();
    if (result === 'closed') {
      this.parts.log.warn({ turn: progress.turn }, 'the last state of a turn had not landed when the bot stopped');
      return 'left';
    }
    if (result === 'gone' && !(await this.postAnew(progress))) return 'settled';
    await this.attachWhatWasCut(rendered(progress, this.isSimple ? 'simple' : 'full', this.parts).files);
    return 'settled';
  }

  /** The message is gone, or cannot be edited: the last state becomes a new one. False if that cannot be posted either. */
  private async postAnew(progress: Progress): Promise<boolean> {
    const simpler = rendered(progress, 'simple', this.parts);
    const posted = await this.parts.post({
      channel: this.thread.channel,
      threadTs: this.thread.threadTs,
      content: rendered(progress, 'full', this.parts),
      simpler,
      about: { turn: progress.turn, kind: 'answer' },
      attempts: FINAL_ATTEMPTS,
    });
    if (posted.ok) {
      this.messageTs = posted.ts;
      this.isSimple = posted.content === simpler;
    } else {
      const { channel } = this.thread;
      const fields = { turn: progress.turn, channel, code: posted.failure.code };
      this.parts.log.error(fields, 'the last state of a turn could not be shown anywhere');
    }
    return posted.ok;
  }

  /** The message names these files. */
  private async attachWhatWasCut(files: RenderedMessage['files']): Promise<void> {
    const artifacts = files.map(({ name, text }) => ({ name, mimetype: 'text/plain', bytes: Buffer.from(text) }));
    const sentences = artifacts.length > 0 ? await this.attach(artifacts) : [];
    if (sentences.length > 0) await this.parts.notice(this.thread, sentences.join('\n'));
  }

  private async update(content: Content): Promise<SendResult> {
    const { client, log } = this.parts;
    try {
      const { text, blocks } = content;
      await client.chat.update({ channel: this.thread.channel, ts: this.messageTs, text, blocks: [...blocks] });
      return { kind: 'landed' };
    } catch (error) {
      const failure = slackFailure(error);
      log.warn({ channel: this.thread.channel, code: failure.code }, 'an edit did not succeed');
      return this.afterFailure(failure);
    }
  }

  private afterFailure(failure: SlackFailure): SendResult {
    if (failure.kind === 'limited') return { kind: 'limited', retryAfterMs: failure.retryAfterMs };
    if (failure.kind === 'unclear') return { kind: 'failed' };
    if (!isContentRefused(failure) || this.isSimple) return { kind: 'gone' };
    this.isSimple = true;
    return { kind: 'refused' };
  }
}
