/** The Replies port in memory: it keeps what was said, and says it the way Slack's people would see it. */
import type { Completion } from '../../src/conversation/completion.ts';
import type { Attachment, ButtonRecord, InboundFile, Task, ThreadRef, TurnId } from '../../src/conversation/events.ts';
import type { Progress } from '../../src/conversation/progress.ts';
import type {
  CodeForm,
  DownloadResult,
  Ending,
  LeftMessage,
  OpenThreadResult,
  ReachResult,
  Replies,
  Reply,
  ReportLine,
  RereadResult,
  RunRow,
  ThreadContext,
} from '../../src/ports.ts';
import { render } from '../../src/slack/render.ts';
import { renderCompletion } from '../../src/slack/render-notices.ts';

/** A message as it stands. */
export interface SeenMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly text: string;
  /** Names of the files shared with it. */
  readonly files: readonly string[];
}

/** One turn's message, with everything it was told. */
export class RecordedReply implements Reply {
  readonly thread: ThreadRef;
  readonly turn: TurnId;
  readonly messageTs: string;
  /** The first state, then every state shown, then the last one. */
  readonly states: Progress[];
  readonly attached: Attachment[] = [];
  isFinished = false;
  private readonly owner: RecordingReplies;

  constructor(owner: RecordingReplies, thread: ThreadRef, turn: TurnId, messageTs: string, first: Progress) {
    this.owner = owner;
    this.thread = thread;
    this.turn = turn;
    this.messageTs = messageTs;
    this.states = [first];
  }

  get last(): Progress | undefined {
    return this.states.at(-1);
  }

  show(progress: Progress): void {
    if (!this.isFinished) this.states.push(progress);
  }

  async finish(progress: Progress): Promise<Ending> {
    if (this.isFinished) return 'settled';
    this.states.push(progress);
    this.isFinished = true;
    this.owner.changed();
    return 'settled';
  }

  async attach(artifacts: readonly Attachment[]): Promise<readonly string[]> {
    const isEmpty = (one: Attachment) => ('file' in one ? one.file.size : one.bytes.byteLength) === 0;
    const sent = artifacts.filter((one) => !isEmpty(one));
    this.attached.push(...sent);
    if (sent.length > 0)
      this.owner.post(
        this.thread,
        '',
        sent.map(({ name }) => name),
      );
    return artifacts.filter(isEmpty).map(({ name }) => `“${name}” is empty.`);
  }
}

