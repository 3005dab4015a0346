/**
 * The bot's edge to Slack. `openSlack` checks the tokens and builds everything; nothing comes in until `start`:
 *
 *   const slack = await openSlack(options);      // SlackStartError if Slack refuses
 *   const inbox = …conversations over slack.replies…
 *   const listening = listen(slack, { inbox, … });
 *   await slack.start();                         // what a crash left is handled first
 *   …
 *   await slack.stopReceiving();                 // then let the turns end
 *   slack.close();
 */
import type { WebClient } from '@slack/web-api';
import type { Clock } from '../clock.ts';
import type { SlackConnection } from '../config.ts';
import { threadKey } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Replies, Store } from '../ports.ts';
import { createArriving } from './arriving.ts';
import { boltLogger } from './bolt-logger.ts';
import { createCooling } from './cooling.ts';
import { createEditBudget } from './edit-budget.ts';
import { type InboundContext, understand } from './inbound.ts';
import { object } from './inbound-json.ts';
import { createPacedEditor } from './paced-editor.ts';
import { createPostPace } from './post-pace.ts';
import { httpReception, type Reception, socketReception } from './receiver.ts';
import { recordKey } from './recorded.ts';
import { RecordingApp } from './recording-app.ts';
import { createReplies } from './replies.ts';
import { createResponseUrls, type ResponseUrls } from './response-urls.ts';
import { SlackStartError, startError } from './start-error.ts';
import { createSetStatus } from './status-call.ts';
import { createStatuses } from './statuses.ts';
import { createReadAfter, type ReadAfter } from './thread-after.ts';
import { clientOptions, createWebClient } from './web-client.ts';

export { SlackStartError };

export interface SlackOptions {
  readonly botToken: string;
  readonly connection: SlackConnection;
  /** Only for a Slack that is not slack.com. Ends with a slash. */
  readonly apiUrl?: string;
  readonly editsPerMinute: number;
  readonly editIntervalMs: number;
  readonly postIntervalMs: number;
  readonly mentionRequired: boolean;
  readonly store: Pick<Store, 'recordEvent' | 'unhandledEvents' | 'thread' | 'turnOfMessage'>;
  readonly clock: Clock;
  /** Time that never jumps, for the pace of edits. */
  readonly steadyClock: Clock;
  readonly log: Log;
  /** Slack does not let us in any more while we run: the app token was revoked. Nothing will come in. */
  readonly onLost?: (error: SlackStartError) => void;
}

export interface Slack {
  /** For `listen`. */
  readonly app: RecordingApp;
  readonly context: InboundContext;
  readonly responseUrls: ResponseUrls;
  readonly replies: Replies;
  /** Ends when nothing is received any more. */
  readonly readAfter: ReadAfter;
  /** Handles what was recorded before a crash, then lets Slack in. Resolves with the port in HTTP mode. */
  start(): Promise<number | undefined>;
  /** Nothing comes in any more; replies still go out. */
  stopReceiving(): Promise<void>;
  /** Resolves when no ended turn's status stands under its thread any more. */
  cleared(): Promise<void>;
  /** Ends the edits too. What has not landed by now does not. */
  close(): void;
}

const SLACK_API_URL = 'https://slack.com/api/';
/** A quiet message's elapsed time moves this often, if the budget allows. */
const REFRESH_MS = 5_000;

interface Identity {
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly botName: string;
}

async function identify(client: WebClient, apiUrl: string): Promise<Identity> {
  try {
    const { team_id: teamId, user_id: botUserId, bot_id: botId, user } = await client.auth.test();
    if (teamId && botUserId && botId) return { teamId, botUserId, botId, botName: user ?? 'threadbox' };
  } catch (error) {
    throw startError(error, 'SLACK_BOT_TOKEN', apiUrl);
  }
  throw new SlackStartError(
    'SLACK_BOT_TOKEN is not the token of a bot. Use the "Bot User OAuth Token" (xoxb-…) of the app.',
  );
}

/** The socket client retries for ever and says little; one call of our own tells what is wrong with the app token. */
async function checkAppToken(connection: SlackConnection, apiUrl: string, log: Log): Promise<void> {
  if (connection.kind !== 'socket') return;
  try {
    await createWebClient(connection.appToken, apiUrl, log).apps.connections.open();
  } catch (error) {
    throw startError(error, 'SLACK_APP_TOKEN', apiUrl);
  }
}

