/** `npm run bench`: sets up, then measures. A ratio holds within its run; an absolute figure is that machine's. */
import { runVitest } from './test/run.mjs';

const bench = await runVitest({ config: 'bench/vitest.config.ts', reporters: ['dot'] });
await bench.close();
