/**
 * A strict server that speaks E2B's wire as far as the adapter uses it, and fails as it is told to. It refuses what the
 * service refuses, and remembers every call, so that a test can wait for one instead of for time to pass.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyOf, frame, type RunStream, runStream, type StubEntry, send, TOKEN, wire, wireEntry } from './stub-wire.ts';

export const API_KEY = 'e2b_stub';

export interface Call {
  readonly name: string;
  readonly body: Record<string, unknown>;
}

type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> } | 'hang';

export class E2bStub {
  readonly calls: Call[] = [];
  /** Requests no real E2B would have answered: a test expects none. */
  readonly violations: string[] = [];
  /** Overrides by call name, e.g. `POST /v2/sandboxes`; used until removed. */
  readonly answers = new Map<string, Answer>();
  readonly folders = new Map<string, readonly StubEntry[]>();
  readonly files = new Map<string, Uint8Array>();
  readonly alive = new Set<string>();
  /** Of those alive. */
  readonly paused = new Set<string>();
  /** Labels of those alive. */
  readonly labels = new Map<string, Record<string, string>>();
  /** Sandboxes in one page of a list. */
  pageSize = 100;
  contexts: unknown = [{ id: 'kernel-python', language: 'python', cwd: '/home/user' }];
  onExecute: (run: RunStream) => void = (run) => run.finish();
  /** What is run between runs of the user's: the marks. */
  onMark: (run: RunStream) => void = (run) => run.finish();
  /** The exit code of the command that interrupts a kernel. */
  onInterrupt: (kernel: string) => number | 'hang' = () => 0;
  private readonly waiting: { name: string; resolve: (call: Call) => void }[] = [];
  private readonly server: Server;
  private made = 0;

  constructor() {
    this.server = createServer((request, response) => {
      this.serve(request, response).catch((error: unknown) => {
        this.violations.push(String(error));
        response.destroy();
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The next call of that name, or the last one if it has come already. */
  called(name: string): Promise<Call> {
    const past = this.calls.findLast((call) => call.name === name);
    if (past) return Promise.resolve(past);
    return new Promise((resolve) => this.waiting.push({ name, resolve }));
  }

  count(name: string): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<ServerResponse> {
    const url = new URL(request.url ?? '/', 'http://stub');
    const raw = await bodyOf(request);
    const id = request.headers['e2b-sandbox-id'];
    const port = request.headers['e2b-sandbox-port'];
    const name = `${request.method} ${typeof id === 'string' ? `:${port}` : ''}${url.pathname}`;
    this.record(name, raw, request);
    const answer = this.answers.get(name);
    if (answer === 'hang') return response;
    if (answer) return send(response, answer.status, answer.body, answer.headers);
    if (typeof id !== 'string') return this.control(request, url.pathname, response, raw);
    if (!this.alive.has(id) || this.paused.has(id))
      return send(response, 502, { sandboxId: id, message: 'The sandbox was not found', code: 502 });
    if (url.pathname === '/health') return send(response, 204);
    if (port === '49999') return this.interpreter(request, url.pathname, response, raw);
    if (request.headers['x-access-token'] !== TOKEN) return send(response, 401, { code: 401, message: 'unauthorized' });
    return this.envd(request, url, response, raw);
  }

  private record(name: string, raw: Buffer, request: IncomingMessage): void {
    const isJson =
      /json/.test(request.headers['content-type'] ?? '') && !/connect/.test(request.headers['content-type'] ?? '');
    const body = isJson && raw.length > 0 ? (JSON.parse(raw.toString()) as Record<string, unknown>) : {};
    const call = { name, body };
    this.calls.push(call);
    for (const wait of this.waiting.splice(0)) {
      if (wait.name === name) wait.resolve(call);
      else this.waiting.push(wait);
    }
  }

  private control(request: IncomingMessage, path: string, response: ServerResponse, raw: Buffer): ServerResponse {
    if (request.headers['x-api-key'] !== API_KEY) return send(response, 401, { code: 401, message: 'bad key' });
    const body = (raw.length > 0 ? JSON.parse(raw.toString()) : {}) as Record<string, unknown>;
    const [, id = '', verb = ''] = /^(?:\/v2)?\/sandboxes(?:\/([^/]+))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (path === '/v2/sandboxes' && request.method === 'POST') {
      const made = `isandbox${++this.made}`;
      this.alive.add(made);
      this.labels.set(made, body['metadata'] as Record<string, string>);
      return send(response, 201, wire(made, body['templateID']));
    }
    if (path === '/v2/sandboxes' && request.method === 'GET') return this.list(request, response);
    if (!this.alive.has(id)) return send(response, 404, { code: 404, message: `Sandbox ${id} not found` });
    if (verb === '' && request.method === 'GET') return send(response, 200, this.info(id));
    if (verb === 'pause') {
      if (this.paused.has(id)) return send(response, 409, { code: 409, message: 'paused already' });
      this.paused.add(id);
      return send(response, 204);
    }
    if (verb === 'connect') return send(response, this.paused.delete(id) ? 201 : 200, wire(id, 'code-interpreter-v1'));
    if (verb === 'timeout') return send(response, 204);
    if (request.method === 'DELETE') {
      this.alive.delete(id);
      return send(response, 204);
    }
    return this.unknown(`${request.method} ${path}`, response);
  }

  private info(id: string): object {
    const state = this.paused.has(id) ? 'paused' : 'running';
    const times = { startedAt: '2026-01-05T09:00:00Z', endAt: '2026-01-05T10:00:00Z' };
    return {
      ...wire(id, 'code-interpreter-v1'),
      ...times,
      state,
      metadata: this.labels.get(id) ?? {},
      cpuCount: 2,
      memoryMB: 512,
    };
  }

  private list(request: IncomingMessage, response: ServerResponse): ServerResponse {
    const query = new URL(request.url ?? '/', 'http://stub').searchParams;
    const wanted = [...new URLSearchParams(query.get('metadata') ?? '')].map((pair) => pair.map(decodeURIComponent));
    const all = [...this.alive].filter((id) =>
      wanted.every(([name = '', value]) => this.labels.get(id)?.[name] === value),
    );
    const from = Number(query.get('nextToken') ?? 0);
    const next = from + this.pageSize;
    const page = all.slice(from, next).map((id) => this.info(id));
    return send(response, 200, page, next < all.length ? { 'x-next-token': String(next) } : {});
  }

  private interpreter(request: IncomingMessage, path: string, response: ServerResponse, raw: Buffer): ServerResponse {
    if (path === '/contexts' && request.method === 'GET') return send(response, 200, this.contexts);
    if (path === '/contexts') {
      const { language, cwd } = JSON.parse(raw.toString()) as { language: string; cwd: string };
      return send(response, 200, { id: `kernel-${language}`, language, cwd });
    }
    if (/^\/contexts\/[\w-]+\/restart$/.test(path)) return send(response, 200, null);
    if (path !== '/execute') return this.unknown(`${request.method} ${path}`, response);
    const { code, context_id } = JSON.parse(raw.toString()) as { code: string; context_id: string };
    response.writeHead(200).flushHeaders();
    const run = runStream(code, context_id, response);
    if (code.includes('_threadbox_mark')) this.onMark(run);
    else this.onExecute(run);
    return response;
  }

  private async envd(
    request: IncomingMessage,
    url: URL,
    response: ServerResponse,
    raw: Buffer,
  ): Promise<ServerResponse> {
    const path = url.searchParams.get('path') ?? '';
    if (url.pathname === '/files' && request.method === 'GET') {
      const bytes = this.files.get(path);
      if (!bytes) return send(response, 404, { code: 404, message: `path '${path}' does not exist` });
      return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
    }
    if (url.pathname === '/files') return this.upload(request, path, response, raw);
    if (url.pathname === '/process.Process/Start') return this.command(raw, response);
    const { path: target } = JSON.parse(raw.toString()) as { path: string };
    if (url.pathname === '/filesystem.Filesystem/ListDir') {
      const entries = this.folders.get(target);
      if (!entries) return send(response, 404, { code: 'not_found', message: `path not found: ${target}` });
      return send(response, 200, { entries: entries.map((entry) => wireEntry(target, entry)) });
    }
    if (url.pathname === '/filesystem.Filesystem/Stat') {
      const bytes = this.files.get(target);
      if (!bytes) return send(response, 404, { code: 'not_found', message: `file not found: ${target}` });
      const name = target.slice(target.lastIndexOf('/') + 1);
      return send(response, 200, { entry: wireEntry('/home/user', { name, type: 'FILE', size: bytes.length }) });
    }
    return this.unknown(url.pathname, response);
  }

  private async upload(
    request: IncomingMessage,
    path: string,
    response: ServerResponse,
    raw: Buffer,
  ): Promise<ServerResponse> {
    const headers = { 'content-type': request.headers['content-type'] ?? '' };
    const form = await new Response(new Uint8Array(raw), { headers }).formData();
    const file = form.get('file');
    if (!(file instanceof Blob)) return send(response, 400, { code: 400, message: 'no file' });
    this.files.set(path, new Uint8Array(await file.arrayBuffer()));
    return send(response, 200, [{ path, name: path.slice(path.lastIndexOf('/') + 1), type: 'file' }]);
  }

  /** Connect's streaming form: a flag byte, a length, JSON. */
  private command(raw: Buffer, response: ServerResponse): ServerResponse {
    const { process } = JSON.parse(raw.subarray(5).toString()) as { process: { args: string[] } };
    const kernel = /\/api\/kernels\/([\w-]+)\/interrupt/.exec(process.args.join(' '))?.[1];
    if (kernel === undefined) return this.unknown(`command ${process.args.join(' ')}`, response);
    response.writeHead(200, { 'content-type': 'application/connect+json' });
    response.write(frame(0, { event: { start: { pid: 7 } } }));
    const exitCode = this.onInterrupt(kernel);
    if (exitCode === 'hang') return response;
    const status = `exit status ${exitCode}`;
    response.write(
      frame(0, { event: { end: { exitCode, exited: true, status, ...(exitCode !== 0 && { error: status }) } } }),
    );
    return response.end(frame(2, {}));
  }

  private unknown(what: string, response: ServerResponse): ServerResponse {
    this.violations.push(`unknown call: ${what}`);
    return send(response, 404, { code: 404, message: what });
  }
}
