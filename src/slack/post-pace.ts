/**
 * When each message is posted. Slack takes about one message a second in a channel, a short burst now and then, and some
 * hundreds a minute in a workspace; who posts faster loses messages. Knows nothing of what is posted.
 *
 * The promises: a person's first message goes before everything else and may use a small burst; nothing waits for ever; a limit
 * that a channel met holds that channel only.
 */
import type { Clock } from '../clock.ts';

/** 'first': somebody waits for it. */
export type PostRank = 'first' | 'other';

export interface PostPace {
  /** Resolves when a post may be sent in that channel, which counts it; at once where the signal has aborted. */
  turn(channel: string, rank: PostRank, signal?: AbortSignal): Promise<void>;
  /** Slack said so: nothing in that channel for this long. */
  limited(channel: string, retryAfterMs: number): void;
}

/** Posts a channel takes at once after a quiet time. Slack says "short bursts" and gives no number. [ours] */
const BURST = 3;
/** Slack says "several hundred" a minute for a workspace. [ours] */
const PER_MINUTE = 200;
const MINUTE_MS = 60_000;
/** After this a post goes in the order it came, whatever else waits. */
const PATIENCE_MS = 15_000;
/** Channels that are remembered although they are quiet. */
const REMEMBERED = 1_000;

interface Waiting {
  readonly channel: string;
  readonly rank: PostRank;
  readonly since: number;
  readonly go: () => void;
}

/** A channel's room: how many posts it had left, and when that was. */
interface Room {
  left: number;
  at: number;
  cooling: { readonly until: number; readonly delayMs: number };
}

/** `intervalMs`: between two posts in a channel, when its burst is used up. Slack asks for 1,000. [doc] */
export function createPostPace(intervalMs: number, clock: Clock): PostPace {
  /** A Slack that takes posts faster takes more of them. */
  const perMinute = Math.max(PER_MINUTE, Math.floor(MINUTE_MS / intervalMs));
  let waiting: readonly Waiting[] = [];
  const rooms = new Map<string, Room>();
  /** When the posts of the last minute were sent. */
  let sent: readonly number[] = [];
  let cancelWake: () => void = () => {};

  function roomOf(channel: string, now: number): Room {
    const known = rooms.get(channel) ?? { left: BURST, at: now, cooling: { until: now, delayMs: 0 } };
    // Where the clock was set back, what lies in the future counts from now.
    const at = Math.min(known.at, now);
    const until = Math.min(known.cooling.until, now + known.cooling.delayMs);
    const room = {
      left: Math.min(BURST, known.left + (now - at) / intervalMs),
      at: now,
      cooling: { ...known.cooling, until },
    };
    rooms.delete(channel);
    rooms.set(channel, room);
    return room;
  }

  /** Milliseconds until that post may go; the burst is for those somebody waits for. */
  function waitMs({ channel, rank, since }: Waiting, now: number): number {
    const room = roomOf(channel, now);
    const refillMs = (needed: number) => Math.ceil(Math.max(0, needed - room.left) * intervalMs);
    const patient = Math.max(refillMs(1), since + PATIENCE_MS - now);
    const refill = rank === 'first' ? refillMs(1) : Math.min(refillMs(BURST), patient);
    const oldest = sent[sent.length - perMinute];
    const workspace = oldest === undefined ? 0 : oldest + MINUTE_MS - now;
    return Math.max(refill, room.cooling.until - now, workspace, 0);
  }

  function pump(): void {
    cancelWake();
    cancelWake = () => {};
    const now = clock.now();
    sent = sent.map((at) => Math.min(at, now)).filter((at) => at + MINUTE_MS > now);
    let wakeIn = Number.POSITIVE_INFINITY;
    for (const entry of inOrder(waiting, now)) {
      const wait = waitMs(entry, now);
      if (wait > 0) {
        wakeIn = Math.min(wakeIn, wait);
        continue;
      }
      roomOf(entry.channel, now).left -= 1;
      sent = [...sent, now];
      waiting = waiting.filter((other) => other !== entry);
      entry.go();
    }
    if (Number.isFinite(wakeIn)) cancelWake = clock.after(wakeIn, pump);
    for (const channel of rooms.keys()) {
      if (rooms.size <= REMEMBERED) break;
      rooms.delete(channel);
    }
  }

  return {
    turn: (channel, rank, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const go = () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const entry: Waiting = { channel, rank, since: clock.now(), go };
        const leave = () => {
          waiting = waiting.filter((other) => other !== entry);
          go();
          pump();
        };
        signal?.addEventListener('abort', leave, { once: true });
        waiting = [...waiting, entry];
        pump();
      }),

    limited: (channel, retryAfterMs) => {
      const now = clock.now();
      const room = roomOf(channel, now);
      room.left = Math.min(room.left, 1);
      if (now + retryAfterMs > room.cooling.until) room.cooling = { until: now + retryAfterMs, delayMs: retryAfterMs };
      pump();
    },
  };
}

/** Those that waited too long, then those somebody waits for, then the others; each in the order they came. */
function inOrder(waiting: readonly Waiting[], now: number): readonly Waiting[] {
  const late = waiting.filter(({ since }) => now - since >= PATIENCE_MS);
  const young = waiting.filter((entry) => !late.includes(entry));
  return [...late, ...young.filter(({ rank }) => rank === 'first'), ...young.filter(({ rank }) => rank === 'other')];
}
