// @ts-check
/**
 * The bot's E2B template: E2B's code interpreter, which brings its kernels and the usual scientific packages, and what
 * people in Slack ask for beyond those. Pure: `build.mjs` builds it.
 */
import { Template } from 'e2b';

/** What `E2B_TEMPLATE` is set to. */
export const NAME = 'threadbox';

/** Its kernels are what the bot runs code in; its start command stays. */
const BASE = 'code-interpreter-v1';

/**
 * PyPI's name, and the name to import it by.
 * @type {readonly (readonly [string, string])[]}
 */
export const LIBRARIES = [
  ['duckdb', 'duckdb'],
  ['polars', 'polars'],
  ['pyarrow', 'pyarrow'],
  ['statsmodels', 'statsmodels'],
  ['networkx', 'networkx'],
  ['xlsxwriter', 'xlsxwriter'],
  ['tabulate', 'tabulate'],
  ['reportlab', 'reportlab'],
  ['pypdf', 'pypdf'],
];

/** Sound and video; text out of PDF files; graphs; colour emoji in figures. */
export const SYSTEM_PACKAGES = ['ffmpeg', 'poppler-utils', 'graphviz', 'fonts-noto-color-emoji'];

/** What E2B's kernels and its chart extractor were built with stays as it is: pip looks for versions that fit. */
const KEPT = ['numpy', 'pandas', 'matplotlib', 'scipy', 'pillow', 'ipython', 'ipykernel', 'jupyter-server'];
const CONSTRAINTS = '/tmp/base-versions.txt';

export function template() {
  const names = LIBRARIES.map(([name]) => name);
  const modules = LIBRARIES.map(([, module]) => module);
  return (
    Template()
      .fromTemplate(BASE)
      .aptInstall(SYSTEM_PACKAGES, { noInstallRecommends: true })
      .runCmd(`pip freeze | grep -iE '^(${KEPT.join('|')})==' > ${CONSTRAINTS}`, { user: 'root' })
      .pipInstall([`--no-cache-dir -c ${CONSTRAINTS}`, ...names])
      // A package that does not import ends the build here, not in somebody's thread.
      .runCmd(`python -c 'import ${modules.join(', ')}'`, { user: 'root' })
      // Kernels run as root: their first figure need not look for fonts.
      .runCmd(`python -c 'import matplotlib.pyplot as plt; plt.figure().savefig("/tmp/first.png")'`, { user: 'root' })
      .runCmd(`rm -f ${CONSTRAINTS} /tmp/first.png`, { user: 'root' })
      .setUser('user')
      .setWorkdir('/home/user')
  );
}
