/** Web API clients that do one call for one call. */
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Log } from '../log.ts';
import { boltLogger } from './bolt-logger.ts';

const CALL_TIMEOUT_MS = 15_000;

/**
 * No call is repeated behind our back, and none waits for the limit of another: both are the SDK's defaults. A new object
 * each time, because the SDK writes into it.
 */
export function clientOptions(apiUrl: string, log: Log): WebClientOptions {
  return {
    slackApiUrl: apiUrl,
    logger: boltLogger(log),
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
  };
}

export function createWebClient(token: string, apiUrl: string, log: Log): WebClient {
  return new WebClient(token, clientOptions(apiUrl, log));
}
