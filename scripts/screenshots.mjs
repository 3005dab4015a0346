/**
 * `npm run screenshots`: takes the README's pictures from the running product, as a newcomer starts it, on a folder of its
 * own: docs/thread.png and docs/phone-dark.png.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUpOrExit } from './setup.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const QUIET = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PATIENCE = { timeout: 60_000 };

/** A desktop's window, drawn smaller so that a whole conversation is in the picture. */
const DESKTOP = { viewport: { width: 2048, height: 1280 }, deviceScaleFactor: 0.703125, colorScheme: 'light' };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, colorScheme: 'dark' };

const REPAIRED = '@threadbox which product category has the highest average price?';
const FIBONACCI = '@threadbox plot the first 20 Fibonacci numbers as a bar chart';
/** What else a channel is used for. */
const OTHERS = [
  '@threadbox in JavaScript, list the primes under 100',
  '@threadbox how much disk space is used?',
  '@threadbox count slowly to 5',
];

await setUpOrExit('test');
const { chromium } = await import('playwright-core');

const executablePath = BROWSERS.find((path) => existsSync(path));
if (!executablePath) {
  console.error('Chromium is not installed, and only a browser can take these pictures.');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'threadbox-screenshots-'));
const product = startProduct(folder);
const browser = await chromium.launch({ executablePath, args: [...QUIET, ...(isRoot() ? ['--no-sandbox'] : [])] });
try {
  const url = await product.url;
  const page = await open(DESKTOP, url);
  await converse(page, FIBONACCI);
  await page.getByTestId('file-image').first().waitFor(PATIENCE);
  for (const other of OTHERS) await converse(page, other);
  await converse(page, REPAIRED);
  await settle(page);
  await page.screenshot({ path: picture('thread.png') });

  const state = await page.context().storageState();
  const phone = await open({ ...PHONE, storageState: state }, new URL('/', url).href);
  await phone.getByTestId('thread-link').first().click();
  await settle(phone);
  await phone.screenshot({ path: picture('phone-dark.png') });
} finally {
  await browser.close();
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The compiled program with nothing of the caller's services in its environment. `url` is the page with its token. */
function startProduct(dataDir) {
  const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [program], {
    cwd: dataDir,
    env: { PATH, HOME, DATA_DIR: dataDir, LOCAL_PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const [address] = /http\S+token=\S+/.exec(said) ?? [];
      if (address) resolve(address);
    });
    child.once('exit', () => reject(new Error(`the product ended before it was ready:\n${said}`)));
  });
  const stop = () => {
    child.kill('SIGINT');
    return ended;
  };
  return { url, stop };
}

async function open(options, url) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto(url);
  await page.getByTestId('composer').waitFor(PATIENCE);
  return page;
}

/** Asks in the channel, opens the thread that comes of it and waits until its turn has ended. */
async function converse(page, text) {
  const links = page.getByTestId('thread-link');
  const before = await links.count();
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('send').click();
  await links.nth(before).waitFor(PATIENCE);
  await links.nth(before).click();
  const thread = page.getByTestId('thread-pane');
  await thread
    .getByText(/Done in/)
    .first()
    .waitFor(PATIENCE);
}

/** Files are shown, pictures are drawn, and nothing is hovered over or being typed into. */
async function settle(page) {
  await page.mouse.move(2, 2);
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
  await page.evaluate(() => {
    document.activeElement?.blur();
    const list = document.querySelector('[data-testid="thread-list"]');
    if (list) list.scrollTop = list.scrollHeight;
    for (const code of list?.querySelectorAll('pre') ?? []) code.scrollTop = 0;
  });
}

function picture(name) {
  return fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
}

function isRoot() {
  return process.getuid?.() === 0;
}
