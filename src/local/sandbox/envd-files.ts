/** `/files` of envd: content, in pieces both ways, so that no file is ever held whole. */

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import busboy from 'busboy';
import { z } from 'zod';
import type { Box, Refused } from './box.ts';
import { HttpProblem, header, sendJson } from './http.ts';
import type { Sandbox } from './sandbox.ts';

const PIECE_BYTES = 512 * 1024;
const MAX_FILES = 1_000;

const pieceSchema = z.object({ data: z.base64(), size: z.number().int().nonnegative(), path: z.string() });
const writtenSchema = z.object({ path: z.string() });

const STATUSES: Readonly<Record<string, number>> = {
  not_found: 404,
  invalid_argument: 400,
  already_exists: 409,
  permission_denied: 403,
  no_space: 507,
  unavailable: 502,
};

function problem(refused: Refused): HttpProblem {
  return new HttpProblem(STATUSES[refused.code] ?? 500, refused.message);
}

export async function fileRoute(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const path = url.searchParams.get('path') ?? undefined;
  if (request.method === 'GET') return download(sandbox.box, path ?? '', response);
  if (request.method !== 'POST') throw new HttpProblem(405, 'method not allowed');
  const written = await upload(sandbox.box, path, request);
  sendJson(response, 200, written);
}

async function readPiece(box: Box, path: string, at: number) {
  const answer = await box.ask('read', { path, at, max: PIECE_BYTES });
  if (!answer.ok) throw problem(answer);
  const piece = pieceSchema.safeParse(answer.value);
  if (!piece.success) throw new HttpProblem(500, 'the sandbox gave no valid answer');
  return { ...piece.data, bytes: Buffer.from(piece.data.data, 'base64') };
}

/** As long as it was when it was opened: what is added meanwhile is left out, what is taken away cuts the connection. */
async function download(box: Box, path: string, response: ServerResponse): Promise<void> {
  const first = await readPiece(box, path, 0);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': first.size,
    'content-disposition': disposition(basename(first.path)),
    'x-content-type-options': 'nosniff',
  });
  let piece = first.bytes;
  let sent = 0;
  while (sent < first.size && piece.length > 0 && !response.destroyed) {
    const part = piece.subarray(0, first.size - sent);
    sent += part.length;
    if (!response.write(part)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (sent < first.size) piece = (await readPiece(box, path, sent)).bytes;
  }
  if (sent < first.size) response.destroy();
  else response.end();
}

function disposition(name: string): string {
  const plain = /^[\w.-]+$/.test(name);
  return plain ? `inline; filename=${name}` : `inline; filename*=UTF-8''${encodeURIComponent(name)}`;
}

interface Written {
  readonly name: string;
  readonly path: string;
  readonly type: 'file';
}

async function upload(box: Box, path: string | undefined, request: IncomingMessage): Promise<Written[]> {
  const type = header(request, 'content-type') ?? '';
  const body = header(request, 'content-encoding') === 'gzip' ? request.pipe(createGunzip()) : request;
  if (type.startsWith('multipart/form-data')) return uploadForm(box, path, request, body);
  return [await writeFile(box, path ?? '', body)];
}

/** One part after the other; a part's file name is its path, unless the link names one. */
async function uploadForm(
  box: Box,
  path: string | undefined,
  request: IncomingMessage,
  body: Readable,
): Promise<Written[]> {
  const parser = busboy({
    headers: request.headers,
    preservePath: true,
    defParamCharset: 'utf8',
    limits: { files: MAX_FILES, fields: 0 },
  });
  const written: Promise<Written>[] = [];
  parser.on('file', (_field, file, { filename }) => {
    const writing = writeFile(box, path ?? filename ?? '', file).finally(() => file.resume());
    // Awaited below; until then a failure must not count as unhandled.
    writing.catch(() => {});
    written.push(writing);
  });
  body.pipe(parser);
  try {
    await once(parser, 'close');
  } catch {
    throw new HttpProblem(400, 'the form is not valid');
  }
  if (written.length === 0) throw new HttpProblem(400, 'the form holds no file');
  return Promise.all(written);
}

async function writeFile(box: Box, path: string, content: AsyncIterable<Buffer>): Promise<Written> {
  if (!path) throw new HttpProblem(400, 'the path is missing');
  let append = false;
  let full = '';
  const write = async (bytes: Buffer) => {
    const answer = await box.ask('write', { path, append, data: bytes.toString('base64') });
    if (!answer.ok) throw problem(answer);
    append = true;
    full = writtenSchema.safeParse(answer.value).data?.path ?? path;
  };
  for await (const bytes of inPieces(content)) await write(bytes);
  if (!append) await write(Buffer.alloc(0));
  return { name: basename(full), path: full, type: 'file' };
}

/** Small parts together, large ones cut. */
async function* inPieces(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const part of content) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) {
      const piece = part.subarray(at, at + PIECE_BYTES);
      parts.push(piece);
      size += piece.length;
      if (size < PIECE_BYTES) continue;
      yield Buffer.concat(parts);
      parts = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(parts);
}
