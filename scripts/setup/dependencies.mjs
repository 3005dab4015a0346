/** The npm packages, as the lockfile has them, and the one of them that is native. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing, isDebian } from './debian.mjs';
import { COMPILER } from './packages.mjs';
import { ask, hasCommand, say, tail, work } from './process.mjs';

const NATIVE = 'better-sqlite3';

/** Throws a sentence when the packages cannot be had: nothing works without them. */
export async function setUpDependencies(root) {
  const folder = fileURLToPath(root);
  const lock = readFileSync(join(folder, 'package-lock.json'), 'utf8');
  // Native code is bound to the Node it was built for.
  const wanted = { lock: sha256(lock), node: `${process.platform}-${process.arch}-${process.versions.modules}` };
  const stampPath = join(folder, 'node_modules', '.threadbox-setup.json');
  const stamp = readJson(stampPath);
  if (stamp?.lock === wanted.lock && stamp?.node === wanted.node) return;
  if (!isInstalled(JSON.parse(lock), readJson(join(folder, 'node_modules', '.package-lock.json')))) await npmCi(folder);
  await ensureNative(folder);
  writeFileSync(stampPath, JSON.stringify(wanted));
}

/** Whether the tree that npm left (its hidden lockfile) is what the lockfile asks for. */
export function isInstalled(lock, hidden) {
  if (!hidden?.packages) return false;
  return Object.entries(lock.packages).every(([path, asked]) => {
    if (path === '') return true;
    const got = hidden.packages[path];
    return got ? got.version === asked.version && got.integrity === asked.integrity : asked.optional === true;
  });
}

async function npmCi(folder) {
  say('installing the npm packages of package-lock.json');
  // Scripts are not run: the only one that is needed follows by itself, when a compiler is known to be there.
  const { ok, output } = await npm(folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
  if (!ok) throw new Error(`npm ci failed. Check the network and run the command again; npm said:\n${tail(output)}`);
}

/** Loads it, else fetches or builds it, else says how that can be made to work. */
async function ensureNative(folder) {
  if (loads(folder)) return;
  say(`fetching or compiling ${NATIVE}; compiling takes a minute`);
  if (!hasCompiler() && (await fetchPrebuilt(folder)) && loads(folder)) return;
  if (!hasCompiler() && isDebian()) {
    await installMissing([
      { names: COMPILER, why: `to build ${NATIVE}, for which no ready-made file could be fetched` },
    ]);
  }
  if (!hasCompiler()) {
    throw new Error(
      `${NATIVE} has to be compiled here: install python3, make and a C++ compiler, then run this again.`,
    );
  }
  const { output } = await npm(folder, ['rebuild', NATIVE, '--loglevel=error', '--foreground-scripts'], buildEnv());
  if (loads(folder)) return;
  throw new Error(`${NATIVE} could not be compiled; npm said:\n${tail(output, 12)}`);
}

/** The file that the package's authors publish for this Node, where their host can be reached. */
async function fetchPrebuilt(folder) {
  const bin = join(folder, 'node_modules', 'prebuild-install', 'bin.js');
  if (!existsSync(bin)) return false;
  return (await work(process.execPath, [bin], { cwd: join(folder, 'node_modules', NATIVE), timeout: 60_000 })).ok;
}

function hasCompiler() {
  return hasCommand('make') && hasCommand('python3') && (hasCommand('g++') || hasCommand('c++'));
}

/** In a process of its own: a module that failed to load is not tried again in this one. */
function loads(folder) {
  const script = `new (require('${NATIVE}'))(':memory:').close()`;
  return ask(process.execPath, ['-e', `process.chdir(${JSON.stringify(folder)});${script}`]).status === 0;
}

/** The running Node's own headers, where it came with them: fetching them may not be possible. */
function buildEnv() {
  const prefix = join(dirname(process.execPath), '..');
  const headers = existsSync(join(prefix, 'include', 'node', 'node.h'));
  return headers ? { ...process.env, npm_config_nodedir: prefix } : process.env;
}

/** The npm that runs us, else the one on the path. */
function npm(folder, args, env = process.env) {
  const cli = process.env.npm_execpath ?? '';
  const own = basename(cli).startsWith('npm-cli');
  return own ? work(process.execPath, [cli, ...args], { cwd: folder, env }) : work('npm', args, { cwd: folder, env });
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
