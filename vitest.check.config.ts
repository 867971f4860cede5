import { defineConfig } from 'vitest/config';

/** What `npm run check` runs: tests that read files only and need no database. */
export default defineConfig({
  test: { include: ['test/architecture/**/*.test.ts'], reporters: ['default'] },
});
