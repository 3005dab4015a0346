import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { isContentRefused, isNotInChannel, isTokenRefused, slackFailure } from '../../src/slack/slack-errors.ts';

const platform = (error: string, messages?: string[]) =>
  new WebAPIPlatformError({ ok: false, error, response_metadata: messages ? { messages } : {} });
const refused = (code: string, details: readonly string[] = []) => ({ kind: 'refused', code, details });
const unclear = (code: string) => ({ kind: 'unclear', code });
const connectionRefused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
const timedOut = Object.assign(new Error('The operation timed out'), { name: 'TimeoutError' });

describe('a failed call', () => {
  it.each<[string, unknown, object]>([
    ['a refusal', platform('channel_not_found'), refused('channel_not_found')],
    ['a refusal that says where', platform('invalid_blocks', ['[ERROR] x']), refused('invalid_blocks', ['[ERROR] x'])],
    ['trouble that Slack admits', platform('internal_error'), unclear('internal_error')],
    ['a web page instead of an answer', platform('<html>502 Bad Gateway</html>'), unclear('not_slacks_answer')],
    ['a limit', new WebAPIRateLimitedError(7), { kind: 'limited', code: 'ratelimited', retryAfterMs: 7_000 }],
    [
      'a limit of no time',
      new WebAPIRateLimitedError(0),
      { kind: 'limited', code: 'ratelimited', retryAfterMs: 1_000 },
    ],
    ['a limit in the body', platform('ratelimited'), { kind: 'limited', code: 'ratelimited', retryAfterMs: 30_000 }],
    ['a status', new WebAPIHTTPError(503, 'x', {}, ''), unclear('http_503')],
    [
      'a lost connection',
      new WebAPIRequestError(new TypeError('fetch failed', { cause: connectionRefused })),
      unclear('ECONNREFUSED'),
    ],
    ['a time-out', new WebAPIRequestError(timedOut), unclear('ETIMEDOUT')],
    ['an answer that breaks off', new TypeError('terminated'), unclear('unknown')],
    ['something that is no error', 'boom', unclear('unknown')],
  ])('as %s', (_name, error, expected) => {
    expect(slackFailure(error)).toEqual(expected);
  });

  it.each([
    ['msg_too_long', 'content'],
    ['invalid_blocks', 'content'],
    ['not_in_channel', 'membership'],
    ['channel_not_found', 'membership'],
    ['invalid_auth', 'token'],
    ['missing_scope', 'token'],
    ['message_not_found', ''],
  ])('%s is about: %s', (code, about) => {
    const failure = slackFailure(platform(code));
    const found = [
      isContentRefused(failure) && 'content',
      isNotInChannel(failure) && 'membership',
      isTokenRefused(failure) && 'token',
    ];
    expect(found.filter(Boolean).join()).toBe(about);
  });
});
