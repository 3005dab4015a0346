/** bubblewrap's options and the limits. */
import { describe, expect, it } from 'vitest';
import { bwrapOptions, FD, GUEST_ENV, type Layout } from '../../../src/local/sandbox/bwrap-options.ts';
import { guestFiles } from '../../../src/local/sandbox/guest-files.ts';
import { readLayout } from '../../../src/local/sandbox/host-layout.ts';
import { defaultLimits } from '../../../src/local/sandbox/limits.ts';

const LAYOUT: Layout = {
  bwrap: '/usr/bin/bwrap',
  roots: [
    { kind: 'link', path: '/lib', target: 'usr/lib' },
    { kind: 'folder', path: '/bin' },
  ],
  etc: ['/etc/fonts'],
  hide: ['/usr/src'],
  node: '/opt/node/bin/node',
  proc: true,
  masks: [
    { kind: 'file', path: '/proc/keys' },
    { kind: 'folder', path: '/proc/acpi' },
  ],
};
const LIMITS = defaultLimits('6.1.0');
const FILES = [
  { path: '/etc/passwd', content: '' },
  { path: '/opt/agent/start.py', content: '' },
];

function options(layout: Partial<Layout> = {}): string {
  return bwrapOptions({ ...LAYOUT, ...layout }, LIMITS, FILES).join(' ');
}

describe('the options of a sandbox', () => {
  it('close every namespace and drop every capability', () => {
    for (const name of ['user', 'pid', 'net', 'ipc', 'uts']) expect(options()).toContain(`--unshare-${name}`);
    expect(options()).toContain('--disable-userns --cap-drop ALL');
    expect(options()).toContain('--die-with-parent --new-session');
  });

  it('show the machine read-only, and only the parts that are named', () => {
    const mounts = options().match(/--(ro-)?bind(-try|-data)? \S+ \S+/g);
    expect(mounts).toEqual([
      '--ro-bind /usr /usr',
      '--ro-bind /bin /bin',
      '--ro-bind-try /etc/fonts /etc/fonts',
      '--ro-bind /opt/node/bin/node /opt/node',
      `--ro-bind-data ${FD.firstFile} /etc/passwd`,
      `--ro-bind-data ${FD.firstFile + 1} /opt/agent/start.py`,
      '--ro-bind-try /proc/sys /proc/sys',
      '--ro-bind-try /dev/null /proc/keys',
    ]);
    expect(options()).toContain('--proc /proc --ro-bind-try');
    expect(options()).toContain('--tmpfs /proc/acpi --remount-ro /proc/acpi');
    expect(options()).toContain('--symlink usr/lib /lib');
    expect(options()).toContain('--tmpfs /usr/src --remount-ro /usr/src');
  });

  it('give a size to everything that can be written, and make the rest read-only at last', () => {
    const sizes = [...options({ hide: [], masks: [] }).matchAll(/(?:--size (\d+) )?--tmpfs (\S+)/g)].map(
      ([, size, at]) => [at, size],
    );
    expect(sizes).toEqual([
      ['/dev/shm', String(64 << 20)],
      ['/tmp', String(128 << 20)],
      ['/home/user', String(256 << 20)],
    ]);
    const order = ['--dev /dev', '--remount-ro /dev', '--tmpfs /home/user', '--remount-ro / '].map((option) =>
      options().indexOf(option),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('clear the environment and set our own', () => {
    const all = options();
    expect(all.indexOf('--clearenv')).toBeLessThan(all.indexOf('--setenv'));
    expect(all.match(/--setenv (\w+)/g)).toHaveLength(Object.keys(GUEST_ENV).length);
  });

  it('do without /proc and without Node.js where they must', () => {
    expect(options({ proc: false })).not.toContain('/proc');
    const { node: _node, ...without } = LAYOUT;
    expect(bwrapOptions(without, LIMITS, FILES).join(' ')).not.toContain('/opt/node');
  });
});

describe('the limits', () => {
  it('count processes only where the kernel counts them for each sandbox', () => {
    expect(defaultLimits('6.1.0-18-amd64').rlimits).toHaveProperty('NPROC');
    expect(defaultLimits('5.14.0').rlimits).toHaveProperty('NPROC');
    expect(defaultLimits('5.10.0-28').rlimits).not.toHaveProperty('NPROC');
    expect(defaultLimits('4.19').rlimits).not.toHaveProperty('NPROC');
  });
});

describe('what of the machine is seen', () => {
  it('hides real folders below /usr only', () => {
    const { hide } = readLayout(['/usr/share', '/usr/share/../share', '/usr', '/etc', '/usr/no-such-folder']);
    expect(hide.filter((path) => path === '/usr/share')).toEqual(['/usr/share']);
    expect(hide).not.toContain('/usr');
    expect(hide).not.toContain('/etc');
  });
});

describe('the files of a sandbox', () => {
  it('hold the agent, the accounts, and what is known of fonts', () => {
    const fonts = { name: 'fontlist-v1.json', content: '{}', wide: 'Noto Sans CJK JP' };
    const files = new Map(guestFiles(fonts).map(({ path, content }) => [path, content.toString()]));
    expect([...files.keys()]).toEqual(
      expect.arrayContaining(['/opt/agent/start.py', '/opt/agent/guest/agent.py', '/opt/agent/guest/js_kernel.cjs']),
    );
    expect(files.get('/etc/passwd')).not.toContain('root');
    expect(files.get('/opt/agent/fonts/fontlist-v1.json')).toBe('{}');
    expect(files.get('/opt/agent/matplotlibrc')).toContain('font.family: sans-serif, Noto Sans CJK JP');
    expect(
      guestFiles(undefined)
        .map(({ path }) => path)
        .filter((path) => path.includes('fonts')),
    ).toEqual([]);
  });
});
