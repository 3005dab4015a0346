/** Every way in which a machine is known to lack the wall, and the sentence for it. */
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/local/sandbox/explain.ts';

describe('why code is off', () => {
  it.each([
    ['Error: spawn /usr/bin/bwrap ENOENT', 'apt-get install -y bubblewrap'],
    ['Error: spawn /usr/bin/bwrap EPERM', 'CAP_SETUID'],
    ['spawn EINVAL', 'ordinary user'],
    ['bwrap: Unknown option --disable-userns', '0.8 or newer'],
    [
      'bwrap: No permissions to create new namespace, likely because the kernel does not allow it',
      'unprivileged_userns_clone',
    ],
    ['bwrap: setting up uid map: Permission denied', 'AppArmor'],
    ['bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted', 'AppArmor'],
    [
      'bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)',
      'max_user_namespaces',
    ],
    ["bwrap: Can't mount proc on /newroot/proc: Operation not permitted", 'systempaths=unconfined'],
    ['bwrap: execvp /usr/bin/python3: No such file or directory', 'apt-get install -y python3 '],
    ["ModuleNotFoundError: No module named 'IPython'", 'python3-ipython'],
    ['OSError: [Errno 38] Function not implemented', 'Linux 5.3'],
    ["AttributeError: module 'os' has no attribute 'pidfd_open'", 'Python 3.9'],
    ['no answer within 120 seconds', 'Try again'],
    ['no system call table for riscv64', 'x64 and arm64'],
  ])('%s', (said, part) => {
    const sentence = explain(said, 'linux');
    expect(sentence.startsWith('Code is off: ')).toBe(true);
    expect(sentence).toContain(part);
  });

  it('passes on the last line of what nobody knows, and not more than that', () => {
    expect(explain(`first\n${'x'.repeat(1_000)}`, 'linux')).toContain(`(${'x'.repeat(300)})`);
    expect(explain('', 'linux')).toContain('no reason');
  });

  it.each(['darwin', 'win32'] as const)('names the ways out on %s', (platform) => {
    expect(explain('spawn ENOENT', platform)).toContain('E2B_API_KEY');
  });
});
