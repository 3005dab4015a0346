/**
 * One turn, brought to its thread: its events folded and shown, its repairs announced, its files sent, its steps written
 * down. Never rejects, whatever a port does: the next turn of the thread must have its chance.
 */
import type { Log } from '../log.ts';
import type {
  Clock,
  Ending,
  Model,
  Replies,
  Reply,
  Sandboxes,
  Scratch,
  ScratchFolder,
  Store,
  TurnRow,
} from '../ports.ts';
import { stopCause, within } from './aborting.ts';
import { completionOf } from './completion.ts';
import type { Attachment, ThreadRef, TurnEvent, TurnOutcome } from './events.ts';
import { foldProgress, type Progress, startProgress } from './progress.ts';
import type { TurnSettings } from './settings.ts';
import { runTurn } from './turn.ts';
import type { TurnDeps, TurnRecord } from './turn-context.ts';
import { failureOf } from './turn-endings.ts';
import { withThread } from './turn-quotes.ts';

export interface DeliveryDeps {
  readonly store: Store;
  readonly model: Model;
  readonly sandboxes: Sandboxes;
  readonly replies: Replies;
  readonly scratch: Scratch;
  readonly log: Log;
  readonly clock: Clock;
  readonly settings: TurnSettings;
}

const RESTARTING = 'I am being restarted…';
/** How long the last state waits for uploads, so that it can name those that failed. */
const UPLOAD_PATIENCE_MS = 20_000;
/** The same for a turn that was stopped: somebody wants it to end, or the bot has seconds left. */
const STOPPED_UPLOAD_PATIENCE_MS = 2_000;
/** How long a turn waits for its notices to stand, so that they do not mix with the next turn's. */
const NOTICE_PATIENCE_MS = 30_000;

/** Plays the turn and resolves when its thread has its end, or cannot be given it. */
export async function deliverTurn(
  deps: DeliveryDeps,
  row: TurnRow,
  thread: ThreadRef,
  signal: AbortSignal,
): Promise<void> {
  const { store, replies, clock } = deps;
  const log = deps.log.child({ turn: row.id, thread: row.thread });
  const first = startProgress(row.id, clock.now(), deps.settings.maxAttempts, row.task.kind === 'code');
  let reply: Reply;
  try {
    // Nothing that waits stands before the first message.
    store.startTurn(row.id, clock.now());
    reply = await replies.begin(thread, row.id, first);
  } catch (error) {
    log.error({ err: error }, 'the turn could not begin');
    const failure = failureOf(error);
    if (failure.reason === 'storage') await replies.notice(thread, failure.message).catch(ignore);
    recordEnd({ ...deps, log }, first, { kind: 'error', failure });
    return;
  }
  await new Delivery({ ...deps, log }, row, thread, reply, first).run(signal);
}

function ignore(): void {}

class Delivery {
  readonly #deps: DeliveryDeps;
  readonly #row: TurnRow;
  readonly #thread: ThreadRef;
  readonly #reply: Reply;
  readonly #scratch: ScratchFolder;
  #progress: Progress;
  /** The bot is being stopped: until the turn has ended, its message says so. */
  #isRestarting = false;
  /** Notices on their way; the port keeps their order. */
  #notices: Promise<unknown> = Promise.resolve();
  /** Uploads go one after the other; each gives the sentences for what could not be sent. */
  #uploads: Promise<readonly string[]> = Promise.resolve([]);

  constructor(deps: DeliveryDeps, row: TurnRow, thread: ThreadRef, reply: Reply, first: Progress) {
    this.#deps = deps;
    this.#row = row;
    this.#thread = thread;
    this.#reply = reply;
    this.#scratch = deps.scratch.folder(row.id);
    this.#progress = first;
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#deliver(signal);
    // What is still on its way to the thread is read from there.
    void this.#uploads.then(() => this.#scratch.clear());
  }

