/**
 * The SDK talks to a sandbox's interpreter through `globalThis.fetch` and takes no other. Before Node 24 that fetch can
 * leave a run's promise pending for ever, so those calls, and no others, go through the undici package here; and the
 * body of a run is read as whole lines.
 */
import { fetch as undiciFetch } from 'undici';
import { wholeLines } from './whole-lines.ts';

/** Header and value by which the SDK addresses the interpreter of a sandbox. */
const PORT_HEADER = 'e2b-sandbox-port';
const INTERPRETER_PORT = '49999';
/** Enough for a large image as base64; what is longer is not a result anybody waits for. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const FIRST_SAFE_NODE = 24;

type Fetch = typeof globalThis.fetch;

/** Replaces `globalThis.fetch` for the whole process: called once, at start. Returns the way back. */
export function installFetch(): () => void {
  const before = globalThis.fetch;
  const carrier = carrierFor(process.versions.node, before);
  const replacement: Fetch = async (input, init) => {
    if (!isInterpreterCall(init)) return before(input, init);
    const response = await carrier(input, init);
    return isRun(input) && response.ok && response.body ? readable(response, response.body) : response;
  };
  globalThis.fetch = replacement;
  return () => {
    if (globalThis.fetch === replacement) globalThis.fetch = before;
  };
}

function carrierFor(nodeVersion: string, native: Fetch): Fetch {
  const major = Number(nodeVersion.split('.')[0]);
  // The two differ in nominal types only: same standard, same shapes.
  return major < FIRST_SAFE_NODE ? (undiciFetch as unknown as Fetch) : native;
}

function isInterpreterCall(init: RequestInit | undefined): boolean {
  return init?.headers !== undefined && new Headers(init.headers).get(PORT_HEADER) === INTERPRETER_PORT;
}

function isRun(input: Parameters<Fetch>[0]): boolean {
  const url = typeof input === 'string' || input instanceof URL ? input : input.url;
  return new URL(url).pathname.endsWith('/execute');
}

function readable(response: Response, body: ReadableStream<Uint8Array>): Response {
  const lines = body.pipeThrough(wholeLines(MAX_LINE_BYTES));
  return new Response(lines, { status: response.status, statusText: response.statusText });
}
