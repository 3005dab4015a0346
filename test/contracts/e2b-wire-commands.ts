/** commands: run to their end, in the background, fed, listed, killed, timed out. */
import { CommandExitError, InvalidArgumentError, TimeoutError } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

export function commandPromises(wire: () => Wire, promise: Promises): void {
  const commands = () => wire().sandbox.commands;

  promise('gives output as it comes and the end as data', async () => {
    const out: string[] = [];
    const err: string[] = [];
    const result = await commands().run('echo out; echo err >&2; pwd; echo $GREETING $OWN', {
      envs: { OWN: 'own' },
      onStdout: (data) => void out.push(data),
      onStderr: (data) => void err.push(data),
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: 'out\n/home/user\nhello own\n', stderr: 'err\n' });
    expect([out.join(''), err.join('')]).toEqual([result.stdout, result.stderr]);
  });

  promise('throws on another exit status than zero', async () => {
    const failed = commands().run('echo some; exit 3');
    await expect(failed).rejects.toBeInstanceOf(CommandExitError);
    await expect(failed).rejects.toMatchObject({ exitCode: 3, stdout: 'some\n', error: 'exit status 3' });
    await expect(commands().run('no-such-program')).rejects.toMatchObject({ exitCode: 127 });
  });

  promise('starts where it is told, if that is there', async () => {
    expect((await commands().run('pwd', { cwd: '/tmp' })).stdout).toBe('/tmp\n');
    const nowhere = commands().run('pwd', { cwd: '/nope' });
    await expect(nowhere).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(nowhere).rejects.toThrow("cwd '/nope' does not exist");
  });

  promise('keeps characters whole and a megabyte complete', async () => {
    const code = `python3 -c "print('é→😀' * 120000, end='')"`;
    const bytes: number[] = [];
    const onStdout = (data: string) => void bytes.push(Buffer.byteLength(data));
    expect((await commands().run(code, { onStdout })).stdout).toBe('é→😀'.repeat(120_000));
    // Pieces of 32 KiB at most; the rest of a character that was cut comes with the next.
    expect(Math.max(...bytes)).toBeLessThanOrEqual(32_768 + 3);
  });

  promise('feeds standard input and closes it', async () => {
    const handle = await commands().run('cat; echo end', { background: true, stdin: true });
    await handle.sendStdin('one\n');
    await handle.sendStdin('two\n');
    await handle.closeStdin();
    expect((await handle.wait()).stdout).toBe('one\ntwo\nend\n');
    expect((await commands().run('cat')).stdout).toBe('');
  });

  promise('lists what runs in the background, joins it, and kills it', async () => {
    const handle = await commands().run('cat', { background: true, stdin: true });
    const listed = (await commands().list()).find(({ pid }) => pid === handle.pid);
    expect(listed).toMatchObject({ cmd: '/bin/bash', args: ['-l', '-c', 'cat'] });
    await handle.sendStdin('before\n');
    await expect.poll(() => handle.stdout).toBe('before\n');
    // Whoever joins sees what comes, not what was.
    const joined = await commands().connect(handle.pid);
    await commands().sendStdin(handle.pid, 'later\n');
    await expect.poll(() => joined.stdout).toBe('later\n');
    expect(await handle.kill()).toBe(true);
    await expect(handle.wait()).rejects.toMatchObject({ exitCode: -1, error: 'signal: killed' });
    await expect(joined.wait()).rejects.toBeInstanceOf(CommandExitError);
    expect(await commands().kill(handle.pid)).toBe(false);
    expect((await commands().list()).map(({ pid }) => pid)).not.toContain(handle.pid);
  });

  promise('kills a command at its time limit', async () => {
    const late = commands().run('echo $$ > /tmp/pid; sleep 1000', { timeoutMs: 500 });
    await expect(late).rejects.toBeInstanceOf(TimeoutError);
    const pid = (await wire().sandbox.files.read('/tmp/pid')).trim();
    const alive = () => commands().run(`kill -0 ${pid} 2>/dev/null && echo alive || echo dead`);
    await expect.poll(async () => (await alive()).stdout).toBe('dead\n');
  });
}
