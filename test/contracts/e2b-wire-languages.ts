/** The other languages: state, output, values, errors. */
import { stripVTControlCharacters } from 'node:util';
import { SandboxError } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

function joined(chunks: readonly string[]): string {
  return chunks.join('');
}

function plain(text: string | undefined): string | undefined {
  return text && stripVTControlCharacters(text).replace(/^"(.*)"$/, '$1');
}

export function languagePromises(wire: () => Wire, promise: Promises): void {
  const runIn = (language: string, code: string) => wire().sandbox.runCode(code, { language });

  promise('runs JavaScript: output, values, await, imports, state, errors', async () => {
    const first = await runIn('javascript', `const x = await Promise.resolve(2)\nconsole.log('js', x)\nx + 40`);
    expect(joined(first.logs.stdout)).toBe('js 2\n');
    // Deno colours its values.
    expect(plain(first.text)).toBe('42');
    const second = await runIn('js', `import path from 'node:path'\nconst y = path.join('a', String(x)); y`);
    expect(plain(second.text)).toBe('a/2');
    expect(plain((await runIn('javascript', 'const x = "again"; x')).text)).toBe('again');
    const failed = await runIn('javascript', 'null.field');
    expect(failed.error?.name).toBe('TypeError');
    expect(failed.error?.value).toContain('Cannot read properties of null');
    expect((await runIn('javascript', 'throw new Error("mine")')).error).toMatchObject({
      name: 'Error',
      value: 'mine',
    });
  });

  promise('runs bash in one shell: state, output, exit status', async () => {
    const bash = (code: string) => runIn('bash', code);
    const first = await bash('cd /tmp; name=world; echo "hello $name"; echo problem >&2');
    expect([joined(first.logs.stdout), joined(first.logs.stderr)]).toEqual(['hello world\n', 'problem\n']);
    expect(joined((await bash('pwd; echo $name')).logs.stdout)).toBe('/tmp\nworld\n');
    expect((await bash('false')).error).toMatchObject({ value: '1', traceback: '' });
    expect((await bash('echo "open')).error).toBeDefined();
    expect((await bash('exit 3')).error?.value).toBe('3');
    expect(joined((await bash('echo again')).logs.stdout)).toBe('again\n');
  });

  promise('refuses a language that it does not have', async () => {
    await expect(runIn('cobol', '1')).rejects.toBeInstanceOf(SandboxError);
  });

  promise('runs TypeScript in the kernel of JavaScript', async () => {
    const { text, error } = await runIn('ts', 'const three: number = 3; three');
    expect([plain(text), error]).toEqual(['3', undefined]);
    expect(plain((await runIn('javascript', 'three')).text)).toBe('3');
  });
}
