/** Why code cannot be isolated here, and what to do: one sentence each. Pure. */

const LIBRARIES = 'python3-ipython python3-numpy python3-pandas python3-matplotlib';

const REASONS: readonly (readonly [RegExp, string])[] = [
  [
    /bwrap ENOENT/,
    'bubblewrap is not installed. Debian and Ubuntu: sudo apt-get install -y bubblewrap; Fedora: sudo dnf install bubblewrap.',
  ],
  [
    /bwrap (EACCES|EPERM)|spawn EINVAL/,
    'this process is root but may not start programs as another user. Run it as an ordinary user, or, in a container, with CAP_SETUID, CAP_SETGID and more than one user.',
  ],
  [/Unknown option/, 'bubblewrap is too old: version 0.8 or newer is needed.'],
  [
    /uid map: Permission denied|RTM_NEWADDR/,
    'AppArmor keeps bubblewrap from making user namespaces (Ubuntu 23.10 and newer). Give /usr/bin/bwrap a profile with "userns," in /etc/apparmor.d, then: sudo systemctl reload apparmor.',
  ],
  [
    /No permissions to create (a )?new namespace/,
    'this kernel or container forbids user namespaces. On a machine: sudo sysctl kernel.unprivileged_userns_clone=1; in Docker: a seccomp profile that allows unshare, clone and mount; or set E2B_API_KEY.',
  ],
  [
    /max_\*_namespaces exceeded/,
    'the number of user namespaces is limited to zero, or used up: raise it with sudo sysctl user.max_user_namespaces=10000.',
  ],
  [
    /Can't mount proc/,
    'the surrounding container masks /proc. Docker: --security-opt systempaths=unconfined; Podman: --security-opt unmask=ALL.',
  ],
  [
    /execvp \/usr\/bin\/python3/,
    `Python is not installed. Debian and Ubuntu: sudo apt-get install -y python3 ${LIBRARIES}.`,
  ],
  [
    /No module named/,
    `Python libraries are missing. Debian and Ubuntu: sudo apt-get install -y --no-install-recommends ${LIBRARIES}.`,
  ],
  [/pidfd_open|Errno 38/, 'this kernel is too old: Linux 5.3 and Python 3.9 or newer are needed.'],
  [/no answer within/, 'a first sandbox did not start in time: the machine is too busy or too slow. Try again.'],
  [/no system call table/, 'this processor is not supported: x64 and arm64 are.'],
];

const ELSEWHERE =
  'the local sandbox needs Linux with bubblewrap. Run Threadbox in a Linux machine or virtual machine, or set E2B_API_KEY.';

/** `said` is what bubblewrap, Python or the system call answered. */
export function explain(said: string, platform: NodeJS.Platform): string {
  const known = platform === 'linux' ? REASONS.find(([pattern]) => pattern.test(said))?.[1] : ELSEWHERE;
  const last = said.trim().split('\n').at(-1)?.slice(-300) ?? '';
  return `Code is off: ${known ?? `bubblewrap cannot isolate it on this machine (${last || 'it gave no reason'}).`}`;
}
