import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const summary = process.env.CARILLON_TEST_SUMMARY;

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: summary ? ['default', new SummaryReporter(summary)] : ['default'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // How long something may take to come true on a busy machine, not how long it should.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
  },
});
