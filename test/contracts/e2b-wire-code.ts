/** runCode: output while it is printed, results in their kinds, errors as data. */
import type { Context, RunCodeOpts } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

function joined(chunks: readonly string[]): string {
  return chunks.join('');
}

export function codePromises(wire: () => Wire, promise: Promises): void {
  const run = (code: string, options: RunCodeOpts & { context?: Context } = {}) =>
    wire().sandbox.runCode(code, options);

  promise('gives the last value as text, and the count of the execution', async () => {
    const context = await wire().sandbox.createCodeContext();
    const execution = await run('x = 41\nx + 1', { context });
    expect(execution).toMatchObject({ text: '42', executionCount: 1, error: undefined });
    expect((await run('x', { context })).executionCount).toBe(2);
    await wire().sandbox.removeCodeContext(context);
  });

  promise('shows a string without its quotes', async () => {
    expect((await run(`'he said'`)).text).toBe('he said');
  });

  promise('streams: what is printed arrives while the code still runs', async () => {
    const { sandbox } = wire();
    let released: Promise<unknown> | undefined;
    const chunks: string[] = [];
    const code = `
import os, time
print('first')
while not os.path.exists('/home/user/go'): time.sleep(0.01)
print('second', end='')
import sys; print('to stderr', file=sys.stderr)`;
    const errors: string[] = [];
    const execution = await run(code, {
      timeoutMs: 30_000,
      onStdout: ({ line }) => {
        chunks.push(line);
        released ??= sandbox.files.write('/home/user/go', '');
      },
      onStderr: ({ line }) => void errors.push(line),
    });
    await released;
    await sandbox.files.remove('/home/user/go');
    expect(joined(chunks)).toBe('first\nsecond');
    expect(joined(errors)).toBe('to stderr\n');
    expect(joined(execution.logs.stdout)).toBe('first\nsecond');
  });

  promise('keeps what was printed in order, whoever printed it', async () => {
    const code = `
import os, subprocess, sys
print('one'); print('two')
os.system('echo three')
print('four', end=' ')
subprocess.run(['echo', 'five'])
sys.stdout.buffer.write('sechs — 六\\n'.encode())`;
    const { logs } = await run(code);
    expect(joined(logs.stdout)).toBe('one\ntwo\nthree\nfour five\nsechs — 六\n');
    expect(joined((await run(`os.write(1, b'raw')`)).logs.stdout)).toBe('raw');
  });

  promise('reports an exception as data, after what was printed', async () => {
    const execution = await run('print("before")\n1/0');
    expect(joined(execution.logs.stdout)).toBe('before\n');
    expect(execution.error).toMatchObject({ name: 'ZeroDivisionError', value: 'division by zero' });
    expect(execution.error?.traceback).toContain('----> 2 1/0');
    expect(execution.error?.traceback).not.toContain('\u001b');
  });

  promise('reports a syntax error as data', async () => {
    expect((await run('for')).error?.name).toBe('SyntaxError');
  });

  promise('refuses to ask for input', async () => {
    expect((await run('input("name? ")')).error?.name).toBe('StdinNotImplementedError');
  });

  promise('treats sys.exit as an error of the code, and lives on', async () => {
    await run('kept = 1');
    expect((await run('import sys\nsys.exit(3)')).error).toMatchObject({ name: 'SystemExit', value: '3' });
    expect((await run('kept')).text).toBe('1');
  });

  promise('knows magics, shell lines and top-level await', async () => {
    const code = `
import asyncio
await asyncio.sleep(0)
!echo from the shell
files = !echo a b
print(files)`;
    expect(joined((await run(code)).logs.stdout)).toBe("from the shell\n['a b']\n");
  });

  promise('keeps every character of UTF-8', async () => {
    const { logs, text } = await run(`s = 'é→😀' * 50_000\nprint(s, end='')\n'\\ud800'`);
    expect(joined(logs.stdout)).toBe('é→😀'.repeat(50_000));
    expect(text).toBeDefined();
  });

  promise('passes twenty megabytes of output through, whole', async () => {
    const { logs, error } = await run(`print('x' * 20_000_000)`, { timeoutMs: 50_000 });
    expect(error).toBeUndefined();
    expect(joined(logs.stdout).length).toBe(20_000_001);
  });

  promise('passes large results on, and what comes after them', async () => {
    expect((await run(`'x' * 3_000_000 + 'end'`)).text?.length).toBe(3_000_003);
    expect((await run(`from IPython.display import HTML\nHTML('<!--' + 'x' * 4_000_000)`)).results).toHaveLength(1);
    expect((await run('40 + 2')).text).toBe('42');
  });

  promise(
    'is silent for 12 seconds, and ends well',
    async () => {
      const { logs, error } = await run(`import time\ntime.sleep(12)\nprint('awake')`, { timeoutMs: 40_000 });
      expect([joined(logs.stdout), error]).toEqual(['awake\n', undefined]);
    },
    { slow: true },
  );

  promise('runs code as root', async () => {
    expect((await run('import os\nos.getuid()')).text).toBe('0');
  });

  promise('breaks at a quote in a variable of one run', async () => {
    expect((await run('1', { envs: { ONCE: "it's once" } })).error?.name).toBe('SyntaxError');
  });

  promise('gives code the variables of the sandbox, and those of one run to that run only', async () => {
    const code = `import os\nprint(os.environ.get('GREETING'), os.environ.get('ONCE'))`;
    expect(joined((await run(code, { envs: { ONCE: 'for once' } })).logs.stdout)).toBe('hello for once\n');
    expect(joined((await run(code)).logs.stdout)).toBe('hello None\n');
  });
}
