/** The tests' way in, with a key of its own: `GET /control/…` looks, `POST /control/…` changes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { send, sendJson } from '../http/answers.ts';
import { readBody } from '../http/bodies.ts';
import { sameSecret } from '../ids.ts';
import { change } from './change.ts';
import { look } from './look.ts';
import type { ControlOptions } from './options.ts';

export type ControlListener = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export function createControl(options: ControlOptions): ControlListener {
  const { world } = options;
  return async (request, response, url) => {
    if (!sameSecret(String(request.headers['x-control-key'] ?? ''), world.keys.controlKey)) {
      sendJson(response, 403, { ok: false, error: 'The control key is missing or wrong.' });
      return;
    }
    const name = url.pathname.slice('/control/'.length);
    if (request.method === 'GET' && name === 'file') {
      const bytes = world.bytes.read(url.searchParams.get('id') ?? '');
      if (bytes) send(response, 200, bytes, { 'content-type': 'application/octet-stream' });
      else sendJson(response, 404, { ok: false, error: 'There is no such file.' });
      return;
    }
    const body = request.method === 'POST' ? await readBody(request, 64 * 1024 * 1024) : Buffer.alloc(0);
    if (!body) {
      sendJson(response, 413, { ok: false, error: 'The body is too large.' });
      return;
    }
    const answer =
      request.method === 'GET' ? look(options, name, url.searchParams) : await change(options, name, body, url);
    if (answer === undefined) sendJson(response, 404, { ok: false, error: 'There is no such control.' });
    else sendJson(response, 200, answer);
  };
}
