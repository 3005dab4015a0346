/** What a failed Web API call means for us, decided on types and codes. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';

export type SlackFailure =
  /** Slack understood the call and did not do it. `code` is Slack's; `details` say where the fault is, if Slack does. */
  | { readonly kind: 'refused'; readonly code: string; readonly details: readonly string[] }
  /** Too many calls: not done, and not to be repeated before that time. */
  | { readonly kind: 'limited'; readonly code: 'ratelimited'; readonly retryAfterMs: number }
  /** A time-out, a lost connection, trouble at Slack: it may have been done. `code` is for the log. */
  | { readonly kind: 'unclear'; readonly code: string };

/** Slack gives no number with these; its limits are per minute. */
const UNSTATED_RETRY_MS = 30_000;

/** `ok: false`, and yet not an answer to the question: Slack says of these that part of the call may have been done. */
const TROUBLE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

function platformFailure(code: string, details: readonly string[]): SlackFailure {
  if (code === 'ratelimited' || code === 'rate_limited') {
    return { kind: 'limited', code: 'ratelimited', retryAfterMs: UNSTATED_RETRY_MS };
  }
  // Where the answer was no JSON, the SDK puts the whole of it here.
  if (!/^[a-z0-9_]{1,80}$/.test(code)) return { kind: 'unclear', code: 'not_slacks_answer' };
  return TROUBLE.has(code) ? { kind: 'unclear', code } : { kind: 'refused', code, details };
}

/** The code of the innermost cause: `fetch` wraps what the system said. */
function systemCode(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z0-9_]{1,40}$/.test(at.code)) return at.code;
    if (at.name === 'TimeoutError') return 'ETIMEDOUT';
  }
  return 'unknown';
}

export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'limited', code: 'ratelimited', retryAfterMs: Math.max(1, error.retryAfter) * 1_000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const { error: code, response_metadata: metadata } = error.data;
    return platformFailure(String(code), metadata?.messages ?? []);
  }
  if (error instanceof WebAPIHTTPError) return { kind: 'unclear', code: `http_${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return { kind: 'unclear', code: systemCode(error.original) };
  return { kind: 'unclear', code: systemCode(error) };
}

/** The content is not accepted, but something simpler may be. */
const CONTENT = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_arguments',
  'msg_blocks_too_long',
  'msg_too_long',
  'markdown_text_conflict',
]);

export function isContentRefused(failure: SlackFailure): boolean {
  return failure.kind === 'refused' && CONTENT.has(failure.code);
}

/** Private channels we are not in do not exist for us. */
const NOT_A_MEMBER = new Set(['not_in_channel', 'channel_not_found']);

export function isNotInChannel(failure: SlackFailure): boolean {
  return failure.kind === 'refused' && NOT_A_MEMBER.has(failure.code);
}

const BAD_TOKEN = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'no_permission',
  'missing_scope',
  'org_login_required',
  'ekm_access_denied',
  'user_removed_from_team',
  'team_disabled',
]);

export function isTokenRefused(failure: SlackFailure): boolean {
  return failure.kind === 'refused' && BAD_TOKEN.has(failure.code);
}
