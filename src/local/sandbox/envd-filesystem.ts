/** `filesystem.Filesystem` of envd: unary calls. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { rpcError, sendRpcError } from './connect-rpc.ts';
import { readJson, sendJson } from './http.ts';
import type { Sandbox } from './sandbox.ts';

const MAX_BODY_BYTES = 64 * 1024;
const MAX_DEPTH = 64;

const path = z.string().default('');
const pathRequest = z.object({ path });
const listRequest = z.object({ path, depth: z.number().int().min(0).default(1) });
const moveRequest = z.object({ source: z.string(), destination: z.string() });

/** As the agent tells it; it may tell anything. */
const entrySchema = z.object({
  name: z.string(),
  path: z.string(),
  type: z.enum(['file', 'directory', 'symlink']),
  size: z.number().int().nonnegative(),
  mode: z.number().int().nonnegative(),
  permissions: z.string(),
  owner: z.string(),
  group: z.string(),
  mtime: z.number().min(-8.64e12).max(8.64e12),
  target: z.string().nullable(),
});
type AgentEntry = z.infer<typeof entrySchema>;

/** In protobuf's JSON: 64-bit numbers are strings, times are ISO. */
function toWire(entry: AgentEntry) {
  return {
    name: entry.name,
    type: `FILE_TYPE_${entry.type.toUpperCase()}`,
    path: entry.path,
    size: String(entry.size),
    mode: entry.mode,
    permissions: entry.permissions,
    owner: entry.owner,
    group: entry.group,
    modifiedTime: new Date(entry.mtime * 1000).toISOString(),
    ...(entry.target !== null && { symlinkTarget: entry.target }),
  };
}

const oneEntry = entrySchema.transform((entry) => ({ entry: toWire(entry) }));

interface Call {
  readonly op: string;
  readonly request: z.ZodType<object>;
  readonly response: z.ZodType<object, unknown>;
}

const CALLS: Readonly<Record<string, Call>> = {
  Stat: { op: 'stat', request: pathRequest, response: oneEntry },
  ListDir: {
    op: 'list',
    request: listRequest.transform(({ path, depth }) => ({ path, depth: Math.min(MAX_DEPTH, depth || 1) })),
    response: z.array(entrySchema).transform((entries) => ({ entries: entries.map(toWire) })),
  },
  MakeDir: { op: 'mkdir', request: pathRequest, response: oneEntry },
  Move: { op: 'move', request: moveRequest, response: oneEntry },
  Remove: { op: 'remove', request: pathRequest, response: z.unknown().transform(() => ({})) },
};

export async function filesystemCall(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
  method: string,
): Promise<void> {
  const call = Object.hasOwn(CALLS, method) ? CALLS[method] : undefined;
  if (!call) return sendRpcError(response, rpcError('unimplemented', `${method} is not offered here`));
  const fields = call.request.safeParse(await readJson(request, MAX_BODY_BYTES));
  if (!fields.success)
    return sendRpcError(response, rpcError('invalid_argument', `${method}: the request is not valid`));
  const answer = await sandbox.box.ask(call.op, fields.data);
  if (!answer.ok) return sendRpcError(response, rpcError(answer.code, answer.message));
  const body = call.response.safeParse(answer.value);
  if (!body.success) return sendRpcError(response, rpcError('internal', 'the sandbox gave no valid answer'));
  sendJson(response, 200, body.data);
}
