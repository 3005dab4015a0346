/** The Replies port on Slack. */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { Completion } from '../conversation/completion.ts';
import type { CommandDelivery, Task, ThreadRef, TurnId } from '../conversation/events.ts';
import type { Progress } from '../conversation/progress.ts';
import type { Log } from '../log.ts';
import type { Ending, LeftMessage, OpenThreadResult, ReachResult, Replies, Reply, ReportLine } from '../ports.ts';
import { createAgainReplies } from './again-replies.ts';
import type { Cooling } from './cooling.ts';
import { createDownload } from './download.ts';
import { rendered } from './forms.ts';
import { createFindLeft, type FindLeft } from './left-message.ts';
import { createMark } from './marks.ts';
import { escapeMrkdwn } from './mrkdwn.ts';
import { createNotices, type Notice, type SayNotice } from './notices.ts';
import type { EditScheduler } from './paced-editor.ts';
import { createPeople } from './people.ts';
import { linkedLines } from './permalinks.ts';
import { createPoster, plain } from './post.ts';
import type { PostPace } from './post-pace.ts';
import { createRefusedBlocks } from './refused-blocks.ts';
import { renderHelp } from './render-help.ts';
import { renderCompletion, renderReread, renderTaskRoot } from './render-notices.ts';
import { renderOffer } from './render-offer.ts';
import { type ReplyParts, SlackReply } from './reply.ts';
import { createReread } from './reread.ts';
import type { ResponseUrls } from './response-urls.ts';
import { isNotInChannel, type SlackFailure, slackFailure } from './slack-errors.ts';
import type { Statuses } from './statuses.ts';
import { createContext } from './thread-context.ts';
import { createUpload } from './upload.ts';
import { createWhisper, type Whisper } from './whisper.ts';

export interface RepliesOptions {
  /** Must not retry by itself, and must reject rate-limited calls. */
  readonly client: WebClient;
  readonly botToken: string;
  /** With the slash at the end. */
  readonly apiUrl: string;
  readonly botUserId: string;
  /** The bot's handle, for `/invite @…`. */
  readonly botName: string;
  readonly scheduler: EditScheduler;
  readonly postPace: PostPace;
  readonly statuses: Statuses;
  readonly responseUrls: ResponseUrls;
  readonly cooling: Cooling;
  readonly clock: Clock;
  readonly log: Log;
}

/** The first message of a turn: without it the turn is lost, so it is tried for two minutes. */
const ANSWER_ATTEMPTS = 10;
const ROOT_ATTEMPTS = 3;

/** The turn has no message: nothing could be posted. `code` is Slack's. */
export class CannotPostError extends Error {
  readonly code: string;
  /** Slack will not take it later either. */
  readonly isFinal: boolean;
  constructor({ kind, code }: SlackFailure) {
    super(`Slack did not take the message (${code})`);
    this.name = 'CannotPostError';
    this.code = code;
    this.isFinal = kind === 'refused';
  }
}

class SlackReplies implements Replies {
  readonly download: Replies['download'];
  readonly openForm: Replies['openForm'];
  readonly showCode: Replies['showCode'];
  readonly retire: Replies['retire'];
  readonly mark: Replies['mark'];
  readonly context: Replies['context'];
  readonly named: Replies['named'];
  readonly reread: Replies['reread'];
  private readonly options: RepliesOptions;
  private readonly parts: ReplyParts;
  private readonly sayNotice: SayNotice;
  private readonly sayPrivately: Whisper;
  private readonly findLeft: FindLeft;

  constructor(options: RepliesOptions) {
    const { client, scheduler, statuses, cooling, clock, log } = options;
    this.options = options;
    const onPosted = (channel: string, threadTs: string | null) => {
      if (threadTs !== null) statuses.replied({ channel, threadTs });
    };
    const refused = createRefusedBlocks(clock);
    const post = createPoster({ client, pace: options.postPace, refused, clock, log, onPosted });
    const notice: Replies['notice'] = (thread, text, turn) => this.notice(thread, text, turn);
    const upload = createUpload({ ...options, onPosted });
    this.parts = { client, scheduler, statuses, refused, clock, log, post, upload, notice, running: new Set() };
    this.sayNotice = createNotices(post);
    this.sayPrivately = createWhisper(options);
    this.findLeft = createFindLeft(client, cooling, clock, log);
    this.download = createDownload(options);
    const again = createAgainReplies(options);
    this.openForm = again.openForm;
    this.showCode = again.showCode;
    this.retire = again.retire;
    this.mark = createMark(client, clock, log);
    const people = createPeople(client, clock, log);
    people.remember(options.botUserId, options.botName);
    this.named = people.named;
    this.context = createContext(client, cooling, options.botUserId, people, log);
    this.reread = createReread(client, options.botUserId, log);
  }

