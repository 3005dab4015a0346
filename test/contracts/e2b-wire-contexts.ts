/** Contexts: kernels of their own, side by side. */
import { InvalidArgumentError, NotFoundError } from '@e2b/code-interpreter';
import { expect } from 'vitest';
import type { Promises, Wire } from './e2b-wire.ts';

/** Waits, in Python, until a file is there. */
function waitFor(path: string): string {
  return `import os, time\nwhile not os.path.exists('${path}'): time.sleep(0.01)`;
}

export function contextPromises(wire: () => Wire, promise: Promises): void {
  promise('has one for Python from the start, and lists what is made', async () => {
    const { sandbox } = wire();
    const [python] = (await sandbox.listCodeContexts()).filter(({ language }) => language === 'python');
    expect(python).toMatchObject({ language: 'python', cwd: '/home/user' });
    const made = await sandbox.createCodeContext({ language: 'python', cwd: '/tmp' });
    expect(made).toMatchObject({ language: 'python', cwd: '/tmp' });
    expect((await sandbox.listCodeContexts()).map(({ id }) => id)).toContain(made.id);
    const { logs } = await sandbox.runCode('import os\nprint(os.getcwd())', { context: made });
    expect(logs.stdout.join('')).toBe('/tmp\n');
    await sandbox.removeCodeContext(made);
  });

  promise('keeps their variables apart', async () => {
    const { sandbox } = wire();
    const other = await sandbox.createCodeContext();
    await sandbox.runCode('mine = 1');
    expect((await sandbox.runCode('mine', { context: other })).error?.name).toBe('NameError');
    await sandbox.removeCodeContext(other);
  });

  promise('runs one piece of code after the other in a context, and several contexts at once', async () => {
    const { sandbox } = wire();
    const [one, two] = await Promise.all([sandbox.createCodeContext(), sandbox.createCodeContext()]);
    const first = sandbox.runCode(`seen = ['first']\n${waitFor('/tmp/go')}\nseen.append('end')`, { context: one });
    const second = sandbox.runCode(`seen.append('second'); print(seen)`, { context: one });
    const beside = await sandbox.runCode(`open('/tmp/go', 'w').close()`, { context: two });
    expect(beside.error).toBeUndefined();
    expect((await first).error).toBeUndefined();
    expect((await second).logs.stdout.join('')).toBe("['first', 'end', 'second']\n");
    await Promise.all([sandbox.removeCodeContext(one), sandbox.removeCodeContext(two)]);
  });

  promise('knows no removed context', async () => {
    const { sandbox } = wire();
    const context = await sandbox.createCodeContext();
    await sandbox.removeCodeContext(context);
    await expect(sandbox.runCode('1', { context })).rejects.toBeInstanceOf(NotFoundError);
    await expect(sandbox.restartCodeContext(context)).rejects.toBeInstanceOf(NotFoundError);
    await expect(sandbox.removeCodeContext(context)).rejects.toBeInstanceOf(NotFoundError);
  });

  promise('takes a language or a context, not both', async () => {
    const { sandbox } = wire();
    const context = { id: 'x', language: 'python', cwd: '/' };
    // The SDK's type forbids it; a caller without types can still do it.
    const both: object = { language: 'python', context };
    await expect(sandbox.runCode('1', both)).rejects.toBeInstanceOf(InvalidArgumentError);
  });

  promise('survives the death of a kernel: the run says so, files stay, variables do not', async () => {
    const { sandbox } = wire();
    const context = await sandbox.createCodeContext();
    await sandbox.runCode(`gone = 1\nopen('kept.txt', 'w').write('kept')`, { context });
    const died = await sandbox.runCode(`print('last words')\nimport os\nos._exit(3)`, { context });
    expect(died.error).toMatchObject({ name: 'ContextRestarting', traceback: '' });
    expect(died.logs.stdout.join('')).toBe('last words\n');
    const after = await sandbox.runCode(`print(open('kept.txt').read(), 'gone' in globals())`, { context });
    expect(after.logs.stdout.join('')).toBe('kept False\n');
    await sandbox.removeCodeContext(context);
  });
}
