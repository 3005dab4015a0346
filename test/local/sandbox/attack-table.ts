/** What code inside tries, and how it must go. `@…@` are filled in by the test: what only the host knows. */

export interface Attack {
  readonly name: string;
  readonly code: string;
  /** What it prints in the end, or what its error says. */
  readonly says: RegExp;
}

/** Each prints how it went, and the same kernel answers afterwards. */
export const REFUSED: readonly Attack[] = [
  {
    name: 'read the environment or the command lines of any process',
    code: `
import glob
found = b''
for name in ('environ', 'cmdline'):
    for path in glob.glob(f'/proc/[0-9]*/{name}'):
        try: found += open(path, 'rb').read()
        except OSError: pass
print('@SECRET@' in found.decode('latin1'), b'node_modules' in found, b'HOME=/home/user' in found)`,
    says: /^False False True$/,
  },
  {
    name: 'find files of the host, by their own name or through a process',
    code: `
import glob, os
roots = ['', *glob.glob('/proc/[0-9]*/root'), *glob.glob('/proc/[0-9]*/cwd/../..')]
seen = [root for root in roots if os.path.exists(root + '@MARKER@')]
rest = [path for path in ('/root', '/var', '/run', '/sys', '/boot', '/mnt', '/etc/shadow', '/etc/machine-id') if os.path.exists(path)]
print(seen, rest, sorted(os.listdir('/home')))`,
    says: /^\[\] \[\] \['user'\]$/,
  },
  {
    name: 'see or signal a process of the host',
    code: `
import os
pids = [int(name) for name in os.listdir('/proc') if name.isdigit()]
try: os.kill(@PID@, 0); print('signalled')
except OSError as e: print(type(e).__name__, len(pids) < 12, os.getppid() < 12)`,
    says: /^ProcessLookupError True True$/,
  },
  {
    name: 'read what /proc tells of the machine and its memory',
    code: `
readable = []
for name in ('keys', 'key-users', 'cmdline', 'kcore', 'kmsg', 'kallsyms', 'locks', 'timer_list', 'partitions', 'sysrq-trigger'):
    try:
        if open('/proc/' + name, 'rb').read(64): readable.append(name)
    except OSError: pass
print(readable)`,
    says: /^\[\]$/,
  },
  {
    name: 'write a setting of the kernel',
    code: `
import os
wrote = []
for folder, _, names in os.walk('/proc/sys'):
    for name in names:
        try: os.close(os.open(os.path.join(folder, name), os.O_WRONLY)); wrote.append(name)
        except OSError: pass
try: open('/proc/sys/kernel/core_pattern', 'w').write('|/tmp/x'); wrote.append('core_pattern')
except OSError: pass
print(wrote)`,
    says: /^\[\]$/,
  },
  {
    name: 'write outside of its disks, or make a device',
    code: `
import os
wrote = []
for path in ('/x', '/usr/x', '/usr/lib/x', '/etc/x', '/etc/passwd', '/opt/agent/x', '/opt/agent/start.py', '/dev/x', '/home/x'):
    try: open(path, 'a').write('x'); wrote.append(path)
    except OSError: pass
try: os.mknod('/tmp/disk', 0o600 | 0o060000, os.makedev(254, 0)); wrote.append('device')
except OSError: pass
print(wrote, sorted(os.listdir('/dev')))`,
    says: /^\[\] \['core', 'fd', 'full', 'null', 'ptmx', 'pts', 'random', 'shm', 'stderr', 'stdin', 'stdout', 'tty', 'urandom', 'zero'\]$/,
  },
  {
    name: 'become somebody else',
    code: `
import ctypes, os, subprocess
libc = ctypes.CDLL(None, use_errno=True)
status = open('/proc/self/status').read()
tried = [libc.setuid(0), libc.setgid(0), libc.setgroups(0, None), libc.chroot(b'/tmp'), libc.sethostname(b'x', 1)]
try: root = subprocess.run(['su', '-c', 'id -u'], capture_output=True, input=b'').stdout
except OSError: root = b''
print(tried, status.count('\\t0000000000000000\\n') >= 5, 'NoNewPrivs:\\t1' in status, 'Seccomp:\\t2' in status, os.getuid(), root)`,
    says: /^\[-1, -1, -1, -1, -1\] True True True 1000 b''$/,
  },
  {
    name: 'reach any network, the host or its sockets without a name',
    code: `
import socket
def reach(family, address):
    try: s = socket.socket(family); s.settimeout(2); s.connect(address); return 'reached'
    except OSError: return 'no'
print(*[reach(socket.AF_INET, address) for address in (('1.1.1.1', 53), ('169.254.169.254', 80), ('127.0.0.1', @PORT@))],
      reach(socket.AF_INET6, ('::1', @PORT@)), reach(socket.AF_UNIX, '\\0@ABSTRACT@'))
try: print(socket.gethostbyname('example.com'))
except OSError: print('no name')`,
    says: /^no no no no no\nno name$/,
  },
  {
    name: 'open sockets that no network namespace covers, or that make the kernel load a module',
    code: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
opened, pair = [], (ctypes.c_int * 2)()
for family in range(50):
    for kind in (1, 2, 3, 5):
        if family not in (1, 2, 10) and libc.socket(family, kind, 0) >= 0: opened.append(family)
        if family != 1 and libc.socketpair(family, kind, 0, pair) == 0: opened.append(family)
for protocol in (33, 132, 136, 255, 262):  # DCCP, SCTP, UDPLite, raw, MPTCP
    for kind in (1, 2, 3, 5, 6):
        if libc.socket(2, kind, protocol) >= 0: opened.append(protocol)
print(opened)`,
    says: /^\[\]$/,
  },
  {
    name: 'make namespaces, mount, trace, or use what is young or counted for the whole machine',
    code: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
calls = @CALLS@
allowed = [name for name, number in calls.items() if libc.syscall(number, 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() not in (1, 38)]
print(allowed, libc.unshare(0x10000000))`,
    says: /^\[\] -1$/,
  },
  {
    name: 'go before others: real-time priority, a lower nice value, higher limits',
    code: `
import os, resource
tried = []
for attempt in (lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)), lambda: os.setpriority(os.PRIO_PROCESS, 0, -5),
                lambda: resource.setrlimit(resource.RLIMIT_NPROC, (4096, 4096)), lambda: resource.setrlimit(resource.RLIMIT_DATA, (-1, -1))):
    try: attempt(); tried.append('yes')
    except (OSError, ValueError): tried.append('no')
print(*tried)`,
    says: /^no no no no$/,
  },
  {
    name: 'take memory past the limits of a process',
    code: `
import ctypes, os, socket
said = []
try: bytearray(8 << 30)
except MemoryError: said.append('no memory')
try: os.memfd_create('x')
except OSError: said.append('no memfd')
said.append(ctypes.CDLL(None).shmget(0, 1 << 20, 0o1600))
pair = socket.socketpair()
before = pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 24)
said.append(pair[0].getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) == before)
print(said)`,
    says: /^\['no memory', 'no memfd', -1, True\]$/,
  },
  {
    name: 'fill its disks',
    code: `
import os
full = []
for folder in ('/home/user', '/tmp', '/dev/shm'):
    try:
        with open(f'{folder}/big', 'wb') as file:
            while True: file.write(bytes(1 << 20))
    except OSError as e: full.append(e.errno)
    os.unlink(f'{folder}/big')
print(full)`,
    says: /^\[28, 28, 28\]$/,
  },
  {
    name: 'fork or start threads without end',
    code: `
import os, signal, threading, time
children, threads, over = [], 0, threading.Event()
try:
    while len(children) < 1000:
        child = os.fork()
        if not child: time.sleep(60); os._exit(0)
        children.append(child)
except OSError as e: print(e.errno == 11, len(children) < 100)
finally:
    for child in children: os.kill(child, signal.SIGKILL)
    for child in children: os.waitpid(child, 0)
try:
    while threads < 1000: threading.Thread(target=over.wait, daemon=True).start(); threads += 1
except RuntimeError: print(threads < 100)
over.set()`,
    says: /^True True\nTrue$/,
  },
  {
    name: 'forge frames: of its kernel, of no shape, too deep, too full',
    code: `
import os
lines = [b'null', b'[]', b'{}', b'{"t":"done"}', b'{"t":"result","id":1,"value":{}}', b'{"t":"exit","pid":"x"}', b'\\xff\\xfe', b'{' * 10000,
         b'{"t":"stdout","id":{"toString":1},"d":5}', b'{"__proto__":{"t":"done"},"id":99999}', b'{"t":"data","id":7,"main":true,"data":{"__proto__":{"x":1}}}',
         b'{"t":"exit","pid":1,"code":1e999,"signal":null}', b'{"t":"died","id":null,"context":"__proto__","code":1,"memory":true}']
for n in range(1, 60):
    lines += [b'{"t":"data","id":%d,"main":true,"data":{"application/json":' % n + b'[' * 20000 + b']' * 20000 + b'}}']
lines += [b'{"t":"data","id":3,"main":true,"data":{"application/json":[' + b'[],' * 3000000 + b'1]}}']
for line in lines: os.write(4, line + b'\\n')
print('written')`,
    says: /^written$/,
  },
];

