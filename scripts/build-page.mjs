/**
 * Builds the local workspace's page into `dist/page/`: index.html, app.js, app.css. Plain Node; run by itself
 * (`node scripts/build-page.mjs`) or through `buildPage`.
 */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../src/local/slack/page/', import.meta.url));
const defaultOut = fileURLToPath(new URL('../dist/page/', import.meta.url));

/** Rejects with esbuild's message when the page does not compile. */
export async function buildPage({ outDir = defaultOut } = {}) {
  await mkdir(outDir, { recursive: true });
  await Promise.all([
    build({
      entryPoints: { app: join(source, 'main.tsx') },
      outdir: outDir,
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      legalComments: 'none',
      logLevel: 'error',
    }),
    build({
      entryPoints: { app: join(source, 'styles/app.css') },
      outdir: outDir,
      bundle: true,
      minify: true,
      // `light-dark()` and the like are kept as they are: every browser of the last two years knows them.
      target: 'esnext',
      logLevel: 'error',
    }),
    copyFile(join(source, 'index.html'), join(outDir, 'index.html')),
  ]);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await buildPage();
