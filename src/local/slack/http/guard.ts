/**
 * Who may talk to a server on this machine: a page of another origin may not, nor a name that merely resolves here (DNS
 * rebinding).
 */
import type { IncomingMessage } from 'node:http';

/** Whether the Host header names this server by address. */
export function isOwnHost(request: IncomingMessage, port: number): boolean {
  const host = request.headers.host ?? '';
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`;
}

/**
 * Whether the request comes from our own page. With `strict` the Origin header must be there, as browsers send it with every
 * POST and WebSocket; without, a client that is no browser may leave it out.
 */
export function isOwnOrigin(request: IncomingMessage, strict: boolean): boolean {
  const origin = request.headers.origin;
  if (origin === undefined) return !strict;
  return origin === `http://${request.headers.host}`;
}
