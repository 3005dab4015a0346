/**
 * Where the local sandbox host answers otherwise than E2B on purpose: the name of the promise, and why. Each must really
 * not hold there: a line that is no longer true fails the suite.
 */
import { CHART_PROMISES } from './e2b-wire-charts.ts';

const NO_CHARTS = 'the bot sends figures as images and does not read their data';
const NO_NETWORK = 'a local sandbox has no network at all';

export const LOCAL_DIFFERENCES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(CHART_PROMISES.map((promise) => [promise, NO_CHARTS])),
  'runs code as root': 'code runs as an unprivileged user, with nothing to become root with',
  'breaks at a quote in a variable of one run':
    'variables are handed over, not written into the code, so any value is fine',
  'runs TypeScript in the kernel of JavaScript':
    'the kernel is Node, which runs JavaScript only, and the bot offers no TypeScript',
  'reaches the package registries and nothing else where only they are allowed': NO_NETWORK,
  'reaches everything where it is on': NO_NETWORK,
};
