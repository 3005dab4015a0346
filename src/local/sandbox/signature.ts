/** Signed links to files: whoever has one may read or write that one path, for as long as it says. Pure. */
import { createHash } from 'node:crypto';
import { sameSecret } from './http.ts';

export interface SignedLink {
  readonly path: string;
  readonly operation: 'read' | 'write';
  readonly username: string;
  readonly signature: string;
  /** Epoch seconds. */
  readonly expiration: string | undefined;
}

/** What a link's parameters say. */
export function signedLink(url: URL, method: string | undefined): SignedLink | undefined {
  const signature = url.searchParams.get('signature');
  if (signature === null) return undefined;
  return {
    path: url.searchParams.get('path') ?? '',
    operation: method === 'GET' ? 'read' : 'write',
    username: url.searchParams.get('username') ?? '',
    signature,
    expiration: url.searchParams.get('signature_expiration') ?? undefined,
  };
}

/** E2B's rule: a hash over what is allowed and the sandbox's access token. */
export function signatureOf(link: Omit<SignedLink, 'signature'>, accessToken: string): string {
  const { path, operation, username, expiration } = link;
  const parts = [path, operation, username, accessToken, ...(expiration === undefined ? [] : [expiration])];
  return `v1_${createHash('sha256').update(parts.join(':')).digest('base64').replace(/=+$/, '')}`;
}

export function checkSignature(
  link: SignedLink,
  accessToken: string,
  nowMs: number,
): 'valid' | 'invalid signature' | 'signature is already expired' {
  if (!sameSecret(link.signature, signatureOf(link, accessToken))) return 'invalid signature';
  const expired = link.expiration !== undefined && !(Number(link.expiration) >= Math.floor(nowMs / 1000));
  return expired ? 'signature is already expired' : 'valid';
}
