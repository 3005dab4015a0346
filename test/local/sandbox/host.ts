/** A real host for a test file, and what its tests say to it without the SDK. */
import { request } from 'node:http';
import { E2B } from '@e2b/code-interpreter';
import { type SandboxHost, type SandboxHostOptions, startSandboxHost } from '../../../src/local/sandbox/server.ts';
import { wall } from '../../fakes/wall.ts';

export const API_KEY = 'e2b_local';

export interface HostUnderTest {
  readonly host: SandboxHost;
  readonly client: E2B;
}

export async function startHost(options: Partial<SandboxHostOptions> = {}): Promise<HostUnderTest> {
  const host = await startSandboxHost({ apiKey: API_KEY, log: () => {}, probe: async () => wall, ...options });
  const { url } = host;
  return {
    host,
    client: new E2B({ apiKey: API_KEY, apiUrl: url, sandboxUrl: url, domain: 'e2b.invalid', debug: false }),
  };
}

export interface Said {
  readonly status: number;
  readonly body: string;
}

/** A request with any headers, `host` among them. */
export function say(
  host: SandboxHost,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, host.url), { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
