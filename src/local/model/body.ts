/** A request's body as JSON, bounded. */
import type { IncomingMessage } from 'node:http';

export type Body =
  | { readonly kind: 'JSON'; readonly value: unknown }
  | { readonly kind: 'no JSON' }
  | { readonly kind: 'too large' };

/** Reads to the end even when it is too large, so that the client gets to read the refusal; keeps at most `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
  }
  if (size > maxBytes) return { kind: 'too large' };
  try {
    return { kind: 'JSON', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { kind: 'no JSON' };
  }
}
