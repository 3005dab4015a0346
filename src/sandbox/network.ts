/** What a sandbox may reach, from SANDBOX_INTERNET. Nothing may ever reach a sandbox: its public addresses are closed. */
import { ALL_TRAFFIC, type SandboxOpts } from '@e2b/code-interpreter';

export type Internet = 'packages' | 'on' | 'off';

/**
 * Where pip, npm and apt fetch from. E2B filters by name on ports 80 and 443 only and always lets DNS through
 * (e2b.dev/docs/network/internet-access); an allowed name wins over the general refusal.
 */
export const PACKAGE_SOURCES = [
  'pypi.org',
  '*.pythonhosted.org',
  '*.npmjs.org',
  'deb.debian.org',
  'security.debian.org',
];

export function networkOptions(internet: Internet): Pick<SandboxOpts, 'network' | 'allowInternetAccess'> {
  const closed = { allowPublicTraffic: false };
  switch (internet) {
    case 'on':
      return { network: closed };
    case 'off':
      return { allowInternetAccess: false, network: closed };
    case 'packages':
      return { network: { ...closed, allowOut: [...PACKAGE_SOURCES], denyOut: [ALL_TRAFFIC] } };
  }
}
