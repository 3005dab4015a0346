/** `npm run gallery`: sets up, then puts transcripts of every shape through the product and photographs them for a look. */
import { runVitest } from './test/run.mjs';

const gallery = await runVitest({ config: 'test/gallery/vitest.config.ts', reporters: ['default'] });
await gallery.close();
