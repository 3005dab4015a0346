/** E2B's envd (port 49983): the sandbox's files and commands. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import { rpcError, sendRpcError } from './connect-rpc.ts';
import { fileRoute } from './envd-files.ts';
import { filesystemCall } from './envd-filesystem.ts';
import { processCall } from './envd-process.ts';
import { HttpProblem, header, sameSecret, sendJson } from './http.ts';
import type { Sandbox } from './sandbox.ts';
import { checkSignature, signedLink } from './signature.ts';

/** Everything runs as the first; E2B's second name is understood. */
const USERS = ['user', 'root'];

export async function envd(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  clock: Clock,
): Promise<void> {
  const { pathname } = url;
  if (pathname === '/health') return sendJson(response, 204);
  if (pathname === '/files') {
    authorizeFile(sandbox, request, url, clock);
    return fileRoute(sandbox, request, response, url);
  }
  if (!sameSecret(header(request, 'x-access-token'), sandbox.accessToken))
    throw new HttpProblem(401, 'unauthorized access, please provide a valid access token');
  if (request.method === 'GET' && pathname === '/envs') return sendJson(response, 200, sandbox.settings.envs);
  const [, service, method] = /^\/([\w.]+)\/(\w+)$/.exec(pathname) ?? [];
  if (request.method !== 'POST' || method === undefined) throw new HttpProblem(404, `there is no ${pathname} here`);
  const stranger = unknownUser(request);
  if (stranger !== undefined)
    return sendRpcError(response, rpcError('unauthenticated', `invalid username: '${stranger}'`));
  if (service === 'filesystem.Filesystem') return filesystemCall(sandbox, request, response, method);
  if (service === 'process.Process') return processCall(sandbox, request, response, method, clock);
  sendRpcError(response, rpcError('unimplemented', `there is no ${pathname} here`));
}

/** The token, or a link that was signed with it. */
function authorizeFile(sandbox: Sandbox, request: IncomingMessage, url: URL, clock: Clock): void {
  const username = url.searchParams.get('username');
  if (username && !USERS.includes(username)) throw new HttpProblem(401, `error looking up user '${username}'`);
  const token = header(request, 'x-access-token');
  if (token !== undefined) {
    if (sameSecret(token, sandbox.accessToken)) return;
    throw new HttpProblem(401, 'access token present in header but does not match');
  }
  const link = signedLink(url, request.method);
  if (!link) throw new HttpProblem(401, 'missing signature query parameter');
  const checked = checkSignature(link, sandbox.accessToken, clock.now());
  if (checked !== 'valid') throw new HttpProblem(401, checked);
}

/** The name of the Basic credentials, if it is nobody's. */
function unknownUser(request: IncomingMessage): string | undefined {
  const [, credentials] = /^Basic (.*)$/.exec(header(request, 'authorization') ?? '') ?? [];
  if (credentials === undefined) return undefined;
  const [name = ''] = Buffer.from(credentials, 'base64').toString().split(':');
  return USERS.includes(name) ? undefined : name;
}