/**
 * Each ends the kernel, and only that: files stay, and the next run works. All of them at once, a sandbox for each. Where a
 * control group ends no more than a child of the code, that says `ended by 9`.
 */
export const KERNEL_ENDS: readonly Attack[] = [
  {
    name: 'memory that is shared, so that no limit of a process counts it',
    code: `
import mmap, time
m = mmap.mmap(-1, 1 << 30)
while m.tell() < 1 << 30: m.write(b'x' * (1 << 20))
time.sleep(60)`,
    says: /ran out of memory/,
  },
  {
    name: 'many children with a fair share each',
    code: `
import os, time
children = []
for _ in range(8):
    children.append(os.fork())
    if not children[-1]: b = bytearray(b'x') * (60 << 20); time.sleep(60); os._exit(0)
print('ended by', os.wait()[1])
for child in children:
    try: os.kill(child, 9)
    except OSError: pass`,
    says: /ran out of memory/,
  },
  {
    name: 'files and memory together',
    code: `
import mmap, time
for folder in ('/tmp', '/home/user'): open(folder + '/big', 'wb').write(bytes(44 << 20))
m = mmap.mmap(-1, 180 << 20)
for _ in range(180): m.write(b'x' * (1 << 20))
time.sleep(60)`,
    says: /ran out of memory/,
  },
  {
    name: 'tables that say where no memory is',
    code: `
import ctypes, time
libc = ctypes.CDLL(None); libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
start = libc.mmap(None, 1 << 40, 1, 0x4022, -1, 0)
libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(1 << 40), 15)
for at in range(start, start + (1 << 40), 1 << 21): ctypes.c_char.from_address(at).value
time.sleep(60)`,
    says: /ran out of memory/,
  },
  {
    name: 'bytes in sockets that nobody reads',
    code: `
import os, socket, time
children = []
for _ in range(20):
    children.append(os.fork())
    if children[-1]: continue
    kept = []
    try:
        while True:
            pair = socket.socketpair(); kept.append(pair)
            for end in pair: end.setblocking(False); end.send(b'x' * 180000)
    except OSError: time.sleep(60); os._exit(0)
print('ended by', os.wait()[1])
for child in children:
    try: os.kill(child, 9)
    except OSError: pass`,
    says: /ran out of memory/,
  },
  {
    name: 'connections that nobody accepts',
    code: `
import socket
server = socket.create_server(('127.0.0.1', 0), backlog=4096)
while True:
    client = socket.create_connection(server.getsockname()); client.setblocking(False)
    try:
        while True: client.send(b'x' * (1 << 20))
    except OSError: client.close()`,
    says: /ran out of memory/,
  },
  { name: 'a frame without an end', code: `import os\nwhile True: os.write(4, b'x' * 65536)`, says: /restarted/ },
];

