/**
 * The SDK talks to a sandbox's interpreter through `globalThis.fetch` and takes no other. Before Node 24 that fetch can
 * leave a run's promise pending for ever, and in every Node it ends a body of which nothing comes for 300 s. So those
 * calls, and no others, go through the undici package here; and the body of a run is read as `run-body.ts` says.
 */
import { Agent, fetch as undiciFetch } from 'undici';
import { runBody } from './run-body.ts';
import { runSink } from './run-sink.ts';

/** Header and value by which the SDK addresses the interpreter of a sandbox. */
const PORT_HEADER = 'e2b-sandbox-port';
const INTERPRETER_PORT = '49999';
/** Enough for a large image as base64; what is longer is not a result anybody waits for. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

type Fetch = typeof globalThis.fetch;
/** The package's and Node's own differ in nominal types only: same standard, same shapes. */
const carrier = undiciFetch as unknown as (
  input: Parameters<Fetch>[0],
  init: Omit<RequestInit, 'dispatcher'> & { readonly dispatcher: Agent },
) => Promise<Response>;

/** Replaces `globalThis.fetch` for the whole process: called once, at start. Returns the way back. */
export function installFetch(): () => void {
  const before = globalThis.fetch;
  // A run has its own time limit, up to an hour, and code may be silent all along.
  const agent = new Agent({ bodyTimeout: 0 });
  const replacement: Fetch = async (input, init) => {
    if (!isInterpreterCall(init)) return before(input, init);
    const sink = runSink.getStore();
    const response = await carrier(input, { ...init, dispatcher: agent });
    if (!response.ok) sink?.refused();
    if (!isRun(input) || !response.ok || !response.body) return response;
    const options = { maxLineBytes: MAX_LINE_BYTES, ...(sink && { sink: sink.output }) };
    const lines = response.body.pipeThrough(runBody(options));
    return new Response(lines, { status: response.status, statusText: response.statusText });
  };
  globalThis.fetch = replacement;
  return () => {
    if (globalThis.fetch === replacement) globalThis.fetch = before;
    void agent.destroy();
  };
}

function isInterpreterCall(init: RequestInit | undefined): boolean {
  return init?.headers !== undefined && new Headers(init.headers).get(PORT_HEADER) === INTERPRETER_PORT;
}

function isRun(input: Parameters<Fetch>[0]): boolean {
  const url = typeof input === 'string' || input instanceof URL ? input : input.url;
  return new URL(url).pathname.endsWith('/execute');
}
