/**
 * `npm run soak`: sets up, then kills the bot at 50 random moments of a conversation (nothing may be lost, said twice or left
 * behind), and opens 100 threads at once where 5 sandboxes may run.
 */
import { runVitest } from './test/run.mjs';

const soak = await runVitest({ config: 'test/soak/vitest.config.ts', reporters: ['default'] });
await soak.close();
