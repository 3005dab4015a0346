/** The shapes of E2B's answers, for the stub. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export const TOKEN = 'envd-token';

/** The answer to one `/execute`. */
export interface RunStream {
  readonly code: string;
  readonly contextId: string;
  event(event: object): void;
  bytes(bytes: Uint8Array): void;
  /** The last event, and the end of the body. */
  finish(): void;
  /** The end of the body without the last event. */
  close(): void;
  /** The connection breaks. */
  cut(): void;
}

export interface StubEntry {
  readonly name: string;
  readonly type: 'FILE' | 'DIRECTORY' | 'SYMLINK';
  readonly size?: number;
  readonly symlinkTarget?: string;
}

export function send(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Record<string, string> = {},
): ServerResponse {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  return response.end(body === undefined ? undefined : JSON.stringify(body));
}

export function frame(flags: number, message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(5);
  head.writeUInt8(flags, 0);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export function wire(id: string, templateID: unknown) {
  const tokens = { envdAccessToken: TOKEN, trafficAccessToken: 'traffic' };
  return { sandboxID: id, templateID, clientID: 'stub', envdVersion: '0.6.13', domain: null, ...tokens };
}

export function wireEntry(folder: string, { name, type, size = 0, symlinkTarget }: StubEntry) {
  return {
    name,
    type: `FILE_TYPE_${type}`,
    path: `${folder}/${name}`,
    size: String(size),
    mode: 0o644,
    permissions: '-rw-r--r--',
    owner: 'user',
    group: 'user',
    modifiedTime: '2026-01-05T09:00:00Z',
    ...(symlinkTarget !== undefined && { symlinkTarget }),
  };
}

export function runStream(code: string, contextId: string, response: ServerResponse): RunStream {
  const event = (value: object) => response.write(`${JSON.stringify(value)}\n`);
  return {
    code,
    contextId,
    event,
    bytes: (bytes) => response.write(bytes),
    finish() {
      event({ type: 'end_of_execution' });
      response.end();
    },
    close: () => response.end(),
    cut: () => response.destroy(),
  };
}
