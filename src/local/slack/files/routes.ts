/** Where the app sends an upload's bytes and fetches a file's. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearer, send, sendText } from '../http/answers.ts';
import { readBody, readMultipart } from '../http/bodies.ts';
import { sameSecret } from '../ids.ts';
import type { World } from '../world.ts';
import { fileForApp, UPLOAD_LIMIT } from './access.ts';
import { sendFile } from './serve.ts';

/** Raw bytes or one multipart file; their length must be what was announced. */
export async function receiveUpload(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  ticket: string,
): Promise<void> {
  const upload = world.uploads.byTicket(ticket);
  if (!upload || request.method !== 'POST') {
    sendText(response, 404, 'Not found.');
    return;
  }
  const bytes = await readUpload(request);
  if (!bytes || bytes.length !== upload.length) {
    sendText(response, 400, 'The bytes are not as long as announced.');
    return;
  }
  upload.bytes = bytes;
  sendText(response, 200, `OK - ${bytes.length}`);
}

async function readUpload(request: IncomingMessage): Promise<Buffer | undefined> {
  const isMultipart = (request.headers['content-type'] ?? '').startsWith('multipart/form-data');
  if (!isMultipart) return await readBody(request, UPLOAD_LIMIT);
  return (await readMultipart(request, UPLOAD_LIMIT))?.files[0]?.bytes;
}

/** `/files-pri/TEAM-FILE/[download/]name`: for the app's token with `files:read`, else the page Slack would show. */
export function sendPrivateFile(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  isPage: boolean,
): void {
  const id = url.pathname.split('/')[2]?.split('-')[1] ?? '';
  const mayRead = sameSecret(bearer(request) ?? '', world.keys.botToken) && world.manifest.scopes.has('files:read');
  const file = isPage ? world.workspace.state.files.get(id) : fileForApp(world, id);
  if (!mayRead && !isPage) {
    // Slack answers a token that may not read with its sign-in page and 200.
    send(response, 200, '<!DOCTYPE html><title>Sign in</title><p>Sign in to see this file.', {
      'content-type': 'text/html; charset=utf-8',
    });
  } else if (file) {
    sendFile(world, response, file, url.pathname.split('/')[3] === 'download');
  } else {
    sendText(response, 404, 'Not found.');
  }
}
