/** The files a sandbox gets from us: the agent, and the few accounts and hosts that libraries look up. */
import { readdirSync, readFileSync } from 'node:fs';
import { AGENT_DIR, BIN_DIR, type GuestFile, SITE_DIR } from './bwrap-options.ts';

/** From src and from dist alike: the guest is not compiled. */
const GUEST = new URL('../../../src/local/sandbox/guest/', import.meta.url);

/** At the top of the agent's folder; the rest is its package. */
const TOP = new Set(['start.py', 'probe.py']);

const ACCOUNTS: readonly GuestFile[] = [
  { path: '/etc/passwd', content: 'user:x:1000:1000::/home/user:/bin/bash\n' },
  { path: '/etc/group', content: 'user:x:1000:\n' },
  { path: '/etc/hosts', content: '127.0.0.1 localhost\n::1 localhost\n' },
  { path: '/etc/nsswitch.conf', content: 'passwd: files\ngroup: files\nhosts: files\n' },
];

/** What the probe found out about fonts, so that no sandbox has to search for them again. */
export interface Fonts {
  /** Of matplotlib's cache file; it changes with its version. */
  readonly name: string;
  readonly content: string;
  /** A family for Chinese, Japanese and Korean. */
  readonly wide: string | null;
}

export function guestFiles(fonts: Fonts | undefined): GuestFile[] {
  const names = readdirSync(GUEST).filter((name) => /\.(py|cjs)$/.test(name));
  const agent = names.map((name) => ({
    path: TOP.has(name) ? `${AGENT_DIR}/${name}` : `${AGENT_DIR}/guest/${name}`,
    content: readFileSync(new URL(name, GUEST)),
  }));
  return [...ACCOUNTS, ...agent, ...standIns(), matplotlibrc(fonts), ...fontList(fonts)];
}

/** What package managers run into here; `python3 -m pip` finds ours on PYTHONPATH. */
function standIns(): GuestFile[] {
  const content = (name: string) => readFileSync(new URL(name, GUEST));
  return [
    { path: `${BIN_DIR}/offline`, content: content('offline.sh'), executable: true },
    ...['pip/__init__.py', 'pip/__main__.py'].map((name) => ({ path: `${SITE_DIR}/${name}`, content: content(name) })),
  ];
}

function matplotlibrc(fonts: Fonts | undefined): GuestFile {
  const base = readFileSync(new URL('matplotlibrc', GUEST), 'utf8');
  const family = fonts?.wide ? `font.family: sans-serif, ${fonts.wide}\n` : '';
  return { path: `${AGENT_DIR}/matplotlibrc`, content: base + family };
}

function fontList(fonts: Fonts | undefined): GuestFile[] {
  return fonts ? [{ path: `${AGENT_DIR}/fonts/${fonts.name}`, content: fonts.content }] : [];
}
