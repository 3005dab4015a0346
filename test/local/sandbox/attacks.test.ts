/** What code inside tries, and what stands in its way. */
import type { Sandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWall } from '../../fakes/wall.ts';
import { type HostUnderTest, startHost } from './host.ts';

const PATIENCE_MS = 60_000;
const SECRET = 'xoxb-secret-of-the-host';

interface Attack {
  readonly name: string;
  readonly code: string;
  /** What it prints in the end. */
  readonly says: RegExp;
}

/** Each prints how it went, and the sandbox answers afterwards. */
const REFUSED: readonly Attack[] = [
  {
    name: 'read the environment and the command lines of every process',
    code: `
import glob
found = b''
for name in ('environ', 'cmdline'):
    for path in glob.glob(f'/proc/[0-9]*/{name}'):
        try: found += open(path, 'rb').read()
        except OSError: pass
print('${SECRET}' in found.decode('latin1'), b'node_modules' in found, b'HOME=/home/user' in found)`,
    says: /^False False True$/,
  },
  {
    name: 'write where the kernel would run a program as root',
    code: `
try: open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x')
except OSError as e: print(type(e).__name__)`,
    says: /^(PermissionError|OSError|FileNotFoundError)$/,
  },
  {
    name: 'write outside of its disks',
    code: `
wrote = []
for path in ('/x', '/usr/x', '/usr/lib/x', '/etc/x', '/etc/passwd', '/opt/agent/x', '/opt/agent/start.py', '/dev/x', '/home/x'):
    try: open(path, 'a').write('x'); wrote.append(path)
    except OSError: pass
print(wrote)`,
    says: /^\[\]$/,
  },
  {
    name: 'reach any network',
    code: `
import socket
def reach(host, port):
    try: socket.create_connection((host, port), timeout=2); return 'reached'
    except OSError as e: return 'no'
print(reach('1.1.1.1', 53), reach('169.254.169.254', 80), reach('127.0.0.1', PORT))
try: print(socket.gethostbyname('example.com'))
except OSError: print('no name')`,
    says: /^no no no\nno name$/,
  },
  {
    name: 'open sockets that no network namespace covers',
    code: `
import socket
for family in (40, 16, 17, 38):  # VSOCK, NETLINK, PACKET, ALG
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET, socket.SOCK_RAW):
        try: socket.socket(family, kind); print('opened', family)
        except OSError as e: assert e.errno == 97, e
print('none')`,
    says: /^none$/,
  },
  {
    name: 'make namespaces, mount, trace, and use what is young in the kernel',
    code: `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
calls = NUMBERS
allowed = [name for name, number in calls.items() if libc.syscall(number, 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in (1, 38)]
print(allowed, libc.unshare(0x10000000), open('/proc/self/status').read().count('CapEff:\\t0000000000000000'))`,
    says: /^\[\] -1 1$/,
  },
  {
    name: 'take memory past the limits of a process',
    code: `
import ctypes, mmap, os
said = []
try: bytearray(8 << 30)
except MemoryError: said.append('no memory')
try: os.memfd_create('x')
except OSError: said.append('no memfd')
libc = ctypes.CDLL(None, use_errno=True)
said.append(libc.shmget(0, 1 << 20, 0o1600))
print(said)`,
    says: /^\['no memory', 'no memfd', -1\]$/,
  },
  {
    name: 'fill its disks',
    code: `
import os
full = []
for folder in ('/home/user', '/tmp', '/dev/shm'):
    try:
        for n in range(9):
            with open(f'{folder}/big{n}', 'wb') as file:
                for _ in range(60): file.write(bytes(1 << 20))
    except OSError as e: full.append(e.errno)
    for n in range(9):
        if os.path.exists(f'{folder}/big{n}'): os.unlink(f'{folder}/big{n}')
print(full)`,
    says: /^\[28, 28, 28\]$/,
  },
  {
    name: 'fork without end',
    code: `
import os, signal, time
children = []
try:
    while len(children) < 1000:
        child = os.fork()
        if not child: time.sleep(60); os._exit(0)
        children.append(child)
except OSError as e: print(e.errno == 11, len(children) < 100)
finally:
    for child in children: os.kill(child, signal.SIGKILL)
    for child in children: os.waitpid(child, 0)`,
    says: /^True True$/,
  },
  {
    name: 'forge the frames of its own kernel',
    code: `
import os
for line in (b'null', b'[]', b'{}', b'{"t":"done"}', b'{"t":"result","id":1,"value":{}}', b'{"t":"exit","pid":"x"}',
             b'{"t":"stdout","id":{"toString":1},"d":5}', b'{"__proto__":{"t":"done"},"id":99999}', b'\\xff\\xfe', b'{' * 10000):
    os.write(4, line + b'\\n')
print('written')`,
    says: /^written$/,
  },
];