  async #deliver(signal: AbortSignal): Promise<void> {
    const tell = (): void => {
      this.#isRestarting = stopCause(signal).kind === 'shutdown';
      if (this.#isRestarting) this.#show();
    };
    // The stop may have come while the first message was posted.
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
    const outcome = await this.#play(signal);
    signal.removeEventListener('abort', tell);
    await this.#tellUploads(signal);
    this.#fold({ type: 'turn.finished', at: this.#deps.clock.now(), outcome });
    // What has not landed is the next start's to bring there: the turn stays as it is.
    if ((await this.#finish()) === 'left') return;
    recordEnd(this.#deps, this.#progress, outcome);
    this.#deps.log.info({ outcome: outcome.kind, ...this.#progress.usage }, 'turn finished');
    this.#tellRequester();
    await within(this.#notices, NOTICE_PATIENCE_MS, this.#deps.clock);
  }

  /** Follows the turn to its end. */
  async #play(signal: AbortSignal): Promise<TurnOutcome> {
    try {
      this.#deps.store.setReply(this.#row.id, this.#reply.messageTs);
      const { input, note } = await withThread(this.#deps, this.#row, this.#input(), signal);
      if (note !== undefined) this.#fold({ type: 'turn.note', at: this.#deps.clock.now(), text: note });
      for await (const event of runTurn(this.#turnDeps(), input, signal)) {
        if (event.type === 'turn.finished') return event.outcome;
        this.#fold(event);
        this.#show();
        if (event.type === 'attempt.repairing') this.#announce(event);
      }
      return { kind: 'error', failure: failureOf(undefined) };
    } catch (error) {
      this.#deps.log.error({ err: error }, 'the turn could not be followed');
      return { kind: 'error', failure: failureOf(error) };
    }
  }

  /** Must not throw, or the turn would be left behind while its code runs. */
  #show(): void {
    try {
      const { notes } = this.#progress;
      this.#reply.show(this.#isRestarting ? { ...this.#progress, notes: [...notes, RESTARTING] } : this.#progress);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'showing a state threw');
    }
  }

  #fold(event: TurnEvent): void {
    this.#progress = foldProgress(this.#progress, event);
  }

  #input() {
    const { store } = this.#deps;
    const { id, task, files } = store.turn(this.#row.id) ?? this.#row;
    return {
      turn: id,
      thread: this.#thread,
      task,
      files,
      history: store.messages(this.#row.thread).map(({ message }) => message),
      lastSandbox: store.thread(this.#row.thread)?.sandbox ?? undefined,
    };
  }

  #turnDeps(): TurnDeps {
    const { store, model, sandboxes, replies, clock, log, settings } = this.#deps;
    return {
      model,
      sandboxes,
      clock,
      log,
      settings,
      record: this.#record(),
      attach: (artifacts) => this.#attach(artifacts),
      scratch: this.#scratch,
      download: (file, maxBytes, signal) => replies.download(file, maxBytes, signal),
      filesNow: () => store.turn(this.#row.id)?.files ?? [],
      earlierFiles: () => store.filesBefore(this.#row.id),
    };
  }

  #record(): TurnRecord {
    const { store, clock } = this.#deps;
    const { id, thread } = this.#row;
    return {
      sandbox: (sandbox) => store.bindSandbox(thread, sandbox),
      runStarted: (step, attempt, code) => store.insertRun({ turn: id, step, attempt, code, startedMs: clock.now() }),
      runFinished: (step, result, output) => store.finishRun(id, step, result, output, clock.now()),
      messages: (messages) => store.appendMessages(thread, id, messages, clock.now()),
    };
  }

  #announce({ attempt, of, error }: Extract<TurnEvent, { type: 'attempt.repairing' }>): void {
    const text = `Attempt ${attempt} of ${of} — fixing \`${error}\``;
    this.#say(this.#deps.replies.notice(this.#thread, text, this.#row.id));
  }

  /** Edits notify nobody: after a long turn a reply does. */
  #tellRequester(): void {
    const completion = completionOf(this.#progress, this.#row.user);
    if (completion) this.#say(this.#deps.replies.done(this.#thread, this.#row.user, completion));
  }

  #say(post: Promise<void>): void {
    const said = post.catch((failure: unknown) => {
      this.#deps.log.warn({ err: failure }, 'a notice could not be posted');
    });
    this.#notices = Promise.all([this.#notices, said]);
  }

  #attach(attachments: readonly Attachment[]): void {
    this.#uploads = this.#uploads.then(async (sentences) => {
      try {
        return [...sentences, ...(await this.#reply.attach(attachments))];
      } catch (error) {
        this.#deps.log.error({ err: error }, 'files could not be sent');
        return [...sentences, `These files could not be sent: ${attachments.map(({ name }) => name).join(', ')}.`];
      }
    });
  }

  /** The sentences of failed uploads go into the last state; those that come later become a reply. */
  async #tellUploads(signal: AbortSignal): Promise<void> {
    const { clock, replies } = this.#deps;
    const uploads = this.#uploads;
    const sentences = signal.aborted
      ? await within(uploads, STOPPED_UPLOAD_PATIENCE_MS, clock)
      : await within(uploads, UPLOAD_PATIENCE_MS, clock, signal);
    if (sentences === undefined) {
      this.#fold({ type: 'turn.note', at: clock.now(), text: 'Some files are still on their way to this thread.' });
      void uploads
        .then((late) => (late.length > 0 ? replies.notice(this.#thread, late.join('\n')) : undefined))
        .catch(ignore);
    }
    for (const text of sentences ?? []) this.#fold({ type: 'turn.note', at: clock.now(), text });
  }

  async #finish(): Promise<Ending> {
    try {
      return await this.#reply.finish(this.#progress);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'the last state of the turn did not land');
      const text = 'I am done with this, but could not update my message above. Ask again if you miss the answer.';
      await this.#deps.replies.notice(this.#thread, text).catch(ignore);
      return 'settled';
    }
  }
}

/** The last write of a turn. Where it fails, the next start finds the turn unfinished and says so. */
function recordEnd({ store, clock, log }: DeliveryDeps, progress: Progress, outcome: TurnOutcome): void {
  try {
    store.finishTurn(progress.turn, outcome, progress.usage, clock.now());
  } catch (error) {
    log.error({ err: error }, 'the end of the turn could not be recorded');
  }
}
