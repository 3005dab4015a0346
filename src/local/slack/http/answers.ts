/** Answers, and the headers that every one of them carries. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type Headers = Readonly<Record<string, string>>;

export function sendJson(response: ServerResponse, status: number, value: unknown, headers: Headers = {}): void {
  send(response, status, JSON.stringify(value), { 'content-type': 'application/json; charset=utf-8', ...headers });
}

export function sendText(response: ServerResponse, status: number, text: string, headers: Headers = {}): void {
  send(response, status, text, { 'content-type': 'text/plain; charset=utf-8', ...headers });
}

export function send(response: ServerResponse, status: number, body: string | Buffer, headers: Headers): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
  });
  response.end(body);
}

/** The token of `Authorization: Bearer …`. */
export function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
