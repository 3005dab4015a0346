/** The system packages: which, what for, and whether they are there. */

/** Debian's and Ubuntu's names. The first five make the local sandbox; its Python is the system's own. */
const SANDBOX = ['bubblewrap', 'python3-ipython', 'python3-numpy', 'python3-pandas', 'python3-matplotlib'];
const BROWSER = ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji'];
export const COMPILER = ['python3', 'make', 'g++'];

/** Groups of packages for a purpose, each with the reason that is printed. */
export function packagesFor(purpose, { localSandbox }) {
  const groups = [];
  if (localSandbox) groups.push({ names: SANDBOX, why: 'to run code isolated on this machine' });
  if (purpose === 'test') groups.push({ names: BROWSER, why: 'to look at the page in the tests' });
  return groups;
}

/** The names of `wanted` that dpkg-query does not list as installed ("ii" in its short status). */
export function missingFrom(dpkgQueryOutput, wanted) {
  const installed = new Set(
    dpkgQueryOutput
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([, status]) => status === 'ii')
      .map(([name]) => name),
  );
  return wanted.filter((name) => !installed.has(name));
}

/** "82.4 MB to download, 312 MB on disk" from what `apt-get --assume-no install` prints; '' when it does not say. */
export function sizesFrom(aptOutput) {
  const download = /Need to get ([\d.,]+ ?[kMG]?B)/.exec(aptOutput)?.[1];
  const disk = /([\d.,]+ ?[kMG]?B) of additional disk space/.exec(aptOutput)?.[1];
  return [download && `${download} to download`, disk && `${disk} on disk`].filter(Boolean).join(', ');
}

/** Whether /etc/os-release describes Debian or a relative of it. */
export function isDebianLike(osRelease) {
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(osRelease);
}
