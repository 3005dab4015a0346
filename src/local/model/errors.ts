/** The API's errors: a status, a type, and the body they travel in. */

export type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'api_error'
  | 'overloaded_error';

export interface ApiError {
  readonly status: number;
  readonly type: ErrorType;
  readonly message: string;
}

export function apiError(status: number, type: ErrorType, message: string): ApiError {
  return { status, type, message };
}

export function invalid(message: string): ApiError {
  return apiError(400, 'invalid_request_error', message);
}

export function errorBody(error: { readonly type: ErrorType; readonly message: string }, requestId: string): object {
  return { type: 'error', error: { type: error.type, message: error.message }, request_id: requestId };
}
