/** What the set-up decides, apart from what it does: that is proved in an empty Debian root. */
import { describe, expect, it } from 'vitest';

interface NodeVersion {
  isNewEnough(version: string): boolean;
}
interface Packages {
  packagesFor(purpose: 'start' | 'test', has: { localSandbox: boolean }): { names: string[]; why: string }[];
  missingFrom(dpkgQueryOutput: string, wanted: string[]): string[];
  sizesFrom(aptOutput: string): string;
  isDebianLike(osRelease: string): boolean;
}
interface Dependencies {
  isInstalled(lock: object, hidden: object | undefined): boolean;
}

/** Scripts are plain JavaScript: their types are told here. */
async function load<T>(name: string): Promise<T> {
  return (await import(new URL(`../../scripts/setup/${name}.mjs`, import.meta.url).href)) as T;
}

const { isNewEnough } = await load<NodeVersion>('node-version');
const { packagesFor, missingFrom, sizesFrom, isDebianLike } = await load<Packages>('packages');
const { isInstalled } = await load<Dependencies>('dependencies');

describe('the Node version', () => {
  it.each([
    ['v20.18.1', true],
    ['v20.18.0', false],
    ['v20.9.9', false],
    ['v18.99.99', false],
    ['v20.20.2', true],
    ['v22.0.0', true],
    ['v24.1.0', true],
  ])('%s: %s', (version, enough) => {
    expect(isNewEnough(version)).toBe(enough);
  });
});

describe('system packages', () => {
  const names = (purpose: 'start' | 'test', localSandbox: boolean) =>
    packagesFor(purpose, { localSandbox }).flatMap((group) => group.names);

  it('to start are those of the local sandbox, and none where E2B runs the code', () => {
    expect(names('start', true)).toContain('bubblewrap');
    expect(names('start', true)).not.toContain('chromium');
    expect(names('start', false)).toEqual([]);
  });

  it('to test include a browser', () => {
    expect(names('test', true)).toEqual(expect.arrayContaining(['bubblewrap', 'chromium']));
  });

  it('count as missing when dpkg does not know them, or only their settings', () => {
    const output = 'bubblewrap ii \nmake rc \nlibc6 ii \n';
    expect(missingFrom(output, ['bubblewrap', 'make', 'g++'])).toEqual(['make', 'g++']);
  });

  it.each([
    [
      'Need to get 82.4 MB of archives.\nAfter this operation, 1,205 MB of additional disk space will be used.',
      '82.4 MB to download, 1,205 MB on disk',
    ],
    ['Need to get 512 B of archives.', '512 B to download'],
    ['E: Unable to locate package x', ''],
  ])('are announced with their size', (output, sizes) => {
    expect(sizesFrom(output)).toBe(sizes);
  });

  it.each([
    ['ID=debian\n', true],
    ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', true],
    ['ID="linuxmint"\nID_LIKE="ubuntu debian"\n', true],
    ['ID=fedora\nHOME_URL="https://debian.example"\n', false],
  ])('are installed on Debian and its relatives: %j', (osRelease, expected) => {
    expect(isDebianLike(osRelease)).toBe(expected);
  });
});

describe('the npm packages', () => {
  const lock = {
    packages: {
      '': { name: 'threadbox' },
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/b-darwin': { version: '2.0.0', integrity: 'sha512-b', optional: true },
    },
  };
  const a = { version: '1.0.0', integrity: 'sha512-a' };

  it('are there when npm left what the lockfile names, other platforms apart', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/a': a } })).toBe(true);
  });

  it.each([
    ['nothing is installed', undefined],
    ['one is missing', { packages: {} }],
    ['one has another version', { packages: { 'node_modules/a': { ...a, version: '1.0.1' } } }],
    ['one has another content', { packages: { 'node_modules/a': { ...a, integrity: 'sha512-x' } } }],
  ])('are not when %s', (_name, hidden) => {
    expect(isInstalled(lock, hidden)).toBe(false);
  });
});
