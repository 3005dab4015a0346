/** A Web API of a few lines, for what the local server does not let a test see or do. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The form fields of a method call. */
  readonly args: Readonly<Record<string, string>>;
}

export interface StubSlack {
  readonly url: string;
  readonly apiUrl: string;
  readonly calls: readonly StubCall[];
  /** The calls of one path, such as `/api/files.info`. */
  of(path: string): readonly StubCall[];
  stop(): Promise<void>;
}

export type StubAnswer = (call: StubCall, response: ServerResponse, url: string) => void;

export function json(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export async function startStub(answer: StubAnswer): Promise<StubSlack> {
  const calls: StubCall[] = [];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const args = Object.fromEntries(new URLSearchParams(body.toString()));
      const call = { path: request.url ?? '', headers: request.headers, body, args };
      calls.push(call);
      answer(call, response, url);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiUrl: `${url}/api/`,
    calls,
    of: (path) => calls.filter((call) => call.path === path),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
