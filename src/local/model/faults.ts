/** What can go wrong at the API, on demand, for tests. */
import { type ApiError, apiError } from './errors.ts';
import type { Reply } from './reply.ts';

export type Fault =
  /** An error instead of a reply. `retryAfterSeconds` becomes the header. */
  | { readonly kind: 'status'; readonly status: 401 | 403 | 429 | 500 | 529; readonly retryAfterSeconds?: number }
  /** An `error` event after so many deltas. */
  | { readonly kind: 'error event'; readonly type: 'overloaded_error' | 'api_error'; readonly afterDeltas: number }
  /** The connection breaks after so many deltas. */
  | { readonly kind: 'cut'; readonly afterDeltas: number }
  /** A reply with no content. */
  | { readonly kind: 'empty' }
  /** Only so many tokens of the reply, then `max_tokens`. */
  | { readonly kind: 'max tokens'; readonly tokens: number }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'context window' }
  /** Nothing, not even headers, for so long; `Infinity` for ever. */
  | { readonly kind: 'slow'; readonly firstTokenMs: number };

/** What a test looks at to decide on a fault. */
export interface FaultRequest {
  /** 1 for the first request of this server. */
  readonly number: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export function statusError(status: number): ApiError {
  const words = 'A fault that was asked for';
  if (status === 401) return apiError(401, 'authentication_error', words);
  if (status === 403) return apiError(403, 'permission_error', words);
  if (status === 429) return apiError(429, 'rate_limit_error', words);
  return status === 529 ? apiError(529, 'overloaded_error', words) : apiError(500, 'api_error', words);
}

/** A fault that lies in the reply itself. */
export function spoil(reply: Reply, fault: Fault | undefined): Reply {
  if (fault?.kind === 'empty') return { ...reply, content: [], stopReason: 'end_turn' };
  if (fault?.kind === 'refusal') return { ...reply, content: [], stopReason: 'refusal' };
  if (fault?.kind === 'context window') return { ...reply, content: [], stopReason: 'model_context_window_exceeded' };
  return reply;
}
