/** Reads request bodies with a limit, in every encoding Slack's Web API takes. */
import type { IncomingMessage } from 'node:http';
import busboy from 'busboy';
import { asRecord, type Json, parseJson } from '../json.ts';

/** Bytes a JSON or form body may have. */
export const BODY_LIMIT = 2 * 1024 * 1024;

/** The body, or undefined where it is longer than `limit`. */
export async function readBody(request: IncomingMessage, limit = BODY_LIMIT): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

export interface SentFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Sent {
  readonly args: Json;
  readonly files: readonly SentFile[];
  /** The body was JSON: its token must come in the header. */
  readonly isJson: boolean;
}

/** The arguments of a call: query, form, JSON or multipart. Undefined where the body is too large or malformed. */
export async function readArguments(request: IncomingMessage, limit = BODY_LIMIT): Promise<Sent | undefined> {
  const query = Object.fromEntries(new URLSearchParams((request.url ?? '').split('?')[1]));
  const kind = request.headers['content-type'] ?? '';
  if (request.method === 'GET') return { args: query, files: [], isJson: false };
  if (kind.startsWith('multipart/form-data')) {
    const parts = await readMultipart(request, limit);
    return parts && { args: { ...query, ...parts.args }, files: parts.files, isJson: false };
  }
  const body = await readBody(request, limit);
  if (!body) return undefined;
  const text = body.toString('utf8');
  if (kind.startsWith('application/json')) {
    const value = text.trim() === '' ? {} : parseJson(text);
    if (value === undefined) return undefined;
    return { args: { ...query, ...asRecord(value) }, files: [], isJson: true };
  }
  return { args: { ...query, ...Object.fromEntries(new URLSearchParams(text)) }, files: [], isJson: false };
}

/** The fields and files of a multipart body, or undefined where it is malformed or longer than `limit`. */
export function readMultipart(request: IncomingMessage, limit: number): Promise<Omit<Sent, 'isJson'> | undefined> {
  return new Promise((resolve) => {
    const args: Json = {};
    const files: SentFile[] = [];
    let tooLarge = false;
    let parser: busboy.Busboy;
    try {
      parser = busboy({ headers: request.headers, limits: { fileSize: limit, fieldSize: limit, files: 10 } });
    } catch {
      request.resume();
      resolve(undefined);
      return;
    }
    parser.on('field', (name, value, info) => {
      tooLarge ||= info.valueTruncated;
      args[name] = value;
    });
    parser.on('file', (name, stream, info) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('limit', () => {
        tooLarge = true;
      });
      stream.on('end', () => files.push({ name: info.filename || name, bytes: Buffer.concat(chunks) }));
    });
    parser.on('error', () => resolve(undefined));
    parser.on('close', () => resolve(tooLarge ? undefined : { args, files }));
    request.on('aborted', () => resolve(undefined));
    request.pipe(parser);
  });
}
