/**
 * The part of the Connect protocol that E2B's SDK speaks: JSON, unary calls, and streams from the server whose messages
 * carry a flag byte and a length. https://connectrpc.com/docs/protocol
 */
import type { ServerResponse } from 'node:http';
import { sendJson } from './http.ts';

/** Connect's error codes that are used here, with their HTTP status for unary calls. */
const STATUSES = {
  invalid_argument: 400,
  failed_precondition: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  internal: 500,
  unimplemented: 501,
  unavailable: 503,
  deadline_exceeded: 504,
} as const;

export type RpcCode = keyof typeof STATUSES;

export interface RpcError {
  readonly code: RpcCode;
  readonly message: string;
}

export const UNARY_TYPE = 'application/json';
export const STREAM_TYPE = 'application/connect+json';

const HEADER_BYTES = 5;
const FLAG_MESSAGE = 0;
const FLAG_END = 2;

/** The agent's codes are Connect's, and a few of its own. */
export function rpcError(code: string, message: string): RpcError {
  return { code: Object.hasOwn(STATUSES, code) ? (code as RpcCode) : 'internal', message };
}

export function sendRpcError(response: ServerResponse, error: RpcError): void {
  sendJson(response, STATUSES[error.code], error);
}

function envelope(flag: number, value: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt8(flag, 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

export function message(value: unknown): Buffer {
  return envelope(FLAG_MESSAGE, value);
}

/** The last frame of a stream; with an error when it ends badly. */
export function endOfStream(error?: RpcError): Buffer {
  return envelope(FLAG_END, error ? { error } : {});
}

/** The one message of a request to a streaming call; undefined when it is not one. */
export function requestMessage(body: Buffer): string | undefined {
  if (body.length < HEADER_BYTES || body.readUInt8(0) !== FLAG_MESSAGE) return undefined;
  const length = body.readUInt32BE(1);
  return body.length === HEADER_BYTES + length ? body.subarray(HEADER_BYTES).toString() : undefined;
}
