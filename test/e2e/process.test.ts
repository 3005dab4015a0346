/** The program as a process: what a person sees in the terminal when it starts, stops, and cannot start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #out = '';
  #err = '';

  constructor(cwd: string, env: Record<string, string>, args: readonly string[] = []) {
    // Only what is given: nothing of the tests' own environment may decide how the program starts.
    this.child = spawn(process.execPath, [MAIN, ...args], {
      cwd,
      env: { PATH: '/usr/bin:/bin', ...env },
      stdio: 'pipe',
    });
    this.child.stdout?.on('data', (chunk) => {
      this.#out += chunk;
    });
    this.child.stderr?.on('data', (chunk) => {
      this.#err += chunk;
    });
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => resolve({ code, out: this.#out, err: this.#err }));
    });
  }

  /** Waits until standard output matches; fails with what it said when it ends first. */
  async says(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(this.#out);
        if (found) resolve(found[0]);
      };
      this.child.stdout?.on('data', look);
      this.child.once('close', () => reject(new Error(`ended: ${this.#out}${this.#err}`)));
      look();
    });
  }
}

describe('the program', () => {
  let dir: string;
  let running: Program[] = [];
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'threadbox-process-'));
  });
  afterEach(async () => {
    for (const { child } of running) child.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
    running = [];
    rmSync(dir, { recursive: true, force: true });
  });

  const start = (env: Record<string, string> = {}, args: readonly string[] = []): Program => {
    const program = new Program(dir, { LOCAL_PORT: '0', ...env }, args);
    running.push(program);
    return program;
  };

  it('prints the address of the page, answers there, and stops cleanly on a signal', async () => {
    const program = start();
    const url = await program.says(/http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    await program.says(/Stop with Ctrl-C/);
    program.child.kill('SIGINT');
    const { code, err } = await program.ended;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('forgets its data with --fresh, and nothing else in the folder', async () => {
    const data = join(dir, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'mine.txt'), 'keep me');
    writeFileSync(join(data, 'threadbox.db'), 'not a database');
    const refused = await start().ended;
    expect(refused.code).toBe(1);
    expect(refused.err).toMatch(/threadbox\.db/);
    const fresh = start({}, ['--fresh']);
    await fresh.says(/Threadbox is ready/);
  });

  it('prints the variables that point a bot at the local world', async () => {
    const local = start({}, ['--local-only']);
    const said = await local.says(/SLACK_BOT_TOKEN=[\s\S]*# The page: \S+/);
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_API_URL', 'E2B_API_KEY', 'ANTHROPIC_BASE_URL']) {
      expect(said + (await local.says(/[\s\S]*/))).toContain(`${name}=`);
    }
  });

  it('reads .env, where blank values mean none', async () => {
    writeFileSync(join(dir, '.env'), 'SLACK_BOT_TOKEN=\nMAX_ATTEMPTS=none\n');
    const { code, err } = await start().ended;
    expect(code).toBe(1);
    expect(err).toContain('MAX_ATTEMPTS is "none"');
  });

  it.each<[string, Record<string, string>, RegExp]>([
    [
      'half of a Slack connection',
      { SLACK_BOT_TOKEN: 'xoxb-1-2', E2B_API_KEY: 'k', ANTHROPIC_API_KEY: 'k' },
      /SLACK_APP_TOKEN is missing.*api\.slack\.com/,
    ],
    [
      'a workspace that would run code here',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', ANTHROPIC_API_KEY: 'k' },
      /E2B_API_KEY is missing.*ALLOW_LOCAL_SANDBOX=1/,
    ],
    ['a port that is none', { LOCAL_PORT: 'page' }, /LOCAL_PORT is "page"/],
  ])('refuses %s in one sentence', async (_name, env, sentence) => {
    const { code, err } = await start(env).ended;
    expect(code).toBe(1);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('names a port that is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => {
        const address = other.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
    const { code, err } = await start({ LOCAL_PORT: String(port) }).ended;
    other.close();
    expect(code).toBe(1);
    expect(err.trim()).toBe(
      `Port ${port} is taken, perhaps by another Threadbox. Stop that one, or set LOCAL_PORT to a free port.`,
    );
  });
});