/** Each ends its sandbox; others live on. Run as commands or code of one sandbox each, all at once. */
export const SANDBOX_ENDS: readonly Omit<Attack, 'says'>[] = [
  { name: 'files without number', code: `n = 0\nwhile True: open(f'/tmp/{n}', 'w').close(); n += 1` },
  { name: 'a signal to everything', code: `import os, time\nos.kill(-1, 9)\ntime.sleep(60)` },
  { name: 'lines that are no frames', code: `import os\nwhile True: os.write(4, b'{}\\n' * 20000)` },
];

/** Writes frames of every kind, with fields of every shape, among the true ones: what is asked meanwhile may fail, no more. */
export const FORGER = `
import json, os, random
random.seed(7)
kinds = ['ready', 'result', 'fail', 'begin', 'stdout', 'stderr', 'data', 'error', 'done', 'died', 'piece', 'exit', '__proto__']
values = [None, True, -1, 1, 1e308, 'x', '\\ud800', [], {}, {'pid': -5}, {'pid': 3}, {'data': '!!', 'size': -1}, {'path': None}, 'eA==',
          {'data': 'eA==', 'size': 9007199254740991, 'path': '/x'}, [{'name': 'a'}], {'__proto__': 1}, {'text/plain': 5}, {'toString': 2}]
names = ['value', 'code', 'message', 'n', 'd', 'main', 'data', 'name', 'tb', 'context', 'memory', 'pid', 'stream', 'signal']
for _ in range(60):
    frames = [{'t': random.choice(kinds), 'id': random.randrange(60), **{name: random.choice(values) for name in names if random.random() < .7}} for _ in range(10)]
    os.write(4, ''.join(json.dumps(frame) + '\\n' for frame in frames).encode())`;

/** The numbers of some refused system calls, as the machine of the test knows them. */
const CALLS: Readonly<Record<string, readonly [x64: number, arm64: number]>> = {
  ptrace: [101, 117],
  mount: [165, 40],
  setns: [308, 268],
  bpf: [321, 280],
  io_uring_setup: [425, 425],
  io_setup: [206, 0],
  inotify_init1: [294, 26],
  keyctl: [250, 219],
  userfaultfd: [323, 282],
  clone3: [435, 435],
  perf_event_open: [298, 241],
  fsopen: [430, 430],
  kexec_load: [246, 104],
  clock_settime: [227, 112],
};

export function refusedCalls(arch: string): Record<string, number> {
  const column = arch === 'arm64' ? 1 : 0;
  return Object.fromEntries(Object.entries(CALLS).map(([name, numbers]) => [name, numbers[column]]));
}
