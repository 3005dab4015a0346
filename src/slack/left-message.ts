/**
 * The message of a turn that an earlier process left. Its ts may never have been kept (the process ended between the
 * post and its answer), so it is looked for by what was posted with it; and it may show its end already (the process
 * ended between the last edit and the mark), in which case there is nothing left to say.
 */
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { ThreadRef, TurnId } from '../conversation/events.ts';
import type { Log } from '../log.ts';
import type { LeftMessage } from '../ports.ts';
import type { Cooling } from './cooling.ts';
import { type Json, object, objects, text } from './inbound-json.ts';
import { STOP_ACTION } from './render-chrome.ts';
import { slackFailure } from './slack-errors.ts';

export type FoundMessage =
  /** It still shows a state of a turn that runs. */
  | { readonly kind: 'open'; readonly ts: string }
  | { readonly kind: 'ended' }
  | { readonly kind: 'none' }
  /** Slack does not answer. */
  | { readonly kind: 'unclear' };

export interface Place {
  readonly thread: ThreadRef;
  readonly turn: TurnId;
  readonly left: LeftMessage;
}

export type FindLeft = (place: Place) => Promise<FoundMessage>;

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;
/** Our clock and Slack's may differ by this much. */
const CLOCK_SKEW_MS = 10 * 60_000;
const PAGE = 200;
/** What a thread may have been told since the turn began, in pages; a message further on is not found. */
const MAX_PAGES = 10;

export function createFindLeft(client: WebClient, cooling: Cooling, clock: Clock, log: Log): FindLeft {
  async function read({ channel, threadTs }: ThreadRef, range: object, cursor: string | undefined) {
    const args = { channel, include_all_metadata: true, ...range, ...(cursor && { cursor }) };
    const page = await (threadTs === null
      ? cooling.call('conversations.history', () => client.conversations.history(args))
      : cooling.call('conversations.replies', () => client.conversations.replies({ ...args, ts: threadTs })));
    return { messages: objects(page.messages), next: page.response_metadata?.next_cursor };
  }

  async function find({ thread, turn, left }: Place): Promise<FoundMessage> {
    const { replyTs, sinceMs } = left;
    const range =
      replyTs === null
        ? { oldest: String(Math.max(0, (sinceMs - CLOCK_SKEW_MS) / 1_000)), limit: PAGE }
        : { oldest: replyTs, latest: replyTs, inclusive: true, limit: PAGE };
    const isIt = (message: Json) => (replyTs === null ? isAnswerOf(message, turn) : text(message['ts']) === replyTs);
    let cursor: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const { messages, next } = await read(thread, range, cursor);
      const found = messages.find(isIt);
      if (found) return stateOf(found);
      if (!next) break;
      cursor = next;
    }
    return { kind: 'none' };
  }

  return async (place) => {
    const { replyTs } = place.left;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      try {
        return await find(place);
      } catch (error) {
        const failure = slackFailure(error);
        log.warn({ code: failure.code, attempt, turn: place.turn }, 'the message of a turn could not be looked up');
        // Where we may not read, an edit still says whether the message stands.
        if (failure.kind === 'refused') return replyTs === null ? { kind: 'none' } : { kind: 'open', ts: replyTs };
        if (attempt < ATTEMPTS) await pause(clock, FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
    return { kind: 'unclear' };
  };
}

function isAnswerOf(message: Json, turn: TurnId): boolean {
  const about = object(object(message['metadata'])['event_payload']);
  return about['turn'] === turn && about['kind'] === 'answer';
}

/** Every state of a running turn has the Stop button, in the simplest rendering too; no last state has it. */
function stateOf(message: Json): FoundMessage {
  const blocks = objects(message['blocks']);
  const isOpen = blocks.some((block) => objects(block['elements']).some((one) => one['action_id'] === STOP_ACTION));
  // Without blocks it is none of our renderings: what it says cannot be told.
  return isOpen || blocks.length === 0 ? { kind: 'open', ts: text(message['ts']) ?? '' } : { kind: 'ended' };
}
