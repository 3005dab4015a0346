/** Looks at the machine once: what of it a sandbox will see. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Layout, Mask, RootEntry } from './bwrap-options.ts';

const BWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'];
const ROOTS = ['/lib', '/lib64', '/bin', '/sbin'];

/**
 * Read by the libraries: the linker, fonts, time zone, certificates, matplotlib's defaults, BLAS (a chain of links
 * through `alternatives`) and the configuration of Python itself. Nothing else of /etc.
 */
const ETC = ['alternatives', 'fonts', 'matplotlibrc', 'ld.so.cache', 'localtime', 'mime.types', 'ssl/certs'];

/** The machine's keys, devices, memory map, start options and what its other processes lock and wait for. */
const MASKED = [
  ...['acpi', 'cmdline', 'config.gz', 'diskstats', 'interrupts', 'iomem', 'ioports', 'kallsyms', 'kcore', 'key-users'],
  ...['keys', 'kmsg', 'latency_stats', 'locks', 'modules', 'partitions', 'pressure', 'sched_debug', 'scsi', 'slabinfo'],
  ...['swaps', 'sysrq-trigger', 'timer_list', 'timer_stats', 'tty', 'vmallocinfo'],
];

/** Deployed applications live here by convention, with their settings beside them. */
const OFTEN_DEPLOYED = ['/usr/src', '/usr/local/src', '/usr/local/etc'];

const OWN_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** Users without an account: below what systemd gives to its services (61184), above what people and distributions use. */
const FIRST_UID = 61_001;
const UIDS = 180;

/**
 * Started by root, bubblewrap would map a sandbox to the real root, which may write below /proc/sys. So it never is; and
 * sandboxes with different slots are different users, who share nothing that the kernel counts for each user (the size of
 * their pipes, say).
 */
export function sandboxUser(slot: number): { readonly uid: number; readonly gid: number } | undefined {
  const uid = FIRST_UID + (slot % UIDS);
  return process.getuid?.() === 0 ? { uid, gid: uid } : undefined;
}

/** `hide`: folders below /usr that sandboxes must not see; the folder this program lies in is added. */
export function readLayout(hide: readonly string[]): Layout {
  const node = readableNode();
  return {
    bwrap: BWRAP.find((path) => existsSync(path)) ?? '/usr/bin/bwrap',
    roots: ROOTS.map(rootEntry).filter((entry) => entry !== undefined),
    etc: [...ETC, ...pythonSettings()].map((name) => join('/etc', name)),
    hide: hiddenFolders([...OFTEN_DEPLOYED, OWN_ROOT, ...ownHome(), ...hide]),
    ...(node && { node }),
    proc: true,
    masks: MASKED.map(mask).filter((each) => each !== undefined),
  };
}

function mask(name: string): Mask | undefined {
  const path = `/proc/${name}`;
  try {
    return { kind: statSync(path).isDirectory() ? 'folder' : 'file', path };
  } catch {
    return undefined;
  }
}

function rootEntry(path: string): RootEntry | undefined {
  try {
    if (!lstatSync(path).isSymbolicLink()) return { kind: 'folder', path };
    return { kind: 'link', path, target: readlinkSync(path) };
  } catch {
    return undefined;
  }
}

function pythonSettings(): string[] {
  try {
    return readdirSync('/etc').filter((name) => /^python3\.\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Real folders strictly below /usr; what lies elsewhere is out of sight anyway. */
function hiddenFolders(paths: readonly string[]): string[] {
  const real = paths.map(realFolder).filter((path) => path !== undefined);
  return [...new Set(real)].filter((path) => path.startsWith('/usr/'));
}

/** Some service users live below /usr; some only in name, as in /usr/sbin. */
function ownHome(): string[] {
  try {
    const home = homedir();
    return process.getuid?.() !== 0 && statSync(home).uid === process.getuid?.() ? [home] : [];
  } catch {
    // Not every user has an account, and not every account a home.
    return [];
  }
}

function realFolder(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** The binary this process runs on, or a common one: the first that the sandboxes' user can read. */
function readableNode(): string | undefined {
  const candidates = [process.execPath, '/usr/bin/node', '/usr/local/bin/node', '/usr/bin/nodejs'];
  return candidates.map(realFile).find((path) => path !== undefined && readableBySandbox(path));
}

function realFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readableBySandbox(path: string): boolean {
  if (process.getuid?.() !== 0) return readableByUs(path);
  // As root everything is readable to us; a sandbox's user is "other" everywhere.
  const folders = parents(path).every((folder) => (statSync(folder).mode & 0o001) !== 0);
  return folders && (statSync(path).mode & 0o005) === 0o005;
}

function readableByUs(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [parent, ...parents(parent)];
}
