/** Installing packages on Debian and Ubuntu: said before it is done, and never a reason to stop. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { isDebianLike, missingFrom, sizesFrom } from './packages.mjs';
import { ask, hasCommand, say, tail, work } from './process.mjs';

const LISTS = '/var/lib/apt/lists';
const OLD_MS = 7 * 24 * 3600_000;
/** Another apt may be at work; waiting beats failing. */
const APT = ['-o', 'DPkg::Lock::Timeout=120', '-y', '-qq'];
const INSTALL = ['install', '--no-install-recommends'];

export function isDebian() {
  try {
    return isDebianLike(readFileSync('/etc/os-release', 'utf8')) && hasCommand('apt-get') && hasCommand('dpkg-query');
  } catch {
    return false;
  }
}

export function missingPackages(names) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg fills these in.
  const answer = ask('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Abbrev}\n', ...names]);
  return missingFrom(answer.stdout, names);
}

/** Installs the groups' missing packages, as far as it may and can. */
export async function installMissing(groups) {
  const wanted = groups
    .map(({ names, why }) => ({ names: missingPackages(names), why }))
    .filter(({ names }) => names.length > 0);
  if (wanted.length === 0) return;
  const names = wanted.flatMap((group) => group.names);
  for (const group of wanted) say(`missing ${group.why}: ${group.names.join(' ')}`);
  const asRoot = rootCommand();
  if (!asRoot) {
    say(`they can be installed with: sudo apt-get update && sudo apt-get ${INSTALL.join(' ')} ${names.join(' ')}`);
    return;
  }
  if (listsAreOld() && !(await apt(asRoot, ['update'], 'the package lists could not be updated'))) return;
  const known = names.filter(isKnown);
  for (const name of names.filter((other) => !known.includes(other)))
    say(`this system's package lists have no ${name}`);
  if (known.length === 0) return;
  const sizes = sizesFrom(ask('apt-get', ['-o', 'Debug::NoLocking=1', '--assume-no', ...INSTALL, ...known]).stdout);
  const how = [asRoot.length > 0 ? ' with sudo' : '', sizes && ` (${sizes})`].join('');
  say(`installing them${how}; this may take some minutes`);
  await apt(asRoot, [...INSTALL, ...known], 'the packages could not be installed');
}

/** What goes before a command that needs root: nothing, sudo, or undefined where neither is to be had. */
function rootCommand() {
  if (process.getuid?.() === 0) return [];
  if (!hasCommand('sudo')) return undefined;
  if (ask('sudo', ['-n', 'true']).status === 0) return ['sudo', '-n'];
  return process.stdin.isTTY && process.stdout.isTTY ? ['sudo'] : undefined;
}

function listsAreOld() {
  try {
    const lists = readdirSync(LISTS).filter((name) => /_(Packages|InRelease|Release)/.test(name));
    const newest = Math.max(...lists.map((name) => statSync(`${LISTS}/${name}`).mtimeMs), statSync(LISTS).mtimeMs);
    return !lists.some((name) => name.includes('_Packages')) || Date.now() - newest > OLD_MS;
  } catch {
    return true;
  }
}

function isKnown(name) {
  return /Candidate: (?!\(none\))/.test(ask('apt-cache', ['policy', name]).stdout);
}

async function apt(asRoot, args, complaint) {
  const command = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...APT, ...args];
  const [program = '', ...rest] = command;
  const { ok, output } = await work(program, rest);
  if (!ok) say(`${complaint}; apt-get said:\n${tail(output)}`);
  return ok;
}
