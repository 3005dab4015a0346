/** `npm run conformance`: the whole contract of E2B's wire, slow promises included, against the server that it names. */
import { z } from 'zod';
import { startSandboxHost } from '../../src/local/sandbox/server.ts';
import { LOCAL_DIFFERENCES } from '../contracts/e2b-differences.ts';
import { e2bWireContract } from '../contracts/e2b-wire.ts';

const KEY = 'e2b_conformance';

const targetSchema = z.object({
  apiKey: z.string(),
  apiUrl: z.string().optional(),
  sandboxUrl: z.string().optional(),
  domain: z.string().optional(),
  debug: z.literal(false),
});

const target = process.env['THREADBOX_CONFORMANCE'];

if (target === undefined) {
  const connect = async () => {
    const host = await startSandboxHost({ apiKey: KEY, log: () => {} });
    const options = { apiKey: KEY, apiUrl: host.url, sandboxUrl: host.url, domain: 'e2b.invalid', debug: false };
    return { options, stop: () => host.stop() };
  };
  e2bWireContract('the local sandbox host', connect, { differences: LOCAL_DIFFERENCES, withSlow: true });
} else {
  const { apiKey, debug, apiUrl, sandboxUrl, domain } = targetSchema.parse(JSON.parse(target));
  const options = {
    apiKey,
    debug,
    ...(apiUrl !== undefined && { apiUrl }),
    ...(sandboxUrl !== undefined && { sandboxUrl }),
    ...(domain !== undefined && { domain }),
  };
  e2bWireContract('E2B', async () => ({ options, stop: async () => {} }), { withSlow: true });
}
