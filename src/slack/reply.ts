/** One turn's message: it stands at once, shows the newest state at the shared pace, and ends with the last one. */
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { Attachment, ThreadRef } from '../conversation/events.ts';
import type { Progress } from '../conversation/progress.ts';
import type { Log } from '../log.ts';
import type { Ending, Replies, Reply } from '../ports.ts';
import { type Form, plainer } from './forms.ts';
import type { EditScheduler, Edits } from './paced-editor.ts';
import type { SendResult } from './paced-editor-message.ts';
import type { Content, Poster } from './post.ts';
import type { RefusedBlocks } from './refused-blocks.ts';
import type { RenderedMessage } from './render-shown.ts';
import { assistantStatus, statusActivity } from './render-status.ts';
import { isActivityOnly, newsOf } from './reply-news.ts';
import { isContentRefused, type SlackFailure, slackFailure } from './slack-errors.ts';
import type { Statuses, ThreadStatus } from './statuses.ts';
import { bodyOf, createView, type View } from './view.ts';

/** The last state, where the message that should have shown it is gone: it must land. */
const FINAL_ATTEMPTS = 20;
/** So few turns have slots to spare. */
const FEW_TURNS = 5;
/** A message that changes less often leaves the time that passes to the status. */
const SLOW_MS = 4_000;
const REMOVE_ATTEMPTS = 3;
const REMOVE_PAUSE_MS = 2_000;

export interface ReplyParts {
  readonly client: WebClient;
  readonly scheduler: EditScheduler;
  readonly statuses: Statuses;
  readonly refused: RefusedBlocks;
  readonly clock: Clock;
  readonly log: Log;
  readonly post: Poster;
  readonly upload: (attachments: readonly Attachment[], thread: ThreadRef) => Promise<readonly string[]>;
  readonly notice: Replies['notice'];
  /** The turns whose last state does not stand yet. */
  readonly running: Set<unknown>;
}

/** A message in its thread; `content` is what it says, where that is known. */
export interface Standing {
  readonly ts: string;
  readonly content?: Content;
}

export class SlackReply implements Reply {
  messageTs: string;
  private readonly parts: ReplyParts;
  private readonly thread: ThreadRef;
  private latest: Progress;
  private readonly view: (progress: Progress, form: Form) => View;
  /** Slack refused what is better of this message. */
  private form: Form = 'full';
  private readonly edits: Edits;
  private readonly status: ThreadStatus | undefined;
  private finished: Promise<Ending> | undefined;
  /** When the message last changed, and how long after the change before. */
  private editedAt: { readonly at: number; readonly gapMs: number };
  /** Why the message cannot be edited any more. */
  private goneBy = '';

  constructor(parts: ReplyParts, thread: ThreadRef, standing: Standing, first: Progress) {
    this.parts = parts;
    this.thread = thread;
    this.messageTs = standing.ts;
    this.latest = first;
    this.editedAt = { at: parts.clock.now(), gapMs: 0 };
    this.view = createView(parts.clock, parts.log);
    this.edits = parts.scheduler.open<View>(
      {
        compose: () => this.composed(),
        same: (shown, next) => this.isSame(shown, next),
        send: (view) => this.update(view),
      },
      this.shownNow(standing),
    );
    this.status = this.openStatus(thread);
    parts.running.add(this);
  }

  show(progress: Progress): void {
    if (this.finished !== undefined) return;
    const before = this.latest;
    this.latest = progress;
    this.status?.changed();
    // What is told under the thread is left to the next edit, or to a refresh where there are slots to spare.
    if (!this.status?.isExpected() || !isActivityOnly(before, progress)) this.edits.changed(newsOf(before, progress));
  }

  finish(progress: Progress): Promise<Ending> {
    this.finished ??= this.land(progress).finally(() => {
      this.status?.clear();
      this.parts.running.delete(this);
    });
    return this.finished;
  }

  attach(attachments: readonly Attachment[]): Promise<readonly string[]> {
    return this.parts.upload(attachments, this.thread);
  }

  /** At the top level of a direct message there is no thread, and so no status: there a rare edit shows that time passes. */
  private openStatus({ channel, threadTs }: ThreadRef): ThreadStatus | undefined {
    if (threadTs === null) return undefined;
    return this.parts.statuses.open(
      { channel, threadTs },
      {
        activity: () => statusActivity(this.latest),
        line: () => this.statusLine(),
      },
    );
  }

  /** Numbers only while the message itself does not keep up, or the two would contradict each other. */
  private statusLine(): string {
    const now = this.parts.clock.now();
    const isSlow = Math.max(this.editedAt.gapMs, now - this.editedAt.at) >= SLOW_MS;
    return isSlow ? assistantStatus(this.latest, now) : statusActivity(this.latest);
  }

