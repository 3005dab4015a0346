/**
 * Posting a message once, and surely. The client does not retry by itself, because a repeated `chat.postMessage` posts
 * twice; here, after a failure that may hide a success, the conversation is searched for the message before it is
 * posted again.
 */
import { randomUUID } from 'node:crypto';
import type { KnownBlock, MessageMetadata } from '@slack/types';
import type { WebClient } from '@slack/web-api';
import { type Clock, pause } from '../clock.ts';
import type { Log } from '../log.ts';
import { object, objects, text } from './inbound-json.ts';
import type { PostPace, PostRank } from './post-pace.ts';
import type { RefusedBlocks } from './refused-blocks.ts';
import { isContentRefused, type SlackFailure, slackFailure } from './slack-errors.ts';

export interface Content {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export function plain(text: string): Content {
  return { text, blocks: [] };
}

export type PostKind = 'answer' | 'notice' | 'completion' | 'root' | 'help';

export interface Post {
  readonly channel: string;
  /** null: at the top level. */
  readonly threadTs: string | null;
  /** A function is asked once, when the message is about to be sent for the first time. */
  readonly content: Content | (() => Content);
  /** What to post if Slack refuses the content, and what if it refuses that; at last it is the text alone. */
  readonly simpler?: readonly Content[];
  /** Goes with the message as metadata, so that it can be found again. */
  readonly about: { readonly turn?: string; readonly kind: PostKind };
  /** What it is posted for, at most once; `sinceMs`: it may have been posted since then, so it is looked for first. */
  readonly once?: { readonly id: string; readonly sinceMs?: number };
  /** How often it is tried in all; a limit does not count, since then nothing was tried. */
  readonly attempts: number;
}

interface Posted {
  readonly ts: string;
  /** Not the one that was asked for where that was a person's id. */
  readonly channel: string;
}

export type PostResult =
  | (Posted & { readonly ok: true; readonly content: Content })
  | { readonly ok: false; readonly failure: SlackFailure };

export type Poster = (post: Post, signal?: AbortSignal) => Promise<PostResult>;

export const METADATA_EVENT = 'threadbox_turn';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** How long limits are waited out. */
const LIMITED_PATIENCE_MS = 10 * 60_000;
/** Our clock and Slack's may differ by this much, summer time included; the search begins that long before the first attempt. */
const CLOCK_SKEW_MS = 2 * 3_600_000;
/** Messages looked at in one page of a search, and pages: what came in the time since the first attempt. */
const SEARCH_LIMIT = 200;
const SEARCH_PAGES = 5;

export interface PosterParts {
  readonly client: WebClient;
  readonly pace: PostPace;
  readonly refused: RefusedBlocks;
  readonly clock: Clock;
  readonly log: Log;
  /** A message of ours stands in that thread. */
  readonly onPosted: (channel: string, threadTs: string | null) => void;
}

export function createPoster({ client, pace, refused, clock, log, onPosted }: PosterParts): Poster {
  async function send(post: Post, content: Content, metadata: MessageMetadata): Promise<Posted> {
    const answer = await client.chat.postMessage({
      channel: post.channel,
      text: content.text,
      ...(content.blocks.length > 0 && { blocks: [...content.blocks] }),
      metadata,
      unfurl_links: false,
      unfurl_media: false,
      ...(post.threadTs !== null && { thread_ts: post.threadTs }),
    });
    return { ts: answer.ts ?? '', channel: answer.channel ?? post.channel };
  }

  /** Where we may not read the conversation, a message said twice is better than none. */
  async function findIfAllowed(post: Post, id: string, sinceMs: number): Promise<string | undefined> {
    try {
      return await find(post, id, sinceMs);
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'refused') throw error;
      log.warn({ code: failure.code }, 'a post of unclear fate could not be searched for');
      return undefined;
    }
  }

  /** The ts of the message with this id, if it has been posted after all. */
  async function find(post: Post, id: string, sinceMs: number): Promise<string | undefined> {
    let cursor: string | undefined;
    for (let page = 0; page < SEARCH_PAGES; page += 1) {
      const range = {
        channel: post.channel,
        // A clock that was set back was wrong before.
        oldest: String(Math.max(0, (Math.min(sinceMs, clock.now()) - CLOCK_SKEW_MS) / 1_000)),
        limit: SEARCH_LIMIT,
        include_all_metadata: true,
        ...(cursor && { cursor }),
      };
      const answer = await (post.threadTs === null
        ? client.conversations.history(range)
        : client.conversations.replies({ ...range, ts: post.threadTs }));
      const found = objects(answer.messages).find((message) => {
        return object(object(message['metadata'])['event_payload'])['post'] === id;
      });
      if (found) return text(found['ts']);
      cursor = text(answer.response_metadata?.next_cursor);
      if (!cursor) break;
    }
    return undefined;
  }

  return async (post, signal) => {
    const { channel, threadTs, about } = post;
    const id = post.once?.id ?? randomUUID();
    const begunAt = clock.now();
    const startedAt = post.once?.sinceMs ?? begunAt;
    const metadata: MessageMetadata = { event_type: METADATA_EVENT, event_payload: { ...about, post: id } };
    let forms: readonly Content[] | undefined;
    let isDoubtful = post.once?.sinceMs !== undefined;
    let failure: SlackFailure = { kind: 'unclear', code: 'not_tried' };
    for (let attempt = 1; attempt <= post.attempts && !signal?.aborted; ) {
      await pace.turn(channel, rankOf(about), signal);
      if (signal?.aborted) break;
      forms ??= formsOf(post).filter(({ blocks }, at, all) => at === all.length - 1 || refused.allows(blocks));
      const [content = plain('…'), ...simpler] = forms;
      try {
        const found = isDoubtful ? await findIfAllowed(post, id, startedAt) : undefined;
        const posted = found ? { ts: found, channel } : await send(post, content, metadata);
        onPosted(posted.channel, threadTs);
        return { ok: true, ...posted, content };
      } catch (error) {
        failure = slackFailure(error);
      }
      if (isContentRefused(failure) && simpler.length > 0) {
        refused.learn(failure, content.blocks);
        forms = simpler;
        continue;
      }
      if (failure.kind === 'refused') break;
      log.warn({ kind: about.kind, code: failure.code, attempt }, 'a post to Slack did not succeed yet');
      if (failure.kind === 'limited' && clock.now() - begunAt < LIMITED_PATIENCE_MS) {
        pace.limited(channel, failure.retryAfterMs);
        continue;
      }
      if (failure.kind === 'unclear') isDoubtful = true;
      if (attempt < post.attempts) await pause(clock, pauseMs(attempt), signal);
      attempt += 1;
    }
    return { ok: false, failure };
  };
}

/** What was asked for goes first; what a turn says of itself meanwhile, and after its end, can wait a moment. */
export function rankOf({ kind, turn }: Post['about']): PostRank {
  return kind === 'completion' || (kind === 'notice' && turn !== undefined) ? 'other' : 'first';
}

/** The same message, ever simpler. */
function formsOf({ content, simpler = [] }: Post): readonly Content[] {
  const whole = typeof content === 'function' ? content() : content;
  return [whole, ...simpler, plain(whole.text)].filter(
    (form, at, all) => at === 0 || form.blocks.length > 0 || all[at - 1]?.blocks.length !== 0,
  );
}

function pauseMs(attempt: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}
