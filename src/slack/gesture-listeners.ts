/** The buttons under finished turns, their form, and the message shortcut: acknowledged at once, then handed on. */
import type { Code, InboundFile, Language, Request } from '../conversation/events.ts';
import type { Slack } from './app.ts';
import { RUN_SHORTCUT, type Submission, understandForm, understandPress, understandShortcut } from './gestures.ts';
import { codeOf, MAX_CODE_BYTES } from './inbound-code.ts';
import { object, text } from './inbound-json.ts';
import { EDIT_FORM } from './modals.ts';
import { cameBeforeRestart, deliveryOf } from './recording-app.ts';
import { AGAIN_ACTIONS } from './render-buttons.ts';

/** Hands a request on, and tells its sender if it was not taken. Never rejects. */
export type Deliver = (request: Request) => Promise<unknown>;

/** Runs what follows the acknowledgement of a command or a press, and marks it as handled where it was recorded. */
export type OnGesture = (context: Readonly<Record<string, unknown>>, work: () => Promise<void>) => Promise<void>;

const DOWNLOAD_TIMEOUT_MS = 20_000;
const EMPTY = 'That file is empty. Attach one with code in it.';
const NOT_TEXT = 'That file is no text, so I have not run it.';

export function listenToGestures(slack: Slack, deliver: Deliver, onGesture: OnGesture): void {
  const { teamId } = slack.context;

  for (const action of Object.values(AGAIN_ACTIONS)) {
    slack.app.action(action, async ({ ack, body, context }) => {
      await ack();
      const request = understandPress(body, teamId);
      const isTakenUp = cameBeforeRestart(context) !== undefined;
      if (request) await onGesture(context, async () => void (await deliver({ ...request, isTakenUp })));
    });
  }

  slack.app.view({ callback_id: EDIT_FORM, type: 'view_submission' }, async ({ ack, body, context }) => {
    const sent = understandForm(body);
    await (sent?.kind === 'wrong' ? ack({ response_action: 'errors', errors: { ...sent.errors } }) : ack());
    if (sent) await onGesture(context, () => runForm(sent, slack, deliver));
  });

  slack.app.shortcut({ callback_id: RUN_SHORTCUT, type: 'message_action' }, async ({ ack, body, context }) => {
    await ack();
    const [channel, user] = [text(object(object(body)['channel'])['id']), body.user.id];
    const answerTo = text(object(body)['response_url']);
    if (channel && answerTo) slack.responseUrls.remember(channel, user, answerTo);
    const delivery = deliveryOf(body, context);
    const once: Deliver = (request) =>
      deliver(request.kind === 'task' && delivery ? { ...request, delivery } : request);
    await onGesture(context, () => runMessage(body, slack, once));
  });
}

async function runForm(sent: Submission, slack: Slack, deliver: Deliver): Promise<void> {
  if (sent.kind === 'wrong') return;
  if (sent.kind === 'code') return void (await deliver(sent.request));
  const got = await fetchCode(sent.file, sent.language, slack);
  if (got.ok) return void (await deliver(sent.withCode(got.code)));
  const { channel, user, thread } = sent.withCode({ language: sent.language, source: '' });
  await slack.replies.whisper(channel, user, thread, got.message);
}

/** What cannot be done is said through the shortcut's own address, which works where we are no member. */
async function runMessage(body: unknown, slack: Slack, deliver: Deliver): Promise<void> {
  const use = understandShortcut(body, slack.context.teamId);
  if (!use) return;
  const { channel, user } = use;
  const whisper = (sentence: string) => slack.replies.whisper(channel, user, null, sentence);
  if (use.kind === 'nothing') return whisper(use.sentence);
  const reach = await slack.replies.reach(channel, use.messageTs);
  if (!reach.ok) return whisper(reach.message);
  if (use.kind === 'code') return void (await deliver(use.request));
  const got = await fetchCode(use.file, use.language, slack);
  if (!got.ok) return whisper(got.message);
  await deliver(use.withCode(got.code));
}

type Fetched = { readonly ok: true; readonly code: Code } | { readonly ok: false; readonly message: string };

async function fetchCode(file: InboundFile, language: Language, { replies }: Slack): Promise<Fetched> {
  const got = await replies.download(file, MAX_CODE_BYTES, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS));
  if (!got.ok) return got;
  const source = decoded(got.bytes);
  if (source === undefined) return { ok: false, message: NOT_TEXT };
  return source.trim() === '' ? { ok: false, message: EMPTY } : codeOf(language, source.replace(/\r\n?/g, '\n'));
}

/** Undefined where the bytes are no text. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    const source = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return source.includes('\u0000') ? undefined : source;
  } catch {
    return undefined;
  }
}
