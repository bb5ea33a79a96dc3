import { defineConfig } from 'vitest/config'

/** The built bundles as Lambda runs them. `test/lambda/install.ts` brings the Node versions. */
export default defineConfig({
  test: {
    include: ['test/lambda/**/*.test.ts'],
    reporters: ['default', './test/reporter.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
