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
import { isContentRefused, type SlackFailure, slackFailure } from './slack-errors.ts';

export interface Content {
  readonly text: string;
  readonly blocks: readonly KnownBlock[];
}

export interface Post {
  readonly channel: string;
  /** null: at the top level. */
  readonly threadTs: string | null;
  readonly content: Content;
  /** What to post if Slack refuses the content. */
  readonly simpler: Content;
  /** Goes with the message as metadata, so that it can be found again. */
  readonly about: { readonly turn?: string; readonly kind: 'answer' | 'notice' | 'root' | 'help' };
  /** What it is posted for, at most once; `sinceMs`: it may have been posted since then, so it is looked for first. */
  readonly once?: { readonly id: string; readonly sinceMs?: number };
  /** How often it is tried in all. */
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
/** Our clock and Slack's may differ by this much; the search begins that long before the first attempt. */
const CLOCK_SKEW_MS = 10 * 60_000;
/** Messages looked at in one search: what came in the seconds since the first attempt. */
const SEARCH_LIMIT = 200;

export function createPoster(client: WebClient, clock: Clock, log: Log): Poster {
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
    const range = {
      channel: post.channel,
      oldest: String(Math.max(0, (sinceMs - CLOCK_SKEW_MS) / 1_000)),
      limit: SEARCH_LIMIT,
      include_all_metadata: true,
    };
    const page = await (post.threadTs === null
      ? client.conversations.history(range)
      : client.conversations.replies({ ...range, ts: post.threadTs }));
    const found = objects(page.messages).find((message) => {
      return object(object(message['metadata'])['event_payload'])['post'] === id;
    });
    return found && text(found['ts']);
  }

  return async (post, signal) => {
    const id = post.once?.id ?? randomUUID();
    const startedAt = post.once?.sinceMs ?? clock.now();
    const metadata: MessageMetadata = { event_type: METADATA_EVENT, event_payload: { ...post.about, post: id } };
    let { content } = post;
    let isDoubtful = post.once?.sinceMs !== undefined;
    let failure: SlackFailure = { kind: 'unclear', code: 'not_tried' };
    for (let attempt = 1; attempt <= post.attempts && !signal?.aborted; attempt += 1) {
      try {
        const found = isDoubtful ? await findIfAllowed(post, id, startedAt) : undefined;
        const posted = found ? { ts: found, channel: post.channel } : await send(post, content, metadata);
        return { ok: true, ...posted, content };
      } catch (error) {
        failure = slackFailure(error);
      }
      if (isContentRefused(failure) && content !== post.simpler) {
        content = post.simpler;
        continue;
      }
      if (failure.kind === 'refused') break;
      if (failure.kind === 'unclear') isDoubtful = true;
      log.warn({ kind: post.about.kind, code: failure.code, attempt }, 'a post to Slack did not succeed yet');
      if (attempt < post.attempts) await pause(clock, pauseMs(failure, attempt), signal);
    }
    return { ok: false, failure };
  };
}

function pauseMs(failure: SlackFailure, attempt: number): number {
  if (failure.kind === 'limited') return failure.retryAfterMs;
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
}
