/** Our edge without a Slack: a receiver that the test drives, replies in memory, an inbox that keeps what it is handed. */
import type { Receiver, ReceiverEvent } from '@slack/bolt';
import type { Request } from '../../src/conversation/events.ts';
import type { Inbox, Store } from '../../src/ports.ts';
import type { Slack } from '../../src/slack/app.ts';
import type { InboundContext } from '../../src/slack/inbound.ts';
import { type Listening, listen } from '../../src/slack/listeners.ts';
import { recordKey } from '../../src/slack/recorded.ts';
import { RecordingApp } from '../../src/slack/recording-app.ts';
import { createResponseUrls } from '../../src/slack/response-urls.ts';
import type { After, Place } from '../../src/slack/thread-after.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { type QuietLog, quietLog } from '../fakes/quiet-log.ts';
import { RecordingReplies } from '../fakes/recording-replies.ts';
import { BOT, CHANNEL, ROOT_TS, TEAM } from '../fixtures/slack-payloads.ts';

/** What happened, in order: `recorded`, `acked`, `handled`. */
export type Step = string;

class DrivenReceiver implements Receiver {
  app: { processEvent(event: ReceiverEvent): Promise<void> } | undefined;
  init(app: { processEvent(event: ReceiverEvent): Promise<void> }): void {
    this.app = app;
  }
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

export class FakeEdge {
  readonly steps: Step[] = [];
  readonly requests: Request[] = [];
  readonly unrecorded: unknown[] = [];
  readonly memory = memoryStore();
  readonly replies = new RecordingReplies();
  readonly log: QuietLog = quietLog();
  readonly clock = new FakeClock();
  readonly responseUrls = createResponseUrls(this.clock);
  readonly app: RecordingApp;
  readonly listening: Listening;
  readonly context: InboundContext;
  /** Set to make recording, or the inbox, fail. */
  failRecord: Error | undefined;
  failInbox: Error | undefined;
  failAck: Error | undefined;
  /** The channel's threads that are known, by their root: those of tasks come, those that are ended go. */
  readonly known = new Set<string>([ROOT_TS]);
  /** What stands in a thread after a message, and what was asked for. */
  after: After | Promise<After> = { ok: true, messages: [] };
  readonly readings: Place[] = [];
  private readonly receiver = new DrivenReceiver();

  constructor({ mentionRequired = false } = {}) {
    const context: InboundContext = {
      botUserId: BOT,
      teamId: TEAM,
      knownThread: (channel, threadTs) => channel === CHANNEL && this.known.has(threadTs),
      activeMessage: () => false,
      mentionRequired,
    };
    this.context = context;
    const store: Pick<Store, 'recordEvent' | 'unhandledEvents' | 'markHandled'> = {
      recordEvent: (key, body, now) => {
        if (this.failRecord) throw this.failRecord;
        this.steps.push('recorded');
        return this.memory.recordEvent(key, body, now);
      },
      unhandledEvents: () => this.memory.unhandledEvents(),
      markHandled: (id) => this.memory.markHandled(id),
    };
    const inbox: Inbox = {
      handle: async (request) => {
        if (this.failInbox) throw this.failInbox;
        this.steps.push('handled');
        this.requests.push(request);
        const threadTs = request.thread?.threadTs;
        if (threadTs && request.kind === 'task') this.known.add(threadTs);
        if (threadTs && request.kind === 'control' && request.word === 'end') this.known.delete(threadTs);
      },
    };
    const { clock, log, replies } = this;
    this.app = new RecordingApp(
      {
        receiver: this.receiver,
        token: 'xoxb-test',
        botId: 'B0BOT',
        botUserId: BOT,
        tokenVerificationEnabled: false,
        deferInitialization: true,
        convoStore: false,
      },
      {
        store,
        clock,
        log,
        keyOf: (body) => recordKey(body, context),
        onUnrecorded: (body) => this.unrecorded.push(body),
      },
    );
    const slack: Slack = {
      app: this.app,
      context,
      responseUrls: this.responseUrls,
      replies,
      readAfter: async (place) => {
        this.readings.push(place);
        return this.after;
      },
      start: async () => undefined,
      stopReceiving: async () => {},
      cleared: async () => {},
      close: () => {},
    };
    this.listening = listen(slack, { inbox, store, clock, log });
  }

  async open(): Promise<this> {
    await this.app.init();
    return this;
  }

  /** Delivers a body as a receiver does. Rejects where a receiver would not acknowledge. */
  async deliver(body: Readonly<Record<string, unknown>>, retryNum?: number): Promise<void> {
    await this.begin(body, retryNum);
    await this.listening.idle();
  }

  /** The same, not waiting for what goes on when Bolt has been answered. */
  async begin(body: Readonly<Record<string, unknown>>, retryNum?: number): Promise<void> {
    const ack = async () => {
      this.steps.push('acked');
      if (this.failAck) throw this.failAck;
    };
    const retry = retryNum === undefined ? {} : { retryNum };
    await this.receiver.app?.processEvent({ body: structuredClone(body), ack, ...retry });
  }
}
