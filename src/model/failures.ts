/**
 * Why a reply did not come, decided on statuses, types and codes only, and the sentence for the person who waits.
 * The words of an error never reach that sentence: they may hold anything.
 */
import { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { Failure } from '../conversation/events.ts';

/** What went wrong between us and the model service. */
export type Trouble =
  /** It answered with an error, as a status or in the stream. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code?: string;
      /** What `x-should-retry` says, if anything. */
      readonly mayRetry?: boolean;
      /** What it asks us to wait. */
      readonly waitMs?: number;
    }
  /** No connection, or it broke. */
  | { readonly kind: 'unreachable' }
  /** The stream ended in the middle of the reply. */
  | { readonly kind: 'cut' }
  /** Nothing came for too long. */
  | { readonly kind: 'silent' }
  /** A fault of ours. `name` is the name of the exception. */
  | { readonly kind: 'bug'; readonly name: string };

/** The statuses the API gives its error types; an error inside a stream has only the type. */
const STATUS_OF_TYPE: ReadonlyMap<string, number> = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['billing_error', 402],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['api_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

/** Limits that waiting does not lift: a person must raise them. */
const SPENT = new Set(['contract_spend_limit_reached', 'enforced_spend_limit_reached']);

/** The trouble behind an exception. */
export function troubleOf(error: unknown, now: number): Trouble {
  if (error instanceof APIConnectionError) return { kind: 'unreachable' };
  if (error instanceof APIError && typeof error.status === 'number') {
    const waitMs = retryAfterMs(error.headers, now);
    const mayRetry = shouldRetryHeader(error.headers);
    return {
      kind: 'refused',
      status: error.status,
      ...(error.errorCode !== null && { code: error.errorCode }),
      ...(mayRetry !== undefined && { mayRetry }),
      ...(waitMs !== undefined && { waitMs }),
    };
  }
  // What fetch and its body reader throw when a connection breaks.
  if (error instanceof TypeError || (error instanceof Error && 'cause' in error)) return { kind: 'unreachable' };
  return { kind: 'bug', name: error instanceof Error ? error.name : typeof error };
}

/** The trouble an `error` event of a stream reports. */
export function troubleOfType(type: string): Trouble {
  return { kind: 'refused', status: STATUS_OF_TYPE.get(type) ?? 500 };
}

/** Whether the same request may work in a moment. Silence is not tried again: the person has waited long enough. */
export function isPassing(trouble: Trouble): boolean {
  if (trouble.kind !== 'refused') return trouble.kind === 'unreachable' || trouble.kind === 'cut';
  if (trouble.code !== undefined && SPENT.has(trouble.code)) return false;
  if (trouble.mayRetry !== undefined) return trouble.mayRetry;
  return [408, 409, 429].includes(trouble.status) || trouble.status >= 500;
}

const LOGGED_CHARS = 500;

export interface About {
  readonly model: string;
  /** True when ANTHROPIC_BASE_URL points elsewhere, so that it is worth checking too. */
  readonly customServer: boolean;
}

export function failureOf(trouble: Trouble, about: About): Failure {
  const server = about.customServer ? ' and that ANTHROPIC_BASE_URL is right' : '';
  switch (trouble.kind) {
    case 'unreachable':
      return unavailable(`The model service could not be reached. Check that it is up${server}, then ask again.`);
    case 'cut':
      return unavailable('The connection to the model broke in the middle of its answer. Ask again.');
    case 'silent':
      return unavailable('The model service stopped answering. Ask again in a while.');
    case 'bug':
      return { reason: 'internal', message: 'The bot failed while it asked the model. The log has the details.' };
    case 'refused':
      return refusal(trouble, about);
  }
}

function refusal({ status, code }: Extract<Trouble, { kind: 'refused' }>, about: About): Failure {
  if (code !== undefined && SPENT.has(code)) {
    return unavailable('The spend limit of the model account is reached. Raise it or wait until it resets.');
  }
  if (status === 401) {
    return auth('The model service did not accept the API key. Check ANTHROPIC_API_KEY and restart the bot.');
  }
  if (status === 402) return auth('The model account cannot be billed. Check its payment details, then ask again.');
  if (status === 403) {
    return auth(
      `The API key may not use the model \`${about.model}\`. Check the key's permissions and ANTHROPIC_MODEL.`,
    );
  }
  if (status === 404) {
    const or = about.customServer ? ' and ANTHROPIC_BASE_URL' : '';
    return badRequest(`The model service does not know the model \`${about.model}\`. Check ANTHROPIC_MODEL${or}.`);
  }
  if (status === 413) return badRequest('This conversation is too large for the model. Start a new thread.');
  if (status === 429) return unavailable('The model service is limiting our requests. Ask again in a minute or two.');
  if (status === 529) return unavailable('The model service is overloaded. Ask again in a minute or two.');
  if (status >= 500 || status === 408 || status === 409) {
    return unavailable('The model service has a fault of its own. Ask again in a minute or two.');
  }
  return badRequest(
    'The model service did not take the request. Start a new thread if this one is long; otherwise check that ' +
      `\`${about.model}\` (ANTHROPIC_MODEL) is a model that can use tools. The log has the details.`,
  );
}

/** What the log may hold of an error: never the key, and only the beginning of what the service says. */
export function logFields(error: unknown, secret: string): object {
  const safe = (text: string): string => text.replaceAll(secret || '\0', '[key]').slice(0, LOGGED_CHARS);
  if (error instanceof APIError) {
    const { status, type, errorCode: code, requestID: requestId } = error;
    return { status, type, code, requestId, detail: safe(error.apiMessage ?? error.message) };
  }
  if (error instanceof Error) return { name: error.name, detail: safe(error.message) };
  return { detail: safe(JSON.stringify(error) ?? '') };
}

/** The failure in the way a reply stopped; undefined for one that is whole. `said` is true if it had words or a call. */
export function stopFailure(stopReason: string | undefined, said: boolean): Failure | undefined {
  switch (stopReason) {
    case undefined:
      return failureOf({ kind: 'cut' }, { model: '', customServer: false });
    case 'refusal':
      return { reason: 'model-refused', message: 'The model declined this request. Ask for something else.' };
    case 'max_tokens':
      return {
        reason: 'model-cut-off',
        message: 'The answer was longer than the model may write at once and was cut off. Ask for a smaller step.',
      };
    case 'model_context_window_exceeded':
      return {
        reason: 'model-cut-off',
        message: 'This conversation has become too long for the model. Start a new thread.',
      };
    default:
      if (said) return undefined;
      return { reason: 'model-empty', message: 'The model gave an empty answer. Ask again, perhaps in other words.' };
  }
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date; undefined when there is none that makes sense. */
export function retryAfterMs(headers: Headers | undefined, now: number): number | undefined {
  const exact = Number(headers?.get('retry-after-ms') || Number.NaN);
  if (exact >= 0) return exact;
  const text = headers?.get('retry-after');
  if (!text) return undefined;
  const seconds = Number(text);
  const ms = Number.isNaN(seconds) ? Date.parse(text) - now : seconds * 1000;
  return ms >= 0 ? ms : undefined;
}

function shouldRetryHeader(headers: Headers | undefined): boolean | undefined {
  const value = headers?.get('x-should-retry');
  return value === 'true' ? true : value === 'false' ? false : undefined;
}

function auth(message: string): Failure {
  return { reason: 'model-auth', message };
}

function unavailable(message: string): Failure {
  return { reason: 'model-unavailable', message };
}

function badRequest(message: string): Failure {
  return { reason: 'model-bad-request', message };
}
