/** Puts every transcript through the product and photographs what comes of it, as a desktop and a phone show it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { it } from 'vitest';
import { startModelServer } from '../../src/local/model/server.ts';
import { answers, finished, mention, read, startWorld, type World } from '../e2e/world.ts';
import { openBrowser } from '../fakes/browser.ts';
import { until } from '../fakes/slack-control.ts';
import { play, TRANSCRIPTS, type Transcript } from './transcripts.ts';

const SHOTS = fileURLToPath(new URL('../../test-results/gallery/', import.meta.url));
const KEY = 'gallery';
const ONLY = process.env['GALLERY_ONLY'];

const VIEWS = [
  { name: 'light', viewport: { width: 1360, height: 900 }, colorScheme: 'light' },
  { name: 'dark', viewport: { width: 1360, height: 900 }, colorScheme: 'dark' },
  { name: 'phone', viewport: { width: 390, height: 900 }, colorScheme: 'light' },
] as const;

/** For the page: by how many pixels a list is longer than what is shown of it. */
const HIDDEN = (testId: string) =>
  `(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('[data-testid="${testId}"]'))`;

it('photographs every transcript', async () => {
  mkdirSync(SHOTS, { recursive: true });
  const model = await startModelServer({ apiKey: KEY, paceMs: 0, log: () => {}, brain: play });
  const world = await startWorld();
  const browser = await openBrowser();
  try {
    await world.stopBot();
    await world.startBot({
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_BASE_URL: model.url,
      MODEL_INPUT_PRICE: '2',
      MODEL_OUTPUT_PRICE: '10',
    });
    const chosen = TRANSCRIPTS.filter(({ name }) => !ONLY || ONLY.split(',').some((part) => name.startsWith(part)));
    const isWhole = !ONLY || ONLY.includes('2');
    const roots: string[] = [];
    for (const transcript of chosen) roots.push(await perform(world, transcript));
    const scenes = chosen.map(({ name }, index) => ({ name, place: `${world.general}/${roots[index]}` }));
    if (isWhole) scenes.push(...(await situations(world)));
    for (const view of VIEWS) await photograph(browser, world, view, scenes);
  } finally {
    await browser.close();
    await world.stop();
    await model.stop();
  }
});

async function perform(world: World, { task, stopAt }: Transcript): Promise<string> {
  const { control, ada, general } = world;
  const root = await control.say(ada, general, await mention(control, task));
  if (stopAt) {
    await until(
      () => answers(control, general, root),
      ([answer]) => answer !== undefined && stopAt.test(read(answer)),
      30_000,
    );
    await control.say(ada, general, 'stop', { threadTs: root });
  }
  await finished(control, general, root);
  return root;
}

interface Scene {
  readonly name: string;
  /** What the page's address says after `#`. */
  readonly place: string;
  /** A button to press first. */
  readonly press?: string;
}

/** Where the shape of the conversation is what matters. */
async function situations(world: World): Promise<readonly Scene[]> {
  const { control, ada, grace, general } = world;
  const direct = await control.directMessage(ada);
  await control.say(ada, direct, 'transcript 05');
  await until(
    () => control.messages(direct),
    (all) => all.some((message) => /Done/.test(read(message))),
    30_000,
  );
  const queue = await control.say(ada, general, await mention(control, 'transcript 09'));
  await until(
    () => answers(control, general, queue),
    ([answer]) => answer !== undefined && /seed 3/.test(read(answer)),
    30_000,
  );
  await control.say(grace, general, 'transcript 06', { threadTs: queue });
  await control.say(ada, general, 'and then transcript 05', { threadTs: queue });
  const edited = await control.say(ada, general, await mention(control, 'transcript 09, the first wording'));
  await until(
    () => answers(control, general, edited),
    ([answer]) => answer !== undefined && /seed 3/.test(read(answer)),
    30_000,
  );
  const text = await mention(control, 'transcript 09, with another wording');
  await control.act({ as: ada, type: 'edit', channel: general, ts: edited, text });
  const fixed = await control.say(ada, general, await mention(control, `\`\`\`python\nprint(undefined_name)\n\`\`\``));
  await finished(control, general, fixed);
  return [
    { name: '20-direct-message', place: direct },
    { name: '21-queue', place: `${general}/${queue}` },
    { name: '22-edited', place: `${general}/${edited}` },
    { name: '23-own-code-failed', place: `${general}/${fixed}` },
    { name: '24-form', place: `${general}/${fixed}`, press: 'Edit & run' },
  ];
}

async function photograph(
  browser: Browser,
  world: World,
  view: (typeof VIEWS)[number],
  scenes: readonly Scene[],
): Promise<void> {
  const context = await browser.newContext({ viewport: view.viewport, colorScheme: view.colorScheme });
  const page = await context.newPage();
  await page.goto(await world.control.pageUrl());
  await page.getByTestId('composer').waitFor();
  for (const { name, place, press } of scenes) {
    await page.setViewportSize(view.viewport);
    await page.evaluate(`location.hash = '#${place}'`);
    const pane = place.includes('/') ? 'thread-list' : 'message-list';
    const list = page.getByTestId(pane);
    await list.getByTestId('message').nth(1).waitFor();
    await page.waitForTimeout(300);
    const hidden = Number(await page.evaluate(HIDDEN(pane)));
    // As tall as the conversation, so that all of it is in the picture.
    await page.setViewportSize({ width: view.viewport.width, height: Math.min(3_000, view.viewport.height + hidden) });
    if (press) {
      await list.getByRole('button', { name: press }).last().click();
      await page.getByTestId('modal-submit').waitFor();
    }
    await page.mouse.move(2, 2);
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(SHOTS, `${name}-${view.name}.png`), animations: 'disabled' });
    if (press) await page.getByTestId('modal-close').click();
  }
  await context.close();
}