  /**
   * What is told under the thread is not worth a slot: the time never, and what is being done not while many turns share the
   * slots.
   */
  private isSame(shown: View, next: View): boolean {
    const isTold = this.status?.isShown() ?? false;
    if (shown.body !== next.body) return false;
    if (shown.text !== next.text) return isTold && this.parts.running.size > FEW_TURNS;
    return isTold || shown.since === next.since;
  }

  private shownNow({ content }: Standing): View {
    const first = this.view(this.latest, 'full');
    // Of a message that an earlier process left nothing is known, so whatever is to stand there is news.
    return content && bodyOf(content) === first.body ? first : { ...first, body: '' };
  }

  private composed(): View {
    for (let form: Form | undefined = this.form; form; form = plainer(form)) {
      const view = this.view(this.latest, form);
      if (form === 'plain' || this.parts.refused.allows(view.blocks)) {
        this.form = form;
        return view;
      }
    }
    return this.view(this.latest, 'plain');
  }

  private async land(progress: Progress): Promise<Ending> {
    this.latest = progress;
    // What was refused of an earlier state may be fine by now.
    this.form = 'full';
    const result = await this.edits.finish();
    if (result === 'closed') {
      this.parts.log.warn({ turn: progress.turn }, 'the last state of a turn had not landed when the bot stopped');
      return 'left';
    }
    if (result === 'gone') {
      const ending = await this.postAnew(progress);
      if (ending !== 'posted') return ending;
    }
    await this.attachWhatWasCut(this.view(progress, this.form).files);
    return 'settled';
  }

  /** The message is gone, or cannot be edited: the last state becomes a new one. */
  private async postAnew(progress: Progress): Promise<Ending | 'posted'> {
    const { post, log } = this.parts;
    const { channel, threadTs } = this.thread;
    const [full, simple] = [this.view(progress, 'full'), this.view(progress, 'simple')];
    const posted = await post({
      channel,
      threadTs,
      content: full,
      simpler: [simple],
      about: { turn: progress.turn, kind: 'answer' },
      attempts: FINAL_ATTEMPTS,
    });
    if (!posted.ok) {
      const fields = { turn: progress.turn, channel, code: posted.failure.code };
      log.error(fields, 'the last state of a turn could not be shown anywhere');
      // A refusal is for good; where Slack did not answer, the next start tries again.
      return posted.failure.kind === 'refused' ? 'settled' : 'left';
    }
    const old = this.messageTs;
    this.messageTs = posted.ts;
    this.form = posted.content === full ? 'full' : posted.content === simple ? 'simple' : 'plain';
    if (this.goneBy !== 'message_not_found') await this.remove(old);
    return 'posted';
  }

  /** The old message would show a running turn for ever. Where it cannot be removed either, it stays. */
  private async remove(ts: string): Promise<void> {
    const { client, clock, log } = this.parts;
    for (let attempt = 1; attempt <= REMOVE_ATTEMPTS; attempt += 1) {
      try {
        await client.chat.delete({ channel: this.thread.channel, ts });
        return;
      } catch (error) {
        const failure = slackFailure(error);
        log.info({ channel: this.thread.channel, code: failure.code }, 'an outdated message was not removed');
        if (failure.kind === 'refused') return;
        await pause(clock, failure.kind === 'limited' ? failure.retryAfterMs : REMOVE_PAUSE_MS);
      }
    }
  }

  /** The message names these files. */
  private async attachWhatWasCut(files: RenderedMessage['files']): Promise<void> {
    const artifacts = files.map(({ name, text }) => ({ name, mimetype: 'text/plain', bytes: Buffer.from(text) }));
    const sentences = artifacts.length > 0 ? await this.attach(artifacts) : [];
    if (sentences.length > 0) await this.parts.notice(this.thread, sentences.join('\n'));
  }

  private async update({ text, blocks }: View): Promise<SendResult> {
    const { client, log } = this.parts;
    try {
      await client.chat.update({ channel: this.thread.channel, ts: this.messageTs, text, blocks: [...blocks] });
      const at = this.parts.clock.now();
      this.editedAt = { at, gapMs: at - this.editedAt.at };
      return { kind: 'landed' };
    } catch (error) {
      const failure = slackFailure(error);
      log.warn({ channel: this.thread.channel, code: failure.code }, 'an edit did not succeed');
      return this.afterFailure(failure, blocks);
    }
  }

  private afterFailure(failure: SlackFailure, blocks: View['blocks']): SendResult {
    if (failure.kind === 'limited') return { kind: 'limited', retryAfterMs: failure.retryAfterMs };
    if (failure.kind === 'unclear') return { kind: 'failed' };
    const next = isContentRefused(failure) ? plainer(this.form) : undefined;
    if (!next) {
      this.goneBy = failure.code;
      return { kind: 'gone' };
    }
    this.parts.refused.learn(failure, blocks);
    this.form = next;
    return { kind: 'refused' };
  }
}
