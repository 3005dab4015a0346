/** bubblewrap's options for a sandbox: pure. They travel on a descriptor, so that no sandbox reads a host path in /proc. */
import type { Limits } from './limits.ts';

/** A file made for the sandbox; its content travels on a descriptor. */
export interface GuestFile {
  readonly path: string;
  readonly content: Buffer | string;
  readonly executable?: boolean;
}

/** What a sandbox sees of the machine. */
export interface Layout {
  /** bubblewrap itself. */
  readonly bwrap: string;
  /** /lib, /bin and their like: links into /usr on most systems, folders of their own on some. */
  readonly roots: readonly RootEntry[];
  /** Paths below /etc that the libraries read. */
  readonly etc: readonly string[];
  /** Folders below /usr that are replaced by empty ones. */
  readonly hide: readonly string[];
  /** The host's Node.js binary, if a sandbox can read it. */
  readonly node?: string;
  /** False inside of a container that masks parts of /proc: then sandboxes do without. */
  readonly proc: boolean;
  /** What /proc tells of the machine and no program needs: replaced by something empty. */
  readonly masks: readonly Mask[];
}

export type RootEntry =
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string };

export interface Mask {
  readonly kind: 'file' | 'folder';
  readonly path: string;
}

/** Descriptors of the bwrap process. */
export const FD = { seccomp: 3, status: 4, args: 5, firstFile: 6 } as const;

export const AGENT_DIR = '/opt/agent';
/** Before all others on the path. */
export const BIN_DIR = `${AGENT_DIR}/bin`;
/** On PYTHONPATH. */
export const SITE_DIR = `${AGENT_DIR}/site`;
export const NODE_PATH = '/opt/node';
/** There is no network: these say so instead of trying. */
const OFFLINE = ['pip', 'pip3', 'uv', 'conda', 'npm', 'npx', 'yarn', 'pnpm', 'apt', 'apt-get', 'sudo'];
const MB = 1024 * 1024;

/** All of the environment; whatever the host has stays with the host. */
export const GUEST_ENV: Readonly<Record<string, string>> = {
  PATH: `${BIN_DIR}:/usr/local/bin:/usr/bin:/bin`,
  PYTHONPATH: SITE_DIR,
  HOME: '/home/user',
  USER: 'user',
  LANG: 'C.UTF-8',
  MPLCONFIGDIR: '/tmp/.mpl',
  MPLBACKEND: 'module://matplotlib_inline.backend_inline',
  MATPLOTLIBRC: `${AGENT_DIR}/matplotlibrc`,
  IPYTHONDIR: '/tmp/.ipython',
  XDG_CACHE_HOME: '/tmp/.cache',
  PYTHONDONTWRITEBYTECODE: '1',
  OPENBLAS_NUM_THREADS: '2',
  // Those of a virtual environment are the real ones.
  PIP_RETRIES: '0',
  npm_config_fetch_retries: '0',
};

const NAMESPACES = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-net',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--disable-userns',
  ...['--cap-drop', 'ALL'],
  ...['--uid', '1000'],
  ...['--gid', '1000'],
  ...['--hostname', 'sandbox'],
];

function tmpfs(megabytes: number, at: string): string[] {
  return ['--size', String(megabytes * MB), '--tmpfs', at];
}

function rootEntry(entry: RootEntry): string[] {
  return entry.kind === 'link' ? ['--symlink', entry.target, entry.path] : ['--ro-bind', entry.path, entry.path];
}

function machine(layout: Layout): string[] {
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...layout.roots.flatMap(rootEntry),
    ...layout.hide.flatMap((path) => ['--tmpfs', path, '--remount-ro', path]),
    ...layout.etc.flatMap((path) => ['--ro-bind-try', path, path]),
    ...(layout.node ? ['--ro-bind', layout.node, NODE_PATH] : []),
  ];
}

function guestFile({ path, executable }: GuestFile, index: number): string[] {
  return ['--perms', executable ? '0555' : '0444', '--ro-bind-data', String(FD.firstFile + index), path];
}

/** Settings of the sandbox's own namespaces would be its own to change: they are made read-only. */
function proc(layout: Layout): string[] {
  if (!layout.proc) return [];
  return [...['--proc', '/proc'], ...['--ro-bind-try', '/proc/sys', '/proc/sys'], ...layout.masks.flatMap(mask)];
}

function mask({ kind, path }: Mask): string[] {
  return kind === 'file' ? ['--ro-bind-try', '/dev/null', path] : ['--tmpfs', path, '--remount-ro', path];
}

/** Everything that can be written is a tmpfs with a size; the rest, /dev included, is made read-only last. */
function disks(limits: Limits): string[] {
  return [
    ...['--dev', '/dev'],
    ...tmpfs(limits.shmMb, '/dev/shm'),
    ...['--remount-ro', '/dev'],
    ...tmpfs(limits.tmpMb, '/tmp'),
    ...tmpfs(limits.homeMb, '/home/user'),
    ...['--remount-ro', '/'],
  ];
}

export function bwrapOptions(layout: Layout, limits: Limits, files: readonly GuestFile[]): string[] {
  return [
    ...NAMESPACES,
    ...machine(layout),
    ...files.flatMap(guestFile),
    ...OFFLINE.flatMap((name) => ['--symlink', 'offline', `${BIN_DIR}/${name}`]),
    ...proc(layout),
    ...disks(limits),
    ...['--die-with-parent', '--new-session', '--chdir', '/home/user', '--clearenv'],
    ...Object.entries(GUEST_ENV).flatMap(([name, value]) => ['--setenv', name, value]),
    ...['--seccomp', String(FD.seccomp), '--json-status-fd', String(FD.status)],
  ];
}
