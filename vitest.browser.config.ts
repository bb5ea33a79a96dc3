import { defineConfig } from 'vitest/config'

/** The dashboard in a real browser, over a real service. Builds the pages, and needs Debian's Chromium or one that `CHROMIUM` names. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['./test/browser/build.ts'],
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    // They share the machine with a browser.
    fileParallelism: false,
  },
})
