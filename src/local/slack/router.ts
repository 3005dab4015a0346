/** One port, four sorts of visitors: the app, the person's page, tests, and everyone else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createApi } from './api/dispatch.ts';
import { createBrowserSide } from './browser/routes.ts';
import type { Sessions } from './browser/session.ts';
import { createFaults } from './control/faults.ts';
import { createRequestLog } from './control/request-log.ts';
import { createControl } from './control/routes.ts';
import { receiveUpload, sendPrivateFile } from './files/routes.ts';
import { sendJson, sendText } from './http/answers.ts';
import { isOwnHost, isOwnOrigin } from './http/guard.ts';
import { receiveResponse } from './interaction/respond-route.ts';
import { createRateLimits } from './limits/rate-limits.ts';
import { diskSentence, problemOf } from './problem.ts';
import type { World } from './world.ts';

export interface RouterOptions {
  readonly port: number;
  readonly sessions: Sessions;
  readonly pageUrl: () => string;
  readonly rateLimits: boolean;
  readonly delayMs: number;
}

export interface Router {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export function createRouter(world: World, options: RouterOptions): Router {
  const faults = createFaults(world.clock.now);
  const requests = createRequestLog();
  const rateLimits = options.rateLimits ? createRateLimits(world.clock.now) : undefined;
  const api = createApi({ world, faults, requests, rateLimits, delayMs: options.delayMs });
  const page = createBrowserSide(world, options.sessions);
  const control = createControl({ world, faults, requests, rateLimits, pageUrl: options.pageUrl });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', world.url);
    const [, first = '', second = '', third = ''] = url.pathname.split('/');
    if (!isOwnHost(request, options.port)) sendText(response, 421, 'This server answers to its own address only.');
    else if (!isOwnOrigin(request, false)) sendText(response, 403, 'Another site may not use this server.');
    else if (first === 'api') await api(request, response, second);
    else if (first === 'upload') await receiveUpload(world, request, response, third);
    else if (first === 'files-pri') sendPrivateFile(world, request, response, url, options.sessions.isKnown(request));
    else if (first === 'respond') await receiveResponse(world, request, response, second);
    else if (first === 'control') await control(request, response, url);
    else if (!(await page.handle(request, response, url))) sendText(response, 404, 'There is nothing at this address.');
  }

  return {
    request: (request, response) => {
      route(request, response).catch((error: unknown) => {
        // The visitor has left: nobody waits for an answer.
        if (request.destroyed && !request.complete) return;
        world.log('error', 'A request could not be answered.', {
          path: request.url?.split('?')[0],
          ...problemOf(error),
        });
        const sentence = diskSentence(error) ?? 'This request could not be answered; the log says why.';
        sendJson(response, 500, { ok: false, error: sentence });
      });
    },
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy());
      const path = (request.url ?? '').split('?')[0];
      if (!isOwnHost(request, options.port)) socket.destroy();
      else if (path === '/link/' && isOwnOrigin(request, false)) world.socketMode.upgrade(request, socket, head);
      else if (path === '/page/socket') page.upgrade(request, socket, head);
      else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    },
  };
}
