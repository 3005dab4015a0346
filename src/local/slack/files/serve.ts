/** Sends a file's bytes, so that a browser shows images and runs nothing. */
import type { ServerResponse } from 'node:http';
import { sendText } from '../http/answers.ts';
import type { StoredFile } from '../state/records.ts';
import type { World } from '../world.ts';

/** What a browser may show in place; anything else is saved. */
const SHOWN = /^image\/(?:png|jpeg|gif|webp)$/;

export function sendFile(world: World, response: ServerResponse, file: StoredFile, download: boolean): void {
  const stream = world.bytes.stream(file.id);
  if (!stream) {
    sendText(response, 404, 'That file is gone.');
    return;
  }
  const place = SHOWN.test(file.mimetype) && !download ? 'inline' : 'attachment';
  response.writeHead(200, {
    'content-type': file.mimetype,
    'content-length': String(file.size),
    'content-disposition': `${place}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, max-age=3600',
  });
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}
