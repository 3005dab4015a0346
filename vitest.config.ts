import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    // End-to-end files start servers, kernels and browsers; two at a time is what two cores carry.
    maxWorkers: 2,
    restoreMocks: true,
  },
});