/** Each ends the kernel, and only that: files stay, and the next run works. */
const KERNEL_ENDS: readonly Attack[] = [
  {
    name: 'memory that is shared, so that no limit of a process counts it',
    code: `
import mmap
m = mmap.mmap(-1, 1900 << 20)
for at in range(0, len(m), 4096): m[at] = 1
import time; time.sleep(60)`,
    says: /ran out of memory/,
  },
  {
    name: 'many children with a fair share each',
    code: `
import os, time
for _ in range(8):
    if not os.fork():
        b = bytearray(b'x') * (200 << 20); time.sleep(60); os._exit(0)
time.sleep(60)`,
    says: /ran out of memory/,
  },
  { name: 'a frame without an end', code: `import os\nwhile True: os.write(4, b'x' * 65536)`, says: /restarted/ },
];

/** The numbers of some refused system calls, as the machine of the test knows them. */
const CALLS =
  process.arch === 'arm64'
    ? { ptrace: 117, mount: 40, setns: 268, bpf: 280, io_uring_setup: 425, keyctl: 219, userfaultfd: 282, clone3: 435 }
    : {
        ptrace: 101,
        mount: 165,
        setns: 308,
        bpf: 321,
        io_uring_setup: 425,
        keyctl: 250,
        userfaultfd: 323,
        clone3: 435,
      };

describeWithWall('code that attacks', () => {
  let under: HostUnderTest;
  let sandbox: Sandbox;

  beforeAll(async () => {
    process.env['THREADBOX_TEST_SECRET'] = SECRET;
    under = await startHost();
    sandbox = await under.client.Sandbox.create();
  }, PATIENCE_MS);
  afterAll(async () => {
    delete process.env['THREADBOX_TEST_SECRET'];
    await under.host.stop();
  });

  const fill = (code: string) =>
    code.replace('PORT', new URL(under.host.url).port).replace('NUMBERS', JSON.stringify(CALLS));

  it.each(REFUSED)('cannot $name', { timeout: PATIENCE_MS }, async ({ code, says }) => {
    const context = await sandbox.createCodeContext();
    const { logs, error } = await sandbox.runCode(fill(code), { context, timeoutMs: 40_000 });
    expect(error).toBeUndefined();
    expect(logs.stdout.join('').trim()).toMatch(says);
    expect((await sandbox.runCode('40 + 2', { context })).text).toBe('42');
    await sandbox.removeCodeContext(context);
  });

  it.each(KERNEL_ENDS)('loses its kernel to $name', { timeout: PATIENCE_MS }, async ({ code, says }) => {
    await sandbox.files.write('kept.txt', 'kept');
    const { error } = await sandbox.runCode(code, { timeoutMs: 40_000 });
    expect(error).toMatchObject({ name: 'ContextRestarting', value: expect.stringMatching(says), traceback: '' });
    expect((await sandbox.runCode('print(open("kept.txt").read())')).logs.stdout.join('')).toBe('kept\n');
  });

  it('reads its own files through a link that it made, not ours', async () => {
    await sandbox.commands.run('ln -sfn /etc/passwd link; ln -sfn / root; mkfifo -m 666 pipe || true');
    expect(await sandbox.files.read('link')).toBe('user:x:1000:1000::/home/user:/bin/bash\n');
    expect((await sandbox.files.list('root')).map(({ name }) => name)).not.toContain('root');
    // A pipe that nobody writes to would hang whoever opened it.
    await expect(sandbox.files.read('pipe')).rejects.toThrow('is not a regular file');
  });

  it('cannot confuse the agent with names that are no text', async () => {
    await sandbox.commands.run(`python3 -c "open(b'/home/user/\\xff\\xfe', 'w')"`);
    const listed = await sandbox.files.list('/home/user');
    expect(listed.length).toBeGreaterThan(0);
    await expect(sandbox.files.read('a'.repeat(5_000))).rejects.toThrow();
    await expect(sandbox.files.exists('zero\0byte')).rejects.toThrow('zero byte');
    expect(await sandbox.isRunning()).toBe(true);
  });

  it('ends its sandbox with files without number, and no other sandbox', { timeout: PATIENCE_MS }, async () => {
    const other = await under.client.Sandbox.create();
    const code = `n = 0\nwhile True: open(f'/tmp/{n}', 'w').close(); n += 1`;
    await expect(other.runCode(code, { timeoutMs: 40_000 })).rejects.toThrow();
    expect(await other.isRunning()).toBe(false);
    expect(await sandbox.isRunning()).toBe(true);
  });

  it('ends its sandbox by killing everything in it, and no other', { timeout: PATIENCE_MS }, async () => {
    const other = await under.client.Sandbox.create();
    await expect(other.commands.run('kill -9 -1; sleep 60')).rejects.toThrow();
    await expect.poll(() => other.isRunning()).toBe(false);
    expect((await sandbox.runCode('40 + 2')).text).toBe('42');
  });

  it('leaves a host that stops reading where it is: what nobody reads is not printed', {
    timeout: PATIENCE_MS,
  }, async () => {
    const printing = sandbox.runCode('while True: print("x" * 1000)', { timeoutMs: 1_000 });
    await expect(printing).rejects.toThrow('timed out');
    await expect.poll(async () => (await sandbox.runCode('40 + 2')).text, { timeout: 20_000 }).toBe('42');
  });
});
