/** What Slack delivers, handed to the inbox. An event is handled once the inbox has written down what it asks. */
import type { Clock } from '../clock.ts';
import type { CommandDelivery, Request } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { Inbox, Store } from '../ports.ts';
import type { Slack } from './app.ts';
import { listenToGestures, type OnGesture } from './gesture-listeners.ts';
import { COMMAND, snippetAlone, understand } from './inbound.ts';
import { codeOf, MAX_CODE_BYTES } from './inbound-code.ts';
import { object, text } from './inbound-json.ts';
import { catchUp, lateMention } from './overtaken.ts';
import { deliveryOf, recordedEventId } from './recording-app.ts';
import { STOP_ACTION } from './render-chrome.ts';
import { DIRECT_ACTION } from './render-offer.ts';

export interface ListenerOptions {
  readonly inbox: Inbox;
  readonly store: Pick<Store, 'markHandled'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Listening {
  /** Resolves when every delivery taken so far is with the inbox. */
  idle(): Promise<void>;
}

const SNIPPET_TIMEOUT_MS = 20_000;

const IN_DIRECT = 'I am taking this to our direct message.';

const NOT_TAKEN =
  'I could not save this, so I have not started on it. Ask whoever runs me to look at the log, then ask me again.';

/** Registers everything the bot listens to. */
export function listen(slack: Slack, options: ListenerOptions): Listening {
  const { store, clock, log } = options;
  const running = new Set<Promise<void>>();

  /** Runs `work`; a failure is logged and never reaches Bolt. */
  const track = (work: () => Promise<void>): Promise<void> => {
    const done = work().catch((error: unknown) => {
      log.error({ err: error }, 'a request could not be handed on');
    });
    running.add(done);
    return done.finally(() => running.delete(done));
  };

  /** True when there is nothing left to do. The inbox tells the two copies of a mention apart. */
  const handle = async (body: unknown, request: Request) =>
    deliver(await withSnippet(body, request, slack), slack, options);

  const markHandled = (context: Readonly<Record<string, unknown>>): void => {
    const recorded = recordedEventId(context);
    if (recorded !== undefined) store.markHandled(recorded);
  };

  const onEvent = (body: unknown, context: Readonly<Record<string, unknown>>) =>
    track(async () => {
      const request = understand(body, slack.context);
      if (request.kind === 'ignored') return markHandled(context);
      // What was not taken stays unhandled, and is tried again at the next start.
      if (!(await handle(body, request))) return;
      const late = lateMention(request, context, slack.context, clock);
      if (!late) return markHandled(context);
      // A late mention is handled when what followed it is too: a process that ends in between leaves both to the next one.
      // Not waited for here: at a start the other events come after this one, and Slack may take minutes to answer.
      void track(async () => {
        if (await catchUp({ ...slack, handle }, late)) markHandled(context);
      });
    });

  /** A command or a press is done with when it was handed on: whether it was taken or not, its person knows. */
  const onGesture: OnGesture = (context, work) =>
    track(async () => {
      await work();
      markHandled(context);
    });

  slack.app.event('app_mention', async ({ body, context }) => onEvent(body, context));
  slack.app.event('message', async ({ body, context }) => onEvent(body, context));

  slack.app.command(COMMAND, async ({ ack, body, context }) => {
    await ack();
    slack.responseUrls.remember(body.channel_id, body.user_id, body.response_url);
    await onGesture(context, () => handCommand(body, deliveryOf(body, context), slack, options));
  });

  slack.app.action(DIRECT_ACTION, async ({ ack, body, respond, context }) => {
    await ack();
    await onGesture(context, async () => {
      const request = understand(body, slack.context);
      if (request.kind !== 'direct') return;
      const answerTo = text(object(body)['response_url']);
      if (answerTo) {
        slack.responseUrls.remember(request.channel, request.user, answerTo);
        // First, so that what goes wrong afterwards stands below it.
        await respond({ replace_original: true, text: IN_DIRECT }).catch((error: unknown) => {
          log.info({ err: error }, 'a button could not be replaced');
        });
      }
      const delivery = deliveryOf(body, context);
      await deliver({ ...request, ...(delivery && { delivery }) }, slack, options);
    });
  });

  slack.app.action(STOP_ACTION, async ({ ack, body }) => {
    await ack();
    await track(() => handGesture(body, slack, options));
  });

  listenToGestures(slack, (request) => deliver(request, slack, options), onGesture);

  return {
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** Hands one request on, and tells its sender if it could not be saved. */
async function deliver(request: Request, slack: Slack, { inbox, log }: ListenerOptions): Promise<boolean> {
  try {
    await inbox.handle(request);
    return true;
  } catch (error) {
    log.error({ err: error, kind: request.kind, channel: request.channel }, 'a request was not taken');
    const { channel, user, thread } = request;
    if (thread) await slack.replies.notice(thread, NOT_TAKEN);
    else await slack.replies.whisper(channel, user, null, NOT_TAKEN);
    return false;
  }
}

async function handGesture(body: unknown, slack: Slack, options: ListenerOptions): Promise<void> {
  const request = understand(body, slack.context);
  if (request.kind !== 'ignored') await deliver(request, slack, options);
}

async function handCommand(
  body: unknown,
  delivery: CommandDelivery | undefined,
  slack: Slack,
  options: ListenerOptions,
): Promise<void> {
  const request = understand(body, slack.context);
  if (request.kind === 'ignored') return;
  const isOnce = request.kind === 'task' && delivery !== undefined;
  await deliver(isOnce ? { ...request, delivery } : request, slack, options);
}

/** A message that is only a code snippet runs that code as it is, which must be fetched first. */
async function withSnippet(body: unknown, request: Request, slack: Slack): Promise<Request> {
  const snippet = request.kind === 'task' ? snippetAlone(body, slack.context) : undefined;
  // More code than a message should hold is a file, and a task for the model.
  if (!snippet || request.kind !== 'task' || snippet.file.sizeBytes > MAX_CODE_BYTES) return request;
  const { team, channel, user, messageTs, thread } = request;
  const refused = (message: string): Request => ({ kind: 'refused', team, channel, user, messageTs, thread, message });
  const signal = AbortSignal.timeout(SNIPPET_TIMEOUT_MS);
  const got = await slack.replies.download(snippet.file, MAX_CODE_BYTES, signal);
  if (!got.ok) return refused(got.message);
  const alone = codeOf(snippet.language, new TextDecoder().decode(got.bytes));
  return alone.ok ? { ...request, task: { kind: 'code', code: alone.code }, files: [] } : refused(alone.message);
}
