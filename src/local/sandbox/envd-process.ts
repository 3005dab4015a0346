/** `process.Process` of envd: commands, started and watched by streams, asked by unary calls. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Answer } from './box.ts';
import type { Clock } from './clock.ts';
import type { Command, Listener } from './commands.ts';
import { endOfStream, message, requestMessage, rpcError, STREAM_TYPE, sendRpcError } from './connect-rpc.ts';
import type { CommandFrame } from './frames.ts';
import { header, parseJson, readBody, sendJson } from './http.ts';
import { startKeepalive } from './keepalive.ts';
import { type Outlet, openOutlet } from './outlet.ts';
import type { Sandbox } from './sandbox.ts';

const MAX_BODY_BYTES = 32 * 1024 * 1024;
const DEFAULT_KEEPALIVE_SECONDS = 90;

const selector = z.union([z.object({ pid: z.number().int() }), z.object({ tag: z.string() })]);
const text = z.string().refine((value) => !value.includes('\0'));
const startSchema = z.object({
  process: z.object({
    cmd: text.min(1),
    args: z.array(text).default([]),
    envs: z.record(text, text).default({}),
    cwd: text.optional(),
  }),
  // Left out it means true, for clients older than the field.
  stdin: z.boolean().default(true),
  tag: z.string().optional(),
  pty: z.unknown().optional(),
});
const selectSchema = z.object({ process: selector });
const signalSchema = selectSchema.extend({ signal: z.string() });
const inputSchema = selectSchema.extend({ input: z.object({ stdin: z.base64() }) });

interface Exchange {
  readonly sandbox: Sandbox;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly clock: Clock;
}

export async function processCall(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
  clock: Clock,
): Promise<void> {
  const exchange = { sandbox, request, response, clock };
  const body = await readBody(request, MAX_BODY_BYTES);
  if (header(request, 'content-type') === STREAM_TYPE) return stream(exchange, method, body);
  const value = body.length === 0 ? {} : parseJson(body.toString());
  switch (method) {
    case 'List':
      return sendJson(response, 200, { processes: sandbox.commands.list().map(describe) });
    case 'SendSignal':
      return ask(exchange, signalSchema, value, (command, { signal }) => command.signal(signal));
    case 'SendInput':
      return ask(exchange, inputSchema, value, (command, { input }) => command.feed(input.stdin));
    case 'CloseStdin':
      return ask(exchange, selectSchema, value, (command) => command.endInput());
    default:
      sendRpcError(response, rpcError('unimplemented', `${method} is not offered here`));
  }
}

function describe(command: Command) {
  return { pid: command.pid, config: command.config, ...(command.tag !== undefined && { tag: command.tag }) };
}

function notFound(process: z.infer<typeof selector>) {
  const which = 'pid' in process ? `pid ${process.pid}` : `tag ${process.tag}`;
  return rpcError('not_found', `process with ${which} not found`);
}

async function ask<Request extends z.infer<typeof selectSchema>>(
  { sandbox, response }: Exchange,
  schema: z.ZodType<Request>,
  value: unknown,
  call: (command: Command, request: Request) => Promise<Answer>,
): Promise<void> {
  const request = schema.safeParse(value);
  if (!request.success) return sendRpcError(response, rpcError('invalid_argument', 'the request is not valid'));
  const command = sandbox.commands.find(request.data.process);
  if (!command) return sendRpcError(response, notFound(request.data.process));
  const answer = await call(command, request.data);
  if (!answer.ok) return sendRpcError(response, rpcError(answer.code, answer.message));
  sendJson(response, 200, {});
}

async function stream(exchange: Exchange, method: string, body: Buffer): Promise<void> {
  const sent = requestMessage(body);
  const value = sent === undefined ? undefined : parseJson(sent);
  const { response } = exchange;
  response.writeHead(200, { 'content-type': STREAM_TYPE });
  response.flushHeaders();
  if (method === 'Start') return start(exchange, value);
  if (method === 'Connect') return connect(exchange, value);
  response.end(endOfStream(rpcError('unimplemented', `${method} is not offered here`)));
}

async function start(exchange: Exchange, value: unknown): Promise<void> {
  const { sandbox, request, response } = exchange;
  const parsed = startSchema.safeParse(value);
  if (!parsed.success) return void response.end(endOfStream(rpcError('invalid_argument', 'the request is not valid')));
  const { process, stdin, tag, pty } = parsed.data;
  if (pty !== undefined)
    return void response.end(endOfStream(rpcError('unimplemented', 'terminals are not offered by the local host')));
  const show = showing(exchange);
  const started = await sandbox.commands.start(process, stdin, tag, show.listener);
  if (!started.ok) return void response.end(endOfStream(rpcError(started.code, started.message)));
  show.attach(started.command);
  const deadlineMs = Number(header(request, 'connect-timeout-ms') ?? 0);
  if (deadlineMs > 0) limitTime(exchange, started.command, deadlineMs, show.outlet);
}

/** The deadline is the command's: it holds when the client has gone, too. */
function limitTime({ sandbox, clock }: Exchange, command: Command, deadlineMs: number, outlet: Outlet): void {
  if (command.over) return;
  const cancel = clock.after(deadlineMs, () => {
    outlet.end(endOfStream(rpcError('deadline_exceeded', 'the command ran longer than its timeout')));
    void command.signal('SIGNAL_SIGKILL');
  });
  command.listen((frame) => {
    if (frame.t === 'exit') cancel();
  });
  void sandbox.box.ended.then(cancel);
}

