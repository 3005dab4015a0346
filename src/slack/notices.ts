/**
 * Small replies in threads, in the order they were said. A thread's next one goes out when the one before it stands; what a
 * turn says while its last notice still waits for the channel's pace shares that message.
 */
import { type ThreadRef, threadKey } from '../conversation/events.ts';
import { LIMITS } from './limits.ts';
import { type Content, type Poster, type PostKind, plain } from './post.ts';
import type { SlackFailure } from './slack-errors.ts';

export interface Notice {
  readonly thread: ThreadRef;
  readonly content: Content;
  readonly kind: Extract<PostKind, 'notice' | 'completion' | 'help'>;
  /** Texts of one turn may share a message; those of different turns, and of none, never do. */
  readonly turn?: string | undefined;
}

/** Resolves when it stands; with the failure where it was given up. Never rejects. */
export type SayNotice = (notice: Notice) => Promise<SlackFailure | undefined>;

/** Half a minute, pauses included. */
const ATTEMPTS = 7;

interface Batch {
  readonly turn: string | undefined;
  content: Content;
  /** It is being sent: nothing can be added. */
  isBegun: boolean;
  readonly said: Promise<SlackFailure | undefined>;
}

export function createNotices(post: Poster): SayNotice {
  /** The last batch of each thread that has any. */
  const last = new Map<string, Batch>();

  function join({ content, turn }: Notice, batch: Batch | undefined): boolean {
    if (!batch || batch.isBegun || turn === undefined || batch.turn !== turn) return false;
    if (content.blocks.length > 0 || batch.content.blocks.length > 0) return false;
    const text = `${batch.content.text}\n${content.text}`;
    if (Buffer.byteLength(text) > LIMITS.fallbackBytes) return false;
    batch.content = plain(text);
    return true;
  }

  function begin(notice: Notice, before: Promise<unknown>, key: string): Batch {
    const { thread, kind, turn } = notice;
    const send = async () => {
      await before;
      const begun = () => {
        batch.isBegun = true;
        return batch.content;
      };
      const about = { kind, ...(turn !== undefined && { turn }) };
      const posted = await post({ ...thread, content: begun, about, attempts: ATTEMPTS });
      if (last.get(key) === batch) last.delete(key);
      return posted.ok ? undefined : posted.failure;
    };
    const batch: Batch = { turn, content: notice.content, isBegun: false, said: Promise.resolve(undefined) };
    return Object.assign(batch, { said: send() });
  }

  return (notice) => {
    const key = threadKey(notice.thread);
    const before = last.get(key);
    if (before && join(notice, before)) return before.said;
    const batch = begin(notice, before?.said ?? Promise.resolve(), key);
    last.set(key, batch);
    return batch.said;
  };
}
