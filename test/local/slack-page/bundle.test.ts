import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildPage } from '../../../scripts/build-page.mjs';
import { temporaryFolder } from '../../fakes/temp-folder.ts';

test('the page is three files, small, and asks nobody else for anything', async () => {
  const outDir = temporaryFolder();
  await buildPage({ outDir });
  expect(readdirSync(outDir).sort()).toEqual(['app.css', 'app.js', 'index.html']);
  expect(statSync(join(outDir, 'app.js')).size).toBeLessThan(250_000);

  const [html, css] = ['index.html', 'app.css'].map((name) => readFileSync(join(outDir, name), 'utf8'));
  // A strict policy forbids scripts and styles in the document, and everything from other hosts.
  expect(html).not.toMatch(/<style|style="|<script>|(?:src|href)="(?:https?:)?\/\//);
  expect(css).not.toMatch(/url\(\s*["']?(?:https?:)?\/\/|@font-face|@import/);
});
