/** runCode: output while it is printed, results in their kinds, errors as data. */
import { type Context, type RunCodeOpts, SandboxError } from '@e2b/code-interpreter';
import { expect, it } from 'vitest';
import type { Wire } from './e2b-wire.ts';

const PNG_START = 'iVBORw0KGgo';

function joined(chunks: readonly string[]): string {
  return chunks.join('');
}

export function codePromises(wire: () => Wire): void {
  const run = (code: string, options: RunCodeOpts & { context?: Context } = {}) =>
    wire().sandbox.runCode(code, options);
  const runIn = (language: string, code: string) => wire().sandbox.runCode(code, { language });

  it('gives the last value as text, and the count of the execution', async () => {
    const context = await wire().sandbox.createCodeContext();
    const execution = await run('x = 41\nx + 1', { context });
    expect(execution).toMatchObject({ text: '42', executionCount: 1, error: undefined });
    expect((await run('x', { context })).executionCount).toBe(2);
    await wire().sandbox.removeCodeContext(context);
  });

  it('shows a string without its quotes', async () => {
    expect((await run(`'he said'`)).text).toBe('he said');
  });

  it('streams: what is printed arrives while the code still runs', async () => {
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

  it('keeps what was printed in order, whoever printed it', async () => {
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

  it('reports an exception as data, after what was printed', async () => {
    const execution = await run('print("before")\n1/0');
    expect(joined(execution.logs.stdout)).toBe('before\n');
    expect(execution.error).toMatchObject({ name: 'ZeroDivisionError', value: 'division by zero' });
    expect(execution.error?.traceback).toContain('----> 2 1/0');
    expect(execution.error?.traceback).not.toContain('\u001b');
  });

  it('reports a syntax error as data', async () => {
    expect((await run('for')).error?.name).toBe('SyntaxError');
  });

  it('returns a figure that was never shown, and lets it be saved', async () => {
    const code = `
import matplotlib.pyplot as plt
plt.plot([0, 1, 1, 2, 3, 5, 8])
plt.savefig('fibonacci.png')
plt.title('Fibonacci')
[1]`;
    const { results, error } = await run(code);
    expect(error).toBeUndefined();
    expect(results.map((result) => result.isMainResult)).toEqual([true, false]);
    expect(results[1]?.png?.startsWith(PNG_START)).toBe(true);
    const saved = await wire().sandbox.files.read('fibonacci.png', { format: 'bytes' });
    expect(Buffer.from(saved).toString('base64').startsWith(PNG_START)).toBe(true);
  });

  it('gives a table as text, HTML and data', async () => {
    const { results } = await run('import pandas as pd\npd.DataFrame({"a": [1, 2], "b": ["x", "y"]})');
    const [table] = results;
    expect(table?.text).toContain('a  b');
    expect(table?.html).toContain('<td>x</td>');
    expect(table?.data).toEqual({ a: [1, 2], b: ['x', 'y'] });
  });

  it('gives a dictionary as JSON and text, and a picture as PNG', async () => {
    const [dictionary] = (await run('{"answer": 42, "list": [1, None]}')).results;
    expect(dictionary?.json).toEqual({ answer: 42, list: [1, null] });
    expect(dictionary?.text).toBe("{'answer': 42, 'list': [1, None]}");
    const [picture] = (await run('from PIL import Image\nImage.new("RGB", (4, 4))')).results;
    expect(picture?.png?.startsWith(PNG_START)).toBe(true);
  });

  it('shows what is displayed, in its kinds', async () => {
    const code = `
from IPython.display import HTML, JSON, Latex, Markdown, display
for each in (HTML('<b>h</b>'), Markdown('**m**'), Latex('$x$'), JSON({'j': 1})): display(each)
display({'application/x-own': 'mine', 'text/plain': 'p'}, raw=True)`;
    const { results } = await run(code);
    expect(results.map((result) => result.isMainResult)).toEqual(Array(5).fill(false));
    expect(results[0]?.html).toBe('<b>h</b>');
    expect(results[1]?.markdown).toBe('**m**');
    expect(results[2]?.latex).toBe('$x$');
    expect(results[3]?.json).toEqual({ j: 1 });
    expect(results[4]?.raw).toMatchObject({ text: 'p', extra: { 'application/x-own': 'mine' } });
  });

  it('refuses to ask for input', async () => {
    expect((await run('input("name? ")')).error?.name).toBe('StdinNotImplementedError');
  });

  it('treats sys.exit as an error of the code, and lives on', async () => {
    await run('kept = 1');
    expect((await run('import sys\nsys.exit(3)')).error).toMatchObject({ name: 'SystemExit', value: '3' });
    expect((await run('kept')).text).toBe('1');
  });

  it('knows magics, shell lines and top-level await', async () => {
    const code = `
import asyncio
await asyncio.sleep(0)
!echo from the shell
files = !echo a b
print(files)`;
    expect(joined((await run(code)).logs.stdout)).toBe("from the shell\n['a b']\n");
  });

  it('keeps every character of UTF-8', async () => {
    const { logs, text } = await run(`s = 'é→😀' * 50_000\nprint(s, end='')\n'\\ud800'`);
    expect(joined(logs.stdout)).toBe('é→😀'.repeat(50_000));
    expect(text).toBeDefined();
  });

  it('passes twenty megabytes of output through, whole', async () => {
    const { logs, error } = await run(`print('x' * 20_000_000)`, { timeoutMs: 50_000 });
    expect(error).toBeUndefined();
    expect(joined(logs.stdout).length).toBe(20_000_001);
  });

  it('passes large results on, and what comes after them', async () => {
    expect((await run(`'x' * 3_000_000 + 'end'`)).text?.length).toBe(3_000_003);
    expect((await run(`from IPython.display import HTML\nHTML('<!--' + 'x' * 4_000_000)`)).results).toHaveLength(1);
    expect((await run('40 + 2')).text).toBe('42');
  });

  it('gives code the variables of the sandbox, and those of one run to that run only', async () => {
    const code = `import os\nprint(os.environ.get('GREETING'), os.environ.get('ONCE'))`;
    expect(joined((await run(code, { envs: { ONCE: `it's "once"` } })).logs.stdout)).toBe(`hello it's "once"\n`);
    expect(joined((await run(code)).logs.stdout)).toBe('hello None\n');
  });

  it('runs JavaScript: output, values, await, imports, state, errors', async () => {
    const first = await runIn('javascript', `const x = await Promise.resolve(2)\nconsole.log('js', x)\nx + 40`);
    expect(joined(first.logs.stdout)).toBe('js 2\n');
    expect(first.text).toBe('42');
    const second = await runIn('js', `import path from 'node:path'\nconst y = path.join('a', String(x)); y`);
    expect(second.text).toBe('a/2');
    expect((await runIn('javascript', 'const x = "again"; x')).text).toBe('again');
    const failed = await runIn('javascript', 'null.field');
    expect(failed.error?.name).toBe('TypeError');
    expect(failed.error?.value).toContain('Cannot read properties of null');
    expect((await runIn('javascript', 'throw new Error("mine")')).error).toMatchObject({
      name: 'Error',
      value: 'mine',
    });
  });

  it('runs bash in one shell: state, output, exit status', async () => {
    const bash = (code: string) => runIn('bash', code);
    const first = await bash('cd /tmp; name=world; echo "hello $name"; echo problem >&2');
    expect([joined(first.logs.stdout), joined(first.logs.stderr)]).toEqual(['hello world\n', 'problem\n']);
    expect(joined((await bash('pwd; echo $name')).logs.stdout)).toBe('/tmp\nworld\n');
    expect((await bash('false')).error).toMatchObject({ value: '1', traceback: '' });
    expect((await bash('echo "open')).error).toBeDefined();
    expect((await bash('exit 3')).error?.value).toBe('3');
    expect(joined((await bash('echo again')).logs.stdout)).toBe('again\n');
  });

  it('refuses a language that it does not have', async () => {
    await expect(runIn('cobol', '1')).rejects.toBeInstanceOf(SandboxError);
  });
}
