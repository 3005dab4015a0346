/** The built page: its document and its assets, with a policy that runs nothing but them. */
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { send, sendText } from '../http/answers.ts';

/** Where the build puts the page; the same from `src` and from `dist`. */
const PAGE_FOLDER = new URL('../../../../dist/page/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  map: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
};

/** A single file name: no folder, nothing hidden. */
const ASSET = /^\/([A-Za-z0-9_-][A-Za-z0-9._-]*\.([a-z0-9]+))$/;

export function pagePolicy(host: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self' ws://${host}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function assetName(path: string): string | undefined {
  const match = ASSET.exec(path);
  return match && Object.hasOwn(TYPES, match[2] ?? '') ? match[1] : undefined;
}

export async function sendAsset(response: ServerResponse, name: string, host: string): Promise<void> {
  let body: Buffer;
  try {
    body = await readFile(new URL(name, PAGE_FOLDER));
  } catch {
    if (name === 'index.html') sendText(response, 503, 'The page is not built yet: run npm run build.');
    else sendText(response, 404, 'Not found.');
    return;
  }
  send(response, 200, body, {
    'content-type': TYPES[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    'content-security-policy': pagePolicy(host),
    'cross-origin-opener-policy': 'same-origin',
    'x-frame-options': 'DENY',
    'cache-control': 'no-cache',
  });
}
