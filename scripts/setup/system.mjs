/** The system's side of the set-up: installed where it can be, named where it cannot. */
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { installMissing, isDebian } from './debian.mjs';
import { packagesFor } from './packages.mjs';
import { ask, hasCommand, say } from './process.mjs';

const MODULES = ['IPython', 'numpy', 'pandas', 'matplotlib'];
const PYTHON = '/usr/bin/python3';

/** Whatever the system lacks is no reason to stop: the program starts, and says what it cannot do. */
export async function setUpSystem(purpose, root) {
  const localSandbox = purpose === 'test' || !usesE2b(root);
  if (process.platform !== 'linux') sayOther(localSandbox);
  else if (isDebian()) await installMissing(packagesFor(purpose, { localSandbox }));
  else sayLinux(purpose, localSandbox);
}

/** With an E2B key, code runs there and this machine needs nothing for it. */
function usesE2b(root) {
  return Boolean(process.env.E2B_API_KEY || readEnvFile(root).E2B_API_KEY);
}

function readEnvFile(root) {
  try {
    return parseEnv(readFileSync(new URL('.env', root), 'utf8'));
  } catch {
    return {};
  }
}

function sayOther(localSandbox) {
  if (localSandbox) say(`the local sandbox needs Linux: on ${process.platform} code runs only with E2B_API_KEY set`);
}

function sayLinux(purpose, localSandbox) {
  const missing = [
    ...(localSandbox && !hasCommand('bwrap') ? ['bubblewrap'] : []),
    ...(localSandbox ? missingModules().map((name) => `Python's ${name}`) : []),
    ...(purpose === 'test' && !hasCommand('chromium') ? ['Chromium'] : []),
  ];
  if (missing.length > 0) say(`please install with your package manager: ${missing.join(', ')}`);
}

function missingModules() {
  const script = `import importlib.util as u; print(*[m for m in ${JSON.stringify(MODULES)} if not u.find_spec(m)])`;
  const { status, stdout } = ask(PYTHON, ['-c', script]);
  return status === 0 ? stdout.split(/\s+/).filter(Boolean) : MODULES;
}
