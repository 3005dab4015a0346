import { defineConfig } from 'vitest/config';

/** Moves the clock of undici's timers, which everything in its process shares. */
const ON_ITS_OWN = ['test/sandbox/install-fetch.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // End-to-end files start servers, kernels and browsers; two at a time is what two cores carry.
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'own process', include: ON_ITS_OWN } },
      {
        extends: true,
        test: {
          name: 'shared process',
          include: ['test/**/*.test.ts'],
          exclude: ON_ITS_OWN,
          // Nothing here holds module state, so files share what their process has loaded: it was a fifth of their time.
          isolate: false,
        },
      },
    ],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    restoreMocks: true,
  },
});
