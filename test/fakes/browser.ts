/** Headless Chromium for tests. Without it the suite is skipped by name; REQUIRE_SANDBOX=1 makes that a failure. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe, it } from 'vitest';
import { describeWithWall } from './wall.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => existsSync(path));

/** A browser that calls nobody: everything it would do in the background is off. */
export async function openBrowser(): Promise<Browser> {
  if (!executablePath) throw new Error('Chromium is not installed');
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'];
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...quiet, '--disable-quic', '--disable-gpu', ...asRoot] });
}

/** A suite that needs the browser and real sandboxes. */
export function describeInBrowser(name: string, suite: () => void): void {
  if (executablePath) {
    describeWithWall(name, suite);
    return;
  }
  if (process.env['REQUIRE_SANDBOX'] === '1') {
    describe(name, () => {
      it('has the browser it needs', () => {
        throw new Error('REQUIRE_SANDBOX=1, and Chromium is not installed');
      });
    });
    return;
  }
  describe.skip(`${name} (skipped: Chromium is not installed)`, suite);
}
