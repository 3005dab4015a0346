/**
 * Replies that overtook the mention of their thread. Slack delivers each event that was not acknowledged again on a schedule
 * of its own (at once, after one minute, after five), so a reply may come minutes before the mention above it: nobody
 * knows its thread then, and it is not for us. Whoever takes up a mention late therefore reads what followed it. Nothing
 * of this is kept anywhere: what was handled already is known by its claim, here and when Slack brings it once more.
 */
import type { Clock } from '../clock.ts';
import type { Request } from '../conversation/events.ts';
import { type InboundContext, understand } from './inbound.ts';
import type { Json } from './inbound-json.ts';
import { cameBeforeRestart } from './recording-app.ts';
import type { Place, ReadAfter } from './thread-after.ts';

/** Slack delivers within a second or two; its clock and ours differ by little. Beyond, a look costs one call. */
const LATE_MS = 10_000;

/**
 * Where to look for replies that came too early; undefined where none can have. `context` is that of the delivery.
 * In a direct message no reply is lost: each is for us, whether we know its thread or not.
 */
export function lateMention(
  request: Request,
  context: Readonly<Record<string, unknown>>,
  { mentionRequired }: InboundContext,
  clock: Clock,
): Place | undefined {
  if (mentionRequired || request.kind !== 'task' || request.source !== 'mention') return undefined;
  const { channel, messageTs: ts, thread } = request;
  const threadTs = thread?.threadTs ?? null;
  if (ts === null || threadTs === null) return undefined;
  const isAgain = Number(context['retryNum'] ?? 0) > 0 || cameBeforeRestart(context) !== undefined;
  return isAgain || clock.now() - Number(ts) * 1_000 > LATE_MS ? { channel, threadTs, ts } : undefined;
}

export interface CatchUpDeps {
  readonly context: InboundContext;
  readonly readAfter: ReadAfter;
  /** Hands a delivery's request on. True when nothing is left to do about it. Never rejects. */
  readonly handle: (body: Json, request: Request) => Promise<boolean>;
}

/**
 * Hands on what followed a mention, in the order it was sent, judged by the same rules as a delivery. True when nothing is
 * left to do; false where it must be tried again at the next start. Rejects where the database does not answer.
 */
export async function catchUp({ context, readAfter, handle }: CatchUpDeps, place: Place): Promise<boolean> {
  const { channel, threadTs } = place;
  // The mention opened nothing, or the session was ended since: nothing there is for us without a mention of its own.
  if (!context.knownThread(channel, threadTs)) return true;
  const after = await readAfter(place);
  if (!after.ok) return after.isFinal;
  let isAllDone = true;
  for (const message of after.messages) {
    const body = { type: 'event_callback', event: { ...message, type: 'message', channel } };
    // Not before its turn: what came before may have ended the session.
    const request = understand(body, context);
    if (request.kind === 'ignored') continue;
    isAllDone = (await handle(body, request)) && isAllDone;
    // What follows an end belongs to another session, if to any, although one may have begun by now.
    if (request.kind === 'control' && request.word === 'end') break;
  }
  return isAllDone;
}