  async begin(thread: ThreadRef, turn: TurnId, first: Progress): Promise<Reply> {
    const { clock, log } = this.parts;
    const posted = await this.parts.post({
      channel: thread.channel,
      threadTs: thread.threadTs,
      content: rendered(first, 'full', clock.now(), log),
      simpler: [rendered(first, 'simple', clock.now(), log)],
      about: { turn, kind: 'answer' },
      attempts: ANSWER_ATTEMPTS,
    });
    if (!posted.ok) throw new CannotPostError(posted.failure);
    return new SlackReply(this.parts, thread, posted, first);
  }

  async close(thread: ThreadRef, last: Progress, left: LeftMessage): Promise<Ending> {
    const found = await this.findLeft({ thread, turn: last.turn, left });
    if (found.kind === 'ended') return 'settled';
    if (found.kind === 'unclear') return 'left';
    if (found.kind === 'open') {
      return new SlackReply(this.parts, thread, { ts: found.ts }, last).finish(last);
    }
    try {
      const reply = await this.begin(thread, last.turn, last);
      return await reply.finish(last);
    } catch (error) {
      if (!(error instanceof CannotPostError)) throw error;
      this.parts.log.error({ turn: last.turn, code: error.code }, 'the end of a turn could not be shown');
      return error.isFinal ? 'settled' : 'left';
    }
  }

  async notice(thread: ThreadRef, text: string, turn?: TurnId): Promise<void> {
    await this.say({ thread, content: plain(escapeMrkdwn(text)), kind: 'notice', turn });
  }

  async offerReread(thread: ThreadRef, text: string, turn: TurnId): Promise<void> {
    await this.say({ thread, content: renderReread(text, turn), kind: 'notice' });
  }

  async done(thread: ThreadRef, user: string, completion: Completion): Promise<void> {
    await this.say({ thread, content: plain(renderCompletion(user, completion)), kind: 'completion' });
  }

  async help(channel: string, user: string, thread: ThreadRef | null): Promise<void> {
    if (thread) await this.say({ thread, content: renderHelp(), kind: 'help' });
    else await this.sayPrivately(channel, user, null, renderHelp());
  }

  async whisper(channel: string, user: string, thread: ThreadRef | null, text: string): Promise<void> {
    await this.sayPrivately(channel, user, thread, plain(escapeMrkdwn(text)));
  }

  async offerDirect(channel: string, user: string, message: string, task: Task): Promise<void> {
    await this.sayPrivately(channel, user, null, renderOffer(message, task));
  }

  async report(channel: string, user: string, lines: readonly ReportLine[]): Promise<void> {
    await this.sayPrivately(channel, user, null, plain(await linkedLines(this.options.client, lines)));
  }

  async openThread(
    channel: string,
    user: string,
    task: Task,
    signal: AbortSignal,
    delivery?: CommandDelivery,
  ): Promise<OpenThreadResult> {
    const content = renderTaskRoot({ user, task });
    const posted = await this.parts.post(
      {
        channel,
        threadTs: null,
        content,
        about: { kind: 'root' },
        attempts: ROOT_ATTEMPTS,
        ...(delivery && { once: delivery }),
      },
      signal,
    );
    return posted.ok
      ? { ok: true, channel: posted.channel, threadTs: posted.ts }
      : this.notOpened(posted.failure, channel);
  }

  async reach(channel: string, messageTs: string): Promise<ReachResult> {
    try {
      await this.options.client.conversations.replies({ channel, ts: messageTs, limit: 1 });
    } catch (error) {
      const failure = slackFailure(error);
      // Anything else shows when the answer is posted.
      if (isNotInChannel(failure)) return { ok: false, message: this.notOpened(failure, channel).message };
    }
    return { ok: true };
  }

  private notOpened(failure: SlackFailure, channel: string): Extract<OpenThreadResult, { ok: false }> {
    const { botName } = this.options;
    if (isNotInChannel(failure)) {
      const message = /^[DUW]/.test(channel)
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
  private async say(notice: Notice): Promise<void> {
    const failure = await this.sayNotice(notice);
    const { thread, kind } = notice;
    if (failure) this.parts.log.error({ channel: thread.channel, kind, code: failure.code }, 'a reply was given up');
  }
}

export function createReplies(options: RepliesOptions): Replies {
  return new SlackReplies(options);
}