export class RecordingReplies implements Replies {
  readonly replies: RecordedReply[] = [];
  readonly notices: { readonly thread: ThreadRef; readonly text: string }[] = [];
  readonly completions: {
    readonly thread: ThreadRef;
    readonly user: string;
    readonly completion: Completion;
  }[] = [];
  readonly helps: { readonly channel: string; readonly user: string; readonly thread: ThreadRef | null }[] = [];
  readonly whispers: { readonly channel: string; readonly user: string; readonly text: string }[] = [];
  readonly threads: { readonly channel: string; readonly user: string; readonly task: Task; readonly ts: string }[] =
    [];
  readonly forms: CodeForm[] = [];
  readonly retired: { readonly messageTs: string; readonly record: ButtonRecord }[] = [];
  readonly reports: { readonly channel: string; readonly user: string; readonly lines: readonly ReportLine[] }[] = [];
  /** Last states of turns that an earlier process left. */
  readonly closed: { readonly thread: ThreadRef; readonly last: Progress; readonly left: LeftMessage }[] = [];
  /** Tasks that were offered to be run in the direct message. */
  readonly offers: { readonly channel: string; readonly user: string; readonly task: Task }[] = [];
  /** What was asked about threads, and the answer. */
  readonly contexts: { readonly thread: ThreadRef; readonly beforeTs: string }[] = [];
  quoted: ThreadContext = { ok: true, text: '', files: [] };
  /** Turns whose task was offered to be run as its message says it now. */
  readonly rereadOffers: TurnId[] = [];
  /** What messages ask for now, by ts. */
  readonly messagesNow = new Map<string, RereadResult>();
  /** Reactions added (`+`) and taken back (`-`), in order. */
  readonly marks: string[] = [];
  /** What `download` finds, by file id. */
  readonly stored = new Map<string, Uint8Array>();
  /** Channels the bot is no member of. */
  readonly foreign = new Set<string>();
  /** Set to make the next `begin` fail. */
  failBegin: Error | undefined;
  private readonly posted: SeenMessage[] = [];
  private count = 0;
  private waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];

  async begin(thread: ThreadRef, turn: TurnId, first: Progress): Promise<Reply> {
    const failure = this.failBegin;
    this.failBegin = undefined;
    if (failure) throw failure;
    const reply = new RecordedReply(this, thread, turn, this.post(thread, ''), first);
    this.replies.push(reply);
    this.changed();
    return reply;
  }

  async close(thread: ThreadRef, last: Progress, left: LeftMessage): Promise<Ending> {
    this.closed.push({ thread, last, left });
    this.post(thread, render(last, last.updatedAt).text);
    this.changed();
    return 'settled';
  }

  async notice(thread: ThreadRef, text: string): Promise<void> {
    this.notices.push({ thread, text });
    this.post(thread, text);
  }

  async offerReread(thread: ThreadRef, text: string, turn: TurnId): Promise<void> {
    this.rereadOffers.push(turn);
    await this.notice(thread, text);
  }

  async reread(_thread: ThreadRef, messageTs: string): Promise<RereadResult> {
    return this.messagesNow.get(messageTs) ?? { ok: false, message: 'There is no task in that message any more.' };
  }

  async done(thread: ThreadRef, user: string, completion: Completion): Promise<void> {
    this.completions.push({ thread, user, completion });
    this.post(thread, renderCompletion(user, completion));
  }

  async help(channel: string, user: string, thread: ThreadRef | null): Promise<void> {
    this.helps.push({ channel, user, thread });
    if (thread) this.post(thread, 'I run code in a sandbox.');
    else this.whispers.push({ channel, user, text: 'I run code in a sandbox.' });
    this.changed();
  }

  async whisper(channel: string, user: string, _thread: ThreadRef | null, text: string): Promise<void> {
    this.whispers.push({ channel, user, text });
    this.changed();
  }

  async reach(channel: string, _messageTs: string): Promise<ReachResult> {
    return this.foreign.has(channel) ? { ok: false, message: 'I am not in this channel.' } : { ok: true };
  }

  async openForm(trigger: string, form: CodeForm): Promise<boolean> {
    if (trigger === 'expired') return false;
    this.forms.push(form);
    return true;
  }

  async showCode(channel: string, user: string, _thread: ThreadRef, runs: readonly RunRow[]): Promise<void> {
    this.whispers.push({ channel, user, text: runs.map(({ code }) => code.source).join('\n') });
  }

  async retire(_thread: ThreadRef, messageTs: string, record: ButtonRecord): Promise<void> {
    this.retired.push({ messageTs, record });
    this.changed();
  }

  async report(channel: string, user: string, lines: readonly ReportLine[]): Promise<void> {
    this.whispers.push({ channel, user, text: lines.map(({ text }) => text).join('\n') });
    this.reports.push({ channel, user, lines });
    this.changed();
  }

  async mark(channel: string, ts: string, name: string, on: boolean): Promise<void> {
    this.marks.push(`${on ? '+' : '-'}${name} ${channel}/${ts}`);
    this.changed();
  }

  async offerDirect(channel: string, user: string, message: string, task: Task): Promise<void> {
    this.whispers.push({ channel, user, text: message });
    this.offers.push({ channel, user, task });
    this.changed();
  }

  /** What people are called, by id. */
  readonly names = new Map<string, string>();

  async named(text: string): Promise<string> {
    return text.replace(/@(U\w+)/g, (mention, id: string) => {
      const name = this.names.get(id);
      return name === undefined ? mention : `@${name} (${id})`;
    });
  }

  async context(thread: ThreadRef, beforeTs: string): Promise<ThreadContext> {
    this.contexts.push({ thread, beforeTs });
    return this.quoted;
  }

  async openThread(channel: string, user: string, task: Task, _signal: AbortSignal): Promise<OpenThreadResult> {
    if (this.foreign.has(channel)) {
      return {
        ok: false,
        reason: 'not-in-channel',
        message: 'I am not in this channel. Write `/invite @threadbox` first.',
      };
    }
    const asked = task.kind === 'ask' ? task.text : task.code.source;
    const at = channel.replace(/^U/, 'D');
    const ts = this.post({ team: 'T0001', channel: at, threadTs: null }, `<@${user}> ran: ${asked}`);
    this.threads.push({ channel: at, user, task, ts });
    return { ok: true, channel: at, threadTs: ts };
  }

  async download(file: InboundFile, maxBytes: number, _signal: AbortSignal): Promise<DownloadResult> {
    const bytes = this.stored.get(file.id);
    if (!bytes) return { ok: false, message: `I could not get “${file.name}”.` };
    if (bytes.byteLength > maxBytes) return { ok: false, message: `“${file.name}” is too large.` };
    return { ok: true, bytes };
  }

  /** Every message in the order it was posted, a turn's with its newest state. */
  seen(): readonly SeenMessage[] {
    return this.posted.map((message) => {
      const state = this.replies.find((reply) => reply.messageTs === message.ts)?.last;
      return state ? { ...message, text: render(state, state.updatedAt).text } : message;
    });
  }

  /** Resolves as soon as `isDone` holds after something was said. */
  until(isDone: (replies: this) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ isDone: () => isDone(this), resolve });
      this.changed();
    });
  }

  post({ channel, threadTs }: ThreadRef, text: string, files: readonly string[] = []): string {
    this.count += 1;
    const ts = `1767603600.${String(this.count).padStart(6, '0')}`;
    this.posted.push({ channel, ts, threadTs, text, files });
    this.changed();
    return ts;
  }

  changed(): void {
    const done = this.waiting.filter(({ isDone }) => isDone());
    this.waiting = this.waiting.filter((one) => !done.includes(one));
    for (const { resolve } of done) resolve();
  }
}
