/** The newcomer's path in a browser: open the page, mention, see the answer, reply, see the chart, press Stop. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, openBrowser } from '../fakes/browser.ts';
import { startWorld, type World } from './world.ts';

const SHOTS = fileURLToPath(new URL('../../test-results/', import.meta.url));
const PATIENCE = { timeout: 30_000 };

describeInBrowser('the page', () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [world, browser] = await Promise.all([startWorld(), openBrowser()]);
    const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
    page = await context.newPage();
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    await page.goto(world.services.ready?.pageUrl ?? '');
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await world.stop();
  });

  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`), animations: 'disabled' });
  const thread = () => page.getByTestId('thread-pane');

  const say = async (where: 'composer' | 'thread-composer', text: string) => {
    await page.getByTestId(where).fill(text);
    await page.getByTestId(where).press('Enter');
  };

  const openLastThread = async () => {
    await page.getByTestId('thread-link').last().click();
    await thread().waitFor(PATIENCE);
  };

  it('opens from the printed address and shows the workspace', async () => {
    await page.getByTestId('channel-general').waitFor(PATIENCE);
    await page.getByTestId('services').waitFor(PATIENCE);
    await shot('1-workspace');
  });

  it('answers a mention in its thread', async () => {
    await say('composer', '@threadbox Print the first 20 Fibonacci numbers with statistics');
    await page.getByTestId('thread-link').first().waitFor(PATIENCE);
    await openLastThread();
    await thread()
      .getByText(/Done in/)
      .first()
      .waitFor(PATIENCE);
    expect(await thread().textContent()).toContain('4,181');
    await shot('2-answer');
  });

  it('goes on in the thread and shows the chart', async () => {
    await say('thread-composer', 'Now plot them as a bar chart and save it as fibonacci.png');
    const image = thread().getByTestId('file-image').locator('img').first();
    await image.waitFor(PATIENCE);
    await page.waitForFunction(
      `[...document.querySelectorAll('[data-testid="file-image"] img')].every((image) => image.naturalWidth > 100)`,
    );
    await shot('3-chart');
  });

  it('stops a program by its button', async () => {
    await say('composer', '@threadbox run forever until stopped');
    await page.getByTestId('thread-link').nth(1).waitFor(PATIENCE);
    await openLastThread();
    await thread()
      .getByText(/Running Python/)
      .first()
      .waitFor(PATIENCE);
    await shot('4-running');
    await thread().getByTestId('button-turn.stop').first().click();
    await thread()
      .getByText(/Stopped/)
      .first()
      .waitFor(PATIENCE);
    await shot('5-stopped');
  });

  it('fits a phone, in the dark too', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await shot('6-phone-dark');
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(390);
  });

  it('comes back by itself when the connection was lost', async () => {
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await page.setViewportSize({ width: 1360, height: 900 });
    await page.getByTestId('channel-general').click();
    await page.getByTestId('composer').waitFor(PATIENCE);
  });

  it('has reported no error of its own', () => {
    expect(faults).toEqual([]);
  });
});