function receive(options: SlackOptions, apiUrl: string): Reception {
  const { connection, log, onLost } = options;
  if (connection.kind === 'http') {
    return httpReception({ signingSecret: connection.signingSecret, port: connection.port, log });
  }
  const lost = (error: SlackStartError) => {
    log.error({ err: error }, 'Slack does not let the bot reconnect');
    onLost?.(error);
  };
  return socketReception({ appToken: connection.appToken, apiUrl, log, onLost: lost });
}

const MESSAGES_REMEMBERED = 1_000;

const UNRECORDED =
  'I could not save your message, so I have not started on it. Slack will deliver it again within a few minutes; if nothing happens then, ask whoever runs me to look at the log.';

/** Tells the person whose request could not be written down, once however often Slack delivers it. */
function unrecordedNotice(replies: Replies, context: InboundContext): (body: unknown) => void {
  const told = new Set<string>();
  return (body) => {
    // What can be known without the database, which does not answer.
    const request = understand(body, { ...context, knownThread: () => false, activeMessage: () => false });
    if (request.kind === 'ignored' || !request.thread) return;
    const message = `${request.channel}:${String(object(object(body)['event'])['ts'])}`;
    if (told.has(message)) return;
    if (told.size === MESSAGES_REMEMBERED) told.clear();
    told.add(message);
    void replies.notice(request.thread, UNRECORDED);
  };
}

/** Checks both tokens and builds the edge. Rejects with a SlackStartError. */
export async function openSlack(options: SlackOptions): Promise<Slack> {
  const { botToken, store, clock, log } = options;
  const apiUrl = options.apiUrl ?? SLACK_API_URL;
  const client = createWebClient(botToken, apiUrl, log);
  const [identity] = await Promise.all([identify(client, apiUrl), checkAppToken(options.connection, apiUrl, log)]);
  const { teamId, botUserId, botId, botName } = identity;

  const arriving = createArriving(clock);
  const context: InboundContext = {
    botUserId,
    teamId,
    knownThread: (channel, threadTs) => {
      const row = store.thread(threadKey({ team: teamId, channel, threadTs }));
      return row ? !row.closed : arriving.has(channel, threadTs);
    },
    activeMessage: (channel, ts) => {
      const state = store.turnOfMessage(teamId, channel, ts)?.state;
      return state === 'queued' || state === 'running';
    },
    mentionRequired: options.mentionRequired,
  };
  const pace = { intervalMs: options.editIntervalMs, refreshMs: REFRESH_MS };
  const scheduler = createPacedEditor(createEditBudget(options.editsPerMinute), pace, options.steadyClock);
  const statuses = createStatuses(createSetStatus(client, log), clock);
  const responseUrls = createResponseUrls(clock);
  const named = { botToken, apiUrl, botUserId, botName };
  const cooling = createCooling(clock);
  const postPace = createPostPace(options.postIntervalMs, clock);
  const seams = { scheduler, postPace, statuses, responseUrls, cooling };
  const replies = createReplies({ client, ...named, ...seams, clock, log });
  const closing = new AbortController();
  const reception = receive(options, apiUrl);
  const app = new RecordingApp(
    {
      receiver: reception.receiver,
      token: botToken,
      // Both are known, so Bolt asks nobody.
      botId,
      botUserId,
      tokenVerificationEnabled: false,
      clientOptions: clientOptions(apiUrl, log),
      logger: boltLogger(log),
      convoStore: false,
      deferInitialization: true,
    },
    {
      store,
      clock,
      log,
      keyOf: (body) => {
        const request = understand(body, context);
        if (request.kind !== 'ignored') arriving.note(request);
        return recordKey(body, context);
      },
      onUnrecorded: unrecordedNotice(replies, context),
    },
  );
  app.error(async (error) => log.error({ err: error }, 'a listener failed'));
  await app.init();

  return {
    app,
    context,
    responseUrls,
    replies,
    readAfter: createReadAfter(client, cooling, clock, log, closing.signal),
    start: async () => {
      await app.replay();
      return reception.start();
    },
    stopReceiving: () => {
      closing.abort();
      return reception.stop();
    },
    cleared: () => statuses.cleared(),
    close: () => {
      scheduler.close();
      statuses.close();
    },
  };
}
