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
  private readonly receiver = new DrivenReceiver();

  constructor() {
    const context: InboundContext = {
      botUserId: BOT,
      teamId: TEAM,
      knownThread: (channel, threadTs) => channel === CHANNEL && threadTs === ROOT_TS,
      activeMessage: () => false,
      mentionRequired: false,
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
      start: async () => undefined,
      stopReceiving: async () => {},
      cleared: async () => {},
      close: () => {},
    };
    this.listening = listen(slack, { inbox, store, log });
  }

  async open(): Promise<this> {
    await this.app.init();
    return this;
  }

  /** Delivers a body as a receiver does. Rejects where a receiver would not acknowledge. */
  async deliver(body: Readonly<Record<string, unknown>>): Promise<void> {
    const ack = async () => {
      this.steps.push('acked');
      if (this.failAck) throw this.failAck;
    };
    await this.receiver.app?.processEvent({ body: structuredClone(body), ack });
    await this.listening.idle();
  }
}
