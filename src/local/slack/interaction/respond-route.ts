/** `POST /respond/ID`: where response URLs point. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson, sendText } from '../http/answers.ts';
import { readArguments } from '../http/bodies.ts';
import type { World } from '../world.ts';
import { respond } from './respond.ts';

export async function receiveResponse(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
): Promise<void> {
  const sent = await readArguments(request);
  if (request.method !== 'POST' || !sent) {
    sendJson(response, 400, { ok: false, error: 'invalid_payload' });
    return;
  }
  const target = world.responseUrls.use(id);
  if (!target) {
    sendJson(response, 404, { ok: false, error: 'used_url' });
    return;
  }
  const wrong = respond(world, target, sent.args);
  if (wrong === undefined) sendText(response, 200, 'ok');
  else sendJson(response, 400, { ok: false, error: wrong });
}
