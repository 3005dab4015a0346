/** Everything the page asks for. Each request needs the cookie; each change also our own origin. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { UPLOAD_LIMIT } from '../files/access.ts';
import { hasRoom } from '../files/prune.ts';
import { sendFile } from '../files/serve.ts';
import { addFile } from '../files/store.ts';
import { send, sendJson, sendText } from '../http/answers.ts';
import { readBody } from '../http/bodies.ts';
import { isOwnOrigin } from '../http/guard.ts';
import { parseJson } from '../json.ts';
import type { PageAnswer, PageHistory, PageThread, PageUpload } from '../protocol.ts';
import { messageAt, repliesTo, timeline } from '../state/queries.ts';
import { compareTs } from '../state/timestamps.ts';
import type { World } from '../world.ts';
import { act } from './actions.ts';
import { bootOf } from './boot.ts';
import { readAction } from './read-action.ts';
import type { Sessions } from './session.ts';
import { pageFile, pageMessage } from './shapes.ts';
import { assetName, sendAsset } from './static.ts';

const NO_COOKIE = 'Open the address npm start printed last: it lets this browser in.';
const HISTORY_LIMIT = 100;

export interface BrowserSide {
  /** False where the path is not the page's. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export function createBrowserSide(world: World, sessions: Sessions): BrowserSide {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const { pathname } = url;
    const isDocument = pathname === '/' || pathname.startsWith('/archives/');
    const asset = assetName(pathname);
    const isFileLink = pathname.startsWith('/files/');
    if (!isDocument && !isFileLink && asset === undefined && !pathname.startsWith('/page/')) return false;
    const token = url.searchParams.get('token');
    const isKnown = sessions.isKnown(request);
    if (pathname === '/' && token !== null && (sessions.redeem(token) || isKnown)) {
      send(response, 303, '', { location: '/', 'set-cookie': sessions.cookie() });
    } else if (!isKnown) {
      sendText(response, 403, NO_COOKIE);
    } else if (isFileLink) {
      // A file's permalink: /files/PERSON/FILE/name.
      send(response, 303, '', { location: `/page/file/${pathname.split('/').slice(3).join('/')}` });
    } else if (isDocument || asset !== undefined) {
      await sendAsset(response, asset ?? 'index.html', request.headers.host ?? '');
    } else if (request.method === 'POST' && !isOwnOrigin(request, true)) {
      sendText(response, 403, 'This request does not come from the page.');
    } else {
      await answer(world, request, response, url);
    }
    return true;
  }

  return {
    handle,
    upgrade: (request, socket, head) => {
      if (!sessions.isKnown(request) || !isOwnOrigin(request, true)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      sockets.handleUpgrade(request, socket, head, (client) => world.hub.add(client));
    },
  };
}

async function answer(world: World, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const route = `${request.method} ${url.pathname}`;
  if (route === 'GET /page/boot') sendJson(response, 200, { ok: true, ...bootOf(world) });
  else if (route === 'GET /page/history') sendJson(response, 200, { ok: true, ...history(world, url.searchParams) });
  else if (route === 'GET /page/thread') sendJson(response, 200, { ok: true, ...thread(world, url.searchParams) });
  else if (route === 'POST /page/act') sendJson(response, 200, await acted(world, request));
  else if (route === 'POST /page/upload') sendJson(response, 200, await upload(world, request, url.searchParams));
  else if (route.startsWith('GET /page/file/')) sendPageFile(world, response, url);
  else sendJson(response, 404, { ok: false, error: 'There is nothing at this address.' } satisfies PageAnswer);
}

function history(world: World, query: URLSearchParams): PageHistory {
  const { state } = world.workspace;
  const before = query.get('before');
  const limit = Math.min(HISTORY_LIMIT, Math.max(1, Number(query.get('limit')) || 50));
  const all = timeline(state, query.get('channel') ?? '');
  const earlier = before ? all.filter((message) => compareTs(message.ts, before) < 0) : all;
  const messages = earlier.slice(-limit);
  return {
    messages: messages.map((message) => pageMessage(state, message)),
    hasMore: earlier.length > messages.length,
  };
}

function thread(world: World, query: URLSearchParams): PageThread {
  const { state } = world.workspace;
  const channel = query.get('channel') ?? '';
  const root = messageAt(state, channel, query.get('ts') ?? '');
  const messages = root ? [root, ...repliesTo(state, channel, root.ts)] : [];
  return { messages: messages.map((message) => pageMessage(state, message)) };
}

async function acted(world: World, request: IncomingMessage): Promise<PageAnswer> {
  const body = await readBody(request);
  const action = body && readAction(parseJson(body.toString('utf8')));
  return action
    ? await act(world, action)
    : { ok: false, error: 'The page asked for something this server does not know.' };
}

async function upload(world: World, request: IncomingMessage, query: URLSearchParams): Promise<PageUpload> {
  const user = query.get('as') ?? '';
  if (!world.workspace.state.people.has(user)) return { ok: false, error: 'Nobody by that name is in this workspace.' };
  const bytes = await readBody(request, UPLOAD_LIMIT);
  if (!bytes) return { ok: false, error: 'That file is larger than 100 MB.' };
  if (bytes.length === 0) return { ok: false, error: 'That file is empty.' };
  if (!hasRoom(world.workspace.state, bytes.length)) {
    return { ok: false, error: 'The workspace holds 2 GB of files already. Start it with --fresh to make room.' };
  }
  const name = (query.get('name') ?? '').replace(/[/\\\0]/g, '_').slice(0, 200) || 'file';
  return { ok: true, file: pageFile(addFile(world, { name, user, bytes }, true)) };
}

function sendPageFile(world: World, response: ServerResponse, url: URL): void {
  const id = url.pathname.split('/')[3] ?? '';
  const file = world.workspace.state.files.get(id);
  if (file) sendFile(world, response, file, url.searchParams.has('download'));
  else sendText(response, 404, 'That file is gone.');
}
