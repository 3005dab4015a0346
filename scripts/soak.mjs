/** `npm run soak`: sets up, then kills the bot at 50 random moments of a conversation; nothing may be lost or said twice. */
import { runVitest } from './test/run.mjs';

const soak = await runVitest({ config: 'test/soak/vitest.config.ts', reporters: ['default'] });
await soak.close();
