/** Running other programs, and saying so. */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A line for the person at the terminal. Nothing is said where nothing is done. */
export function say(line) {
  process.stdout.write(`setup: ${line}\n`);
}

/** Whether a command is on the path. */
export function hasCommand(name, path = process.env.PATH ?? '') {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What a command printed, in the language that can be parsed; `status` is null when it could not be started. */
export function ask(command, args) {
  const answer = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return { status: answer.status, stdout: answer.stdout ?? '', stderr: answer.stderr ?? '' };
}

const KEPT_CHARS = 20_000;

/**
 * Runs a command that may take minutes; what it prints is kept and only shown by the caller, if it fails. The terminal
 * is left to it as input: sudo may ask there.
 */
export function work(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['inherit', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-KEPT_CHARS);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: error.message }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** The end of an output, indented, for below a sentence that says what failed. */
export function tail(output, lines = 8) {
  return output
    .trim()
    .split('\n')
    .slice(-lines)
    .map((line) => `    ${line}`)
    .join('\n');
}
