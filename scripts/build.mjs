/** `npm run build`: compiles, whether or not anything has changed. */
import { requireNode } from './setup/node-version.mjs';

requireNode();
const root = new URL('../', import.meta.url);
try {
  const { setUpDependencies } = await import('./setup/dependencies.mjs');
  const { setUpBuild } = await import('./setup/build.mjs');
  await setUpDependencies(root);
  await setUpBuild(root, { force: true });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
