/** How running code is stopped: by its time limit, by an interrupt from inside, by a restart. */
import { type Context, TimeoutError } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

interface Endless {
  readonly name: string;
  readonly language: string;
  readonly setup: string;
  /** Prints one line, then goes on for ever. */
  readonly code: string;
  readonly check: string;
  readonly error: string;
}

const ENDLESS: readonly Endless[] = [
  {
    language: 'python',
    setup: 'x = 7',
    name: 'a loop',
    code: 'print("on")\nwhile True: pass',
    check: 'print(x)',
    error: 'KeyboardInterrupt',
  },
  {
    language: 'python',
    setup: 'x = 7',
    name: 'a program it waits for',
    code: 'print("on", flush=True)\nimport subprocess\nsubprocess.run(["sleep", "1000"])',
    check: 'print(x)',
    error: 'KeyboardInterrupt',
  },
  {
    language: 'javascript',
    setup: 'var x = 7',
    name: 'a loop',
    code: 'console.log("on"); while (true) {}',
    check: 'console.log(x)',
    error: 'KeyboardInterrupt',
  },
  {
    language: 'javascript',
    setup: 'var x = 7',
    name: 'a promise',
    code: 'console.log("on"); await new Promise(() => {})',
    check: 'console.log(x)',
    error: 'KeyboardInterrupt',
  },
  {
    language: 'bash',
    name: 'a program it waits for',
    setup: 'x=7',
    code: 'echo on; sleep 1000',
    check: 'echo $x',
    error: 'ExecutionAborted',
  },
];

/** E2B's sandboxes hold Jupyter's server on their own loopback: the only way to interrupt a run and keep its state. */
function interruptCommand(context: Context): string {
  const url = `http://localhost:8888/api/kernels/${context.id}/interrupt`;
  const script = `import urllib.request as u; print(u.urlopen(u.Request("${url}", data=b"", method="POST")).status)`;
  return `python3 -c '${script}'`;
}

export function stopPromises(wire: () => Wire, promise: Promises): void {
  for (const endless of ENDLESS) {
    promise(`interrupts ${endless.language} from inside, and its variables stay: ${endless.name}`, () =>
      interrupts(endless),
    );
  }

  async function interrupts(endless: Endless): Promise<void> {
    const { sandbox } = wire();
    const context = await sandbox.createCodeContext({ language: endless.language });
    await sandbox.runCode(endless.setup, { context });
    let interrupted: Promise<{ stdout: string }> | undefined;
    const execution = await sandbox.runCode(endless.code, {
      context,
      timeoutMs: 50_000,
      onStdout: () => {
        interrupted ??= sandbox.commands.run(interruptCommand(context));
      },
    });
    expect((await interrupted)?.stdout).toBe('204\n');
    expect(execution.error?.name).toBe(endless.error);
    const after = await sandbox.runCode(endless.check, { context });
    expect(after.logs.stdout.join('')).toBe('7\n');
    await sandbox.removeCodeContext(context);
  }

  promise('knows no kernel of another name', async () => {
    const { sandbox } = wire();
    const command = interruptCommand({ id: 'none', language: 'python', cwd: '/' });
    await expect(sandbox.commands.run(command)).rejects.toMatchObject({ exitCode: 1 });
  });

  promise('stops code at its time limit, and the variables stay', async () => {
    const { sandbox } = wire();
    const context = await sandbox.createCodeContext();
    await sandbox.runCode('x = 7', { context });
    const endless = sandbox.runCode('import time\ntime.sleep(1000)', { context, timeoutMs: 300 });
    await expect(endless).rejects.toBeInstanceOf(TimeoutError);
    // E2B asks for a pause before the next call; a server of the same wire may need it too.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await sandbox.runCode('x', { context })).text).toBe('7');
    await sandbox.removeCodeContext(context);
  });

  promise('restarts a context in the middle of a run: the run says so, and the variables go', async () => {
    const { sandbox } = wire();
    const context = await sandbox.createCodeContext();
    await sandbox.runCode('x = 7', { context });
    let restarted: Promise<void> | undefined;
    const execution = await sandbox.runCode(
      `import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint('on', flush=True)\ntime.sleep(1000)`,
      {
        context,
        timeoutMs: 50_000,
        onStdout: () => {
          restarted ??= sandbox.restartCodeContext(context);
        },
      },
    );
    await restarted;
    expect(execution.error).toMatchObject({ name: 'UnexpectedEndOfExecution', traceback: '' });
    expect((await sandbox.runCode('x', { context })).error?.name).toBe('NameError');
    await sandbox.removeCodeContext(context);
  });
}
