/** What a sandbox may reach, by the settings the bot makes it with. */
import { ALL_TRAFFIC, type SandboxOpts } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import { networkOptions, PACKAGE_SOURCES } from '../../src/sandbox/network.ts';
import type { Promises, Wire } from './e2b-wire.ts';

/** One for each package manager. */
const PACKAGES = PACKAGE_SOURCES.filter((name) => /^(pypi|deb|\*\.npmjs)\./.test(name)).map(
  (name) => `https://${name.replace('*', 'registry')}/`,
);
const ELSEWHERE = ['https://example.com/', 'http://1.1.1.1/'];

/** Prints the addresses that answered in any way. */
function reaches(addresses: readonly string[]): string {
  return `
import json, urllib.error, urllib.request
def answers(url):
    try: urllib.request.urlopen(url, timeout=5)
    except urllib.error.HTTPError: pass
    except Exception: return False
    return True
print(json.dumps([url for url in ${JSON.stringify(addresses)} if answers(url)]), end='')`;
}

export function networkPromises(wire: () => Wire, promise: Promises): void {
  async function reached(options: SandboxOpts): Promise<unknown> {
    const sandbox = await wire().create({ timeoutMs: 120_000, ...options });
    try {
      const { logs, error } = await sandbox.runCode(reaches([...PACKAGES, ...ELSEWHERE]), { timeoutMs: 50_000 });
      expect(error).toBeUndefined();
      return JSON.parse(logs.stdout.join(''));
    } finally {
      await sandbox.kill();
    }
  }

  promise('reaches nothing where it is off', async () => {
    expect(await reached(networkOptions('off'))).toEqual([]);
  });

  promise('reaches the package registries and nothing else where only they are allowed', async () => {
    expect(await reached(networkOptions('packages'))).toEqual(PACKAGES);
  });

  promise('reaches everything where it is on', async () => {
    expect(await reached(networkOptions('on'))).toEqual([...PACKAGES, ...ELSEWHERE]);
  });

  promise('tells the rules it was made with', async () => {
    const sandbox = await wire().create({ timeoutMs: 60_000, ...networkOptions('packages') });
    try {
      const { network } = await sandbox.getInfo();
      expect(network).toMatchObject({ allowPublicTraffic: false, denyOut: [ALL_TRAFFIC] });
    } finally {
      await sandbox.kill();
    }
  });
}
