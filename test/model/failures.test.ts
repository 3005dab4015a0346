import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import {
  failureOf,
  isPassing,
  logFields,
  retryAfterMs,
  type Trouble,
  troubleOf,
  troubleOfType,
} from '../../src/model/failures.ts';

const ABOUT = { model: 'claude-x', customServer: false };
const SECRET = 'sk-very-secret';

function answered(status: number, type: string, headers: Record<string, string> = {}, details?: object): APIError {
  const body = { type: 'error', error: { type, message: `words with ${SECRET} in them`, details } };
  return APIError.generate(status, body, undefined, new Headers(headers));
}

describe('what the person is told', () => {
  it.each<[number, string, string, string]>([
    [400, 'invalid_request_error', 'model-bad-request', 'ANTHROPIC_MODEL'],
    [401, 'authentication_error', 'model-auth', 'ANTHROPIC_API_KEY'],
    [402, 'billing_error', 'model-auth', 'payment'],
    [403, 'permission_error', 'model-auth', 'claude-x'],
    [404, 'not_found_error', 'model-bad-request', 'claude-x'],
    [413, 'request_too_large', 'model-bad-request', 'new thread'],
    [429, 'rate_limit_error', 'model-unavailable', 'limiting'],
    [500, 'api_error', 'model-unavailable', 'fault'],
    [504, 'timeout_error', 'model-unavailable', 'fault'],
    [529, 'overloaded_error', 'model-unavailable', 'overloaded'],
  ])('of a %d (%s)', (status, type, reason, words) => {
    const failure = failureOf(troubleOf(answered(status, type), 0), ABOUT);
    expect(failure).toMatchObject({ reason, message: expect.stringContaining(words) });
    expect(failure.message).not.toContain('words with');
    expect(failure.message).not.toContain(SECRET);
    // The same error as an event in a stream has a type and no status.
    expect(failureOf(troubleOfType(type), ABOUT)).toEqual(failure);
  });

  it.each<[Trouble, string, string]>([
    [{ kind: 'unreachable' }, 'model-unavailable', 'could not be reached'],
    [{ kind: 'cut' }, 'model-unavailable', 'broke'],
    [{ kind: 'silent' }, 'model-unavailable', 'stopped answering'],
    [{ kind: 'bug', name: 'RangeError' }, 'internal', 'The log'],
    [{ kind: 'refused', status: 429, code: 'enforced_spend_limit_reached' }, 'model-unavailable', 'spend limit'],
    [{ kind: 'refused', status: 418 }, 'model-bad-request', 'did not take'],
  ])('of %j', (trouble, reason, words) => {
    expect(failureOf(trouble, ABOUT)).toMatchObject({ reason, message: expect.stringContaining(words) });
  });

  it('names ANTHROPIC_BASE_URL only where one is set', () => {
    const custom = { ...ABOUT, customServer: true };
    for (const trouble of [{ kind: 'unreachable' }, { kind: 'refused', status: 404 }] as const) {
      expect(failureOf(trouble, ABOUT).message).not.toContain('ANTHROPIC_BASE_URL');
      expect(failureOf(trouble, custom).message).toContain('ANTHROPIC_BASE_URL');
    }
  });
});

describe('troubleOf', () => {
  it('knows a connection that could not be made, or broke', () => {
    expect(troubleOf(new APIConnectionError({}), 0)).toEqual({ kind: 'unreachable' });
    expect(troubleOf(new TypeError('terminated'), 0)).toEqual({ kind: 'unreachable' });
  });

  it('takes everything else for a fault of ours', () => {
    expect(troubleOf(new RangeError('x'), 0)).toEqual({ kind: 'bug', name: 'RangeError' });
    expect(troubleOf('x', 0)).toEqual({ kind: 'bug', name: 'string' });
  });
});

describe('isPassing', () => {
  it.each<[boolean, Trouble]>([
    [true, { kind: 'unreachable' }],
    [true, { kind: 'cut' }],
    [false, { kind: 'silent' }],
    [false, { kind: 'bug', name: 'Error' }],
    [true, { kind: 'refused', status: 408 }],
    [true, { kind: 'refused', status: 409 }],
    [true, { kind: 'refused', status: 429 }],
    [true, { kind: 'refused', status: 500 }],
    [true, { kind: 'refused', status: 529 }],
    [false, { kind: 'refused', status: 400 }],
    [false, { kind: 'refused', status: 401 }],
    [false, { kind: 'refused', status: 404 }],
    [false, { kind: 'refused', status: 529, mayRetry: false }],
    [true, { kind: 'refused', status: 400, mayRetry: true }],
    [false, { kind: 'refused', status: 429, mayRetry: true, code: 'contract_spend_limit_reached' }],
  ])('is %j for %j', (passing, trouble) => {
    expect(isPassing(trouble)).toBe(passing);
  });

  it('reads x-should-retry and the code from the answer', () => {
    const error = answered(
      429,
      'rate_limit_error',
      { 'x-should-retry': 'true' },
      { error_code: 'ramp_limit_exceeded' },
    );
    expect(troubleOf(error, 0)).toMatchObject({ mayRetry: true, code: 'ramp_limit_exceeded' });
  });
});

describe('retryAfterMs', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  it.each<[Record<string, string>, number | undefined]>([
    [{}, undefined],
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }, 30_000],
    [{ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, undefined],
    [{ 'retry-after': '-3' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after-ms': '250', 'retry-after': '7' }, 250],
    [{ 'retry-after-ms': 'x', 'retry-after': '7' }, 7000],
  ])('%j is %j', (headers, expected) => {
    expect(retryAfterMs(new Headers(headers), now)).toBe(expected);
  });
});

describe('logFields', () => {
  it('hold what a developer needs, and never the key', () => {
    const fields = logFields(answered(400, 'invalid_request_error', { 'request-id': 'req_1' }), SECRET);
    expect(fields).toMatchObject({ status: 400, type: 'invalid_request_error', requestId: 'req_1' });
    for (const error of [answered(401, 'x'), new Error(`no ${SECRET}`), { message: SECRET }]) {
      expect(JSON.stringify(logFields(error, SECRET))).not.toContain(SECRET);
    }
    expect(JSON.stringify(logFields(new Error('x'.repeat(5000)), SECRET)).length).toBeLessThan(700);
  });
});
