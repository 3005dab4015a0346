import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['bench/**/*.bench.ts'],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // One at a time: what runs beside a measurement is part of it.
    fileParallelism: false,
    maxWorkers: 1,
  },
});
