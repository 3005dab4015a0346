/**
 * How often a method may be called: a sliding minute per method, and for posting about one message a second in each channel
 * with some room for a burst. Slack publishes the tiers and "one per second"; the burst is ours. Pure but for what it remembers.
 */
export interface RateLimits {
  /** Counts a call. Seconds to wait where it is too many, else undefined. */
  take(method: string, perMinute: number): number | undefined;
  takePost(channel: string): number | undefined;
  reset(): void;
}

const MINUTE_MS = 60_000;
/** Posts a channel takes at once before the pace of one a second holds. */
export const POST_BURST = 10;

export function createRateLimits(now: () => number): RateLimits {
  const calls = new Map<string, number[]>();
  const posts = new Map<string, { left: number; at: number }>();
  return {
    take: (method, perMinute) => {
      const recent = (calls.get(method) ?? []).filter((at) => at > now() - MINUTE_MS);
      calls.set(method, recent);
      const oldest = recent[recent.length - perMinute];
      if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + MINUTE_MS - now()) / 1000));
      recent.push(now());
      return undefined;
    },
    takePost: (channel) => {
      const bucket = posts.get(channel) ?? { left: POST_BURST, at: now() };
      const left = Math.min(POST_BURST, bucket.left + (now() - bucket.at) / 1000);
      posts.set(channel, { left: left >= 1 ? left - 1 : left, at: now() });
      return left >= 1 ? undefined : 1;
    },
    reset: () => {
      calls.clear();
      posts.clear();
    },
  };
}
