/** What a reply of the model cost, at the prices the configuration gives. Pure. */
import type { TokenUsage } from './events.ts';

/** US dollars for a million tokens. */
export interface Prices {
  readonly inputUsd: number;
  readonly outputUsd: number;
  /** Input that the service had kept from an earlier request. */
  readonly cacheReadUsd: number;
}

/** Of the input price; most of Anthropic's models charge this for what they read from the cache, newer ones less. */
export const CACHE_READ_SHARE = 0.1;
/** Of the input price; all of Anthropic's models charge this for what they keep for five minutes, as our requests ask. */
const CACHE_WRITE_SHARE = 1.25;
const MILLION = 1_000_000;

/** In US dollars. */
export function costOf(usage: TokenUsage, prices: Prices): number {
  const { inputTokens, outputTokens, cacheReadTokens = 0, cacheWriteTokens = 0 } = usage;
  const plain = Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens);
  const input = plain * prices.inputUsd + cacheWriteTokens * prices.inputUsd * CACHE_WRITE_SHARE;
  return (input + cacheReadTokens * prices.cacheReadUsd + outputTokens * prices.outputUsd) / MILLION;
}
