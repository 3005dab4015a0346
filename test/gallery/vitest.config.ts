import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/gallery/gallery.ts'],
    testTimeout: 600_000,
    pool: 'forks',
    fileParallelism: false,
    maxWorkers: 1,
  },
});