/** Only what comes from now on: nothing is kept of a command's output. */
function connect(exchange: Exchange, value: unknown): void {
  const { sandbox, response } = exchange;
  const parsed = selectSchema.safeParse(value);
  const command = parsed.success ? sandbox.commands.find(parsed.data.process) : undefined;
  if (!parsed.success) return void response.end(endOfStream(rpcError('invalid_argument', 'the request is not valid')));
  if (!command) return void response.end(endOfStream(notFound(parsed.data.process)));
  const show = showing(exchange);
  command.listen(show.listener);
  show.attach(command);
}

interface Showing {
  readonly outlet: Outlet;
  readonly listener: Listener;
  /** The first event must be the start: what the command says before waits here. */
  attach(command: Command): void;
}

/** A command's life on a stream, for as long as the client stays. A client that goes away does not end the command. */
function showing({ sandbox, request, response, clock }: Exchange): Showing {
  let command: Command | undefined;
  let early: CommandFrame[] | undefined = [];
  const outlet = openOutlet(response, {
    flow: (on) => command?.flow(listener, on),
    flooded: () => void sandbox.box.end('it sent more than anybody reads'),
  });
  const event = (value: object) => outlet.write(message({ event: value }));
  const seconds = Number(header(request, 'keepalive-ping-interval') ?? DEFAULT_KEEPALIVE_SECONDS);
  const interval = (seconds > 0 ? seconds : DEFAULT_KEEPALIVE_SECONDS) * 1000;
  const keepalive = startKeepalive(clock, interval, () => event({ keepalive: {} }));
  const listener: Listener = (frame) => {
    if (early) return void early.push(frame);
    keepalive.touch();
    if (frame.t === 'piece') return event({ data: { [frame.stream]: frame.d } });
    event({ end: endOf(frame) });
    outlet.end(endOfStream());
  };
  response.once('close', () => {
    keepalive.stop();
    command?.leave(listener);
  });
  const attach = (started: Command) => {
    command = started;
    event({ start: { pid: started.pid } });
    const waited = early ?? [];
    early = undefined;
    for (const frame of waited) listener(frame);
    if (response.destroyed) started.leave(listener);
  };
  return { outlet, listener, attach };
}

function endOf({ code, signal }: Extract<CommandFrame, { t: 'exit' }>) {
  const status = signal === null ? `exit status ${code}` : `signal: ${signal}`;
  return { exitCode: code, exited: signal === null, status, ...(code !== 0 && { error: status }) };
}
